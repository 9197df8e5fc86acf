"""A target as it is differentiated: functions are called by their names, or inlined."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from refactorer.callables.applying import with_calls
from refactorer.flow.callees import helpers_in, inner_functions, with_functions
from refactorer.flow.calling.inlined import inlined
from refactorer.flow.calling.tuples import with_parts_named
from refactorer.flow.statements.with_blocks import returning_behind
from refactorer.pipeline.list_outputs import with_tuples
from refactorer.reading.target import Target


def with_calls_inlined(
    target: Target, namespace: Mapping[str, object], callees: Collection[str] | None
) -> Target:
    """Return a target with its inner functions inlined, and those of its module in `callees`.

    If `callees` is None, all that are called are inlined. `namespace` holds what the module binds.
    """
    called = with_functions(with_calls(with_parts_named(with_tuples(target)), namespace))
    subject = returning_behind(called)
    around = helpers_in(subject if callees is not None else target)
    wanted = around.keys() if callees is None else callees
    functions = dict(inner_functions(subject))
    functions |= {name: text for name, text in helpers_in(subject).items() if name in wanted}
    return inlined(subject, functions) if functions else subject
