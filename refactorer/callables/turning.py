"""Loops over functions, unrolled turn by turn, and other loops with functions in them."""

from __future__ import annotations

import ast

import libcst as cst

from refactorer.callables.expressions import Expressions
from refactorer.callables.following import Env, Following
from refactorer.callables.unrolled import turns_of
from refactorer.flow.names import parsed, stores
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line, lines

HEAD = "Call it before the loop and at its end, and compare what it returned"


def loop(following: Following, statement: cst.For, env: Env) -> list[Statement]:
    """Return a loop; one over functions is its turns."""
    reducing = Expressions(following, env)
    head = reducing.reduced(statement.iter)
    turns = turns_of(head, following.functions) if not jumps(statement) else None
    if turns is None:
        loop = (
            statement if code(head) == code(statement.iter) else statement.with_changes(iter=head)
        )
        return [*reducing.before, *around(following, loop, env)]
    following.needed = True
    following.own |= dict.fromkeys(stores(statement.target), following.depth)
    found = reducing.before
    for value in turns:
        made = cst.Assign([cst.AssignTarget(statement.target)], value)
        found += following.suite([cst.SimpleStatementLine([made]), *lines(statement.body)], env)
    return found


def repeated(following: Following, statement: cst.While, env: Env) -> list[Statement]:
    """Return a `while`."""
    reducing = Expressions(following, env)
    test = reducing.reduced(statement.test)
    if reducing.before:
        raise following.refuse(statement.test, "a call in the head of a `while` is not taken", HEAD)
    loop = statement if code(test) == code(statement.test) else statement.with_changes(test=test)
    return around(following, loop, env)


def around(following: Following, loop: cst.For | cst.While, env: Env) -> list[Statement]:
    """Return a loop whose turns are all alike."""
    before = following.settled(loop, env)
    own = dict.fromkeys(stores(loop) & env.keys())
    inside: Env = {**env, **own}
    if isinstance(loop, cst.For):
        inside = {n: v for n, v in inside.items() if n not in stores(loop.target)}
    following.depth += 1
    body = following.suite([*lines(loop.body)], inside)
    following.depth -= 1
    env.update({n: inside[n] if n not in own else None for n in inside})
    found = loop.with_changes(body=cst.IndentedBlock(body or [line("pass")]))
    return [*before, loop if code(found) == code(loop) else found]


def jumps(loop: cst.For) -> bool:
    """Tell whether a loop may end early."""
    nodes = ast.walk(parsed(loop))
    return bool(loop.orelse) or any(isinstance(n, ast.Break | ast.Continue) for n in nodes)
