"""The functions of the user's that a function calls, differentiated before it, each once."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from refactorer.arguments.options import passed
from refactorer.errors import Refused
from refactorer.execution.evaluation import is_float, leaves
from refactorer.flow.calling.caller import Caller
from refactorer.flow.calling.helpers import Emitted
from refactorer.flow.statements.with_blocks import returning_behind
from refactorer.flow.structure.regions import Call, every
from refactorer.flow.structure.visits import Runs
from refactorer.flow.weaving.helper import Helper
from refactorer.reading.source import Source
from refactorer.reading.target import Target, parameters
from refactorer.syntax.expressions import code, is_literal, parse


def differentiated(caller: Caller) -> Mapping[str, Emitted]:
    """Return the functions of the user's that are called, those of other callers among them."""
    calls = [r for r in every(caller.suite) if isinstance(r, Call)]
    for name in dict.fromkeys(call.helper for call in calls):
        if name not in caller.callees.done:
            own = [call for call in calls if call.helper == name]
            caller.callees.done[name] = helper_of(caller, name, own)
    return caller.callees.done


def helper_of(caller: Caller, name: str, calls: Sequence[Call]) -> Emitted:
    """Return one of the user's functions, differentiated by what some caller wants."""
    if name in (caller.target.name, *caller.calls):
        raise recursion(caller, name, calls[0])
    target = helper_target(caller.target, name)
    helper = Helper(name, tuple(p.name for p in target.parameters), ())
    given = [helper.given(call.arguments) for call in calls]
    runs = runs_of(caller, calls, given)
    wanted = caller.callees.wanted.get(name, frozenset())
    wrt = tuple(p for p in helper.parameters if p in wanted and holds_floats(p, runs))
    if not wrt:
        return Emitted(helper, None)
    place = caller.located(code(calls[0].statement).strip())
    inner = replace(
        caller,
        target=target,
        wrt=wrt,
        runs=runs,
        calls={**caller.calls, caller.target.name: place},
        options=options_given(target, given),
    )
    if not inner.follows:
        return Emitted(helper, None)
    return Emitted(replace(helper, wrt=wrt), inner.adjoint(), inner.options, tuple(runs))


def runs_of(
    caller: Caller, calls: Sequence[Call], given: Sequence[Mapping[str, str]]
) -> list[dict[str, object]]:
    """Return what calls were seen to give to parameters; `given` are the texts of that."""
    return [
        {p: evaluated(text, seen, caller.namespace) for p, text in row.items()}
        for call, row in zip(calls, given, strict=True)
        for seen in caller.visits.at.get(call.line, ())
    ]


def recursion(caller: Caller, name: str, call: Call) -> Refused:
    """Return the error for a function that calls itself, or is called by what it calls."""
    reason, hint = f"`{name}` calls itself", "Write it as a loop"
    if name != caller.target.name:
        line = caller.calls[name].line
        reason = f"`{caller.target.name}` calls `{name}`, which has called it on line {line}"
        hint = "Write them as one loop"
    return caller.refuse(call.statement, reason, hint, code="recursion")


def options_given(target: Target, given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the parameters that are passed on as options, with what the first call gives them."""
    options = passed(target.source)
    defaults = {p.name: p.default for p in target.parameters if p.default}
    first = {**defaults, **given[0]}
    return {n: text for n, text in first.items() if n in options and is_literal(parse(text))}


def holds_floats(name: str, runs: Runs) -> bool:
    """Tell whether a parameter is ever given floating-point numbers."""
    return any(is_float(leaf) for run in runs if name in run for leaf in leaves(run[name]))


def evaluated(text: str, seen: Mapping[str, object], namespace: Mapping[str, object]) -> object:
    """Return what an argument of a call holds."""
    found: object = eval(text, dict(namespace), dict(seen))
    return found


def helper_target(target: Target, name: str) -> Target:
    """Return a function of the definitions as a target of its own."""
    *_, definition = [d for d in target.definitions if name in d.names]
    source = definition.source.lstrip("\n")
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    given = tuple(parameters(function.args, Source(source)))
    own = replace(target, file=definition.file, line=definition.line, indent=0)
    return returning_behind(replace(own, name=name, source=source, parameters=given))
