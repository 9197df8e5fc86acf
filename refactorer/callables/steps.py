"""The statements of a function, inlined in place of a call of it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from refactorer.callables.following import Env, Following
from refactorer.callables.given import Given, NotGiven, given, stars
from refactorer.flow.calling.inlined import DEEPEST, refused
from refactorer.flow.names import parsed, stores
from refactorer.flow.statements.exits import Exits, ManyExits
from refactorer.syntax.dataflow import assignment, reads
from refactorer.syntax.expressions import code, is_literal
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, function_in, lines

ONE_BY_ONE = "Give every argument by itself"


def steps_of(
    following: Following, call: cst.Call, targets: Sequence[str], env: Env
) -> list[Statement]:
    """Return the steps of a function, in names of their own, that set the targets.

    Raises Refused where it calls itself, or returns in a way that cannot be written out.
    """
    name = code(call.func)
    if following.calls == DEEPEST:
        raise refused(following.target, name, "calls itself")
    definition = function_in(following.functions.text(call.func))
    own = [*lines(definition.body)][definition.get_docstring(clean=False) is not None :]
    try:
        values = given(definition.params, call)
    except NotGiven as error:
        raise following.refuse(call, str(error), ONE_BY_ONE) from None
    bound = set_by(own) - {"_"}
    plain = kept_names(following, call, values, bound, targets)
    others = [n for n in [*values, *sorted(bound - values.keys())] if n not in plain]
    names = plain | {n: following.names.new(n) for n in others}
    before = lines_passing(
        following, definition, {names[p]: v for p, v in values.items()}, names, env
    )
    try:
        changed = {n: m for n, m in names.items() if n != m}
        steps = Exits(tuple(targets), following.names).of([renamed(s, changed) for s in own])
        return [*before, *following.inside([*steps], {names[n] for n in others}, targets, env)]
    except ManyExits as error:
        raise refused(following.target, name, str(error).removeprefix("it ")) from None


def kept_names(
    following: Following,
    call: cst.Call,
    values: Given,
    bound: frozenset[str],
    targets: Sequence[str],
) -> dict[str, str]:
    """Return the parameters that are given a name, and keep it: they need none of their own.

    What a function that is returned reads of them may change until it is called.
    """
    lasting = not following.functions.returns_function(following.functions.text(call.func))
    changing = {*targets} if targets[1:] else set()
    return {
        parameter: value.value
        for parameter, value in values.items()
        if isinstance(value, cst.Name)
        and parameter not in bound
        and (following.stays(value) or (lasting and value.value not in changing))
    }


def lines_passing(
    following: Following,
    definition: cst.FunctionDef,
    values: Given,
    names: dict[str, str],
    env: Env,
) -> list[Statement]:
    """Return the lines that pass values on under names.

    A function and a word need none, nor does a number that is read once.
    """
    count, bound = reads(definition), set_by([*lines(definition.body)])
    once = {names[n] for n in names if count[n] < 2 and n not in bound}
    starred = {names[p] for p in stars(definition.params)}
    found: list[Statement] = []
    for name, value in values.items():
        word = is_literal(value) and (name in once or code(value)[:1] in "'\"NTF")
        if code(value) == name:
            continue
        if (
            word
            or name in starred
            or following.functions.has_functions(value)
            or following.stays(value)
        ):
            env[name] = value
        else:
            following.passing.add(name)
            found.append(assignment(name, value))
    return found


def set_by(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that statements set, functions among them, but not inside of those."""
    nested = [n for s in statements for n in ast.walk(parsed(s)) if isinstance(n, ast.FunctionDef)]
    plain = [s for s in statements if not isinstance(s, cst.FunctionDef)]
    return frozenset().union(*map(stores, plain), (n.name for n in nested))
