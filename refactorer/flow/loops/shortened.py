"""The reverse of a turn, with no more names than a reader needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst

from refactorer.flow.loops.cheap import is_sum, is_view, reads_integers
from refactorer.flow.loops.kept import Kept
from refactorer.flow.loops.rerun import sunk
from refactorer.flow.structure.lengths import with_lengths
from refactorer.flow.structure.regions import Loop
from refactorer.flow.tidying.folding import with_values
from refactorer.flow.tidying.rebinding import with_sums_once
from refactorer.flow.weaving.weaver import Weaver
from refactorer.printing.pullback import SHORT
from refactorer.syntax.dataflow import bound, bound_in, reads, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement


def shortened(weaver: Weaver, loop: Loop, kept: Kept, turn: Sequence[Statement]) -> list[Statement]:
    """Return the reverse of a turn with what it runs again, and no more names than it needs."""
    again = [row.statement for row in kept.again if bound(row.statement) not in weaver.users]
    found = [renamed(s, kept.names) for s in sunk(kept.again, turn)]
    found = with_lengths(found, again, loop, weaver.visits)
    found = inlined(found, names_put_in_place(weaver, again, found))
    return with_sums_once(found, weaver.names)


def names_put_in_place(
    weaver: Weaver, again: Sequence[Statement], turn: Sequence[Statement]
) -> frozenset[str]:
    """Return the names whose values go where they are read: views, sums, what is short."""
    counted = sum((reads(statement) for statement in turn), Counter[str]())

    def counts(value: cst.BaseExpression) -> bool:
        return is_sum(value) and reads_integers(value, weaver.visits)

    values = {bound(s) or "": value_of(s) for s in again}
    binds = Counter(name for s in turn for name in bound_in(s))
    lines = [s for s in turn if binds[bound(s) or ""] == 1]
    sums = [s for s in lines if isinstance(value_of(s), cst.BinaryOperation)]
    sizes = frozenset(bound(s) or "" for s in sums if counts(value_of(s)))
    return sizes | frozenset(
        name
        for name, value in values.items()
        if is_view(value) or counts(value) or (counted[name] == 1 and len(code(value)) <= SHORT)
    )


def inlined(turn: Sequence[Statement], names: frozenset[str]) -> list[Statement]:
    """Return the lines of a turn with the values of names in their places."""
    values: dict[str, cst.BaseExpression] = {}
    found = []
    for statement in turn:
        put = with_values(statement, values)
        name = bound(put)
        if name in names:
            assert name is not None
            values[name] = value_of(put)
        else:
            found.append(put)
    return found
