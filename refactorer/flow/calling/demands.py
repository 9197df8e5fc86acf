"""With respect to which parameters each called function is differentiated, for all its callers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from refactorer.flow.names import followed
from refactorer.flow.statements.active import active
from refactorer.syntax.suites import Statement, function_in, lines

Wanted = Mapping[str, frozenset[str]]


def demands(name: str, wrt: frozenset[str], functions: Mapping[str, str]) -> Wanted:
    """Return the parameters of each function that some caller wants the gradient of.

    `functions` are the texts of the user's functions by their names, `name` and `wrt` say where it
    starts. A function that is called from several places has one callback for all of them.
    """
    found: dict[str, frozenset[str]] = {name: wrt}
    pending = [name]
    while pending:
        caller = pending.pop()
        for called, parameters in calls(functions[caller], found[caller], functions):
            wider = found.get(called, frozenset()) | parameters
            if called not in found or wider != found[called]:
                found[called] = wider
                pending.append(called)
    return found


def calls(
    text: str, wrt: frozenset[str], functions: Mapping[str, str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each call of one of the functions, and its parameters that are given a cotangent."""
    followers = active(body(text), wrt)
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in functions:
                given = given_in_call(node, functions[name])
                wanted = {p for p, value in given.items() if followed(value) & followers}
                yield name, frozenset(wanted)


def body(text: str) -> list[Statement]:
    """Return the statements of a function."""
    function = function_in(text)
    return [*lines(function.body)]


def given_in_call(call: ast.Call, text: str) -> dict[str, ast.expr]:
    """Return what each parameter of a function is given in a call."""
    function = next(s for s in ast.parse(text).body if isinstance(s, ast.FunctionDef))
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return dict(zip(names, call.args, strict=False)) | named
