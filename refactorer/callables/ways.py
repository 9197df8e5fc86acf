"""Branches in which functions are chosen."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from refactorer.callables.expressions import Expressions
from refactorer.callables.following import Env, Following
from refactorer.callables.known import truth
from refactorer.flow.names import loads, stores
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code, parenthesized
from refactorer.syntax.suites import Statement, else_like, line, lines, otherwise


def branch(following: Following, statement: cst.If, env: Env) -> list[Statement]:
    """Return a branch, or the way that it always goes."""
    reducing = Expressions(following, env)
    test = reducing.reduced(statement.test)
    then, other = [*lines(statement.body)], otherwise(statement)
    known = None if code(test) == code(statement.test) else truth(test, following.functions)
    if known is not None:
        return [*reducing.before, *following.suite(then if known else other, env)]
    reducing.before += following.settled(statement, env)
    ways = (dict(env), dict(env))
    following.depth += 1
    blocks = [following.suite(s, e) for s, e in zip((then, other), ways, strict=True)]
    following.depth -= 1
    kept = note_choices(following, test, ways, (then, other), env)
    before = [*reducing.before, *([assignment(code(kept), test)] if kept is not test else [])]
    if not any(blocks):  # functions alone were chosen
        return before
    found = written_out(statement, kept, *blocks)
    return [*before, statement if code(found) == code(statement) else found]


def note_choices(
    following: Following,
    test: cst.BaseExpression,
    ways: tuple[Env, Env],
    blocks: tuple[Sequence[Statement], Sequence[Statement]],
    env: Env,
) -> cst.BaseExpression:
    """Note what names stand for after a branch; return its condition, or a name for it."""
    stored = [frozenset().union(*map(stores, block)) for block in blocks]
    for name in {**ways[0], **ways[1]}:
        one, other = (way.get(name) for way in ways)
        choice = cst.IfExp(test, one, other) if one and other else None
        if choice and code(choice.body) == code(choice.orelse):
            env[name] = one
        elif choice and following.functions.is_function(choice):
            if not isinstance(test, cst.Name) and not loads(test).isdisjoint(following.stored):
                test = cst.Name(following.names.new("condition", "chosen"))
            env[name] = parenthesized(choice.with_changes(test=test))
        else:
            alone = name not in stored[0] & stored[1] and name not in following.given_names
            env[name] = (one or other) if alone and name not in env else None
    for name in [n for n in env if n not in ways[0] and n not in ways[1]]:
        del env[name]
    return test


def written_out(
    statement: cst.If, test: cst.BaseExpression, then: list[Statement], other: list[Statement]
) -> cst.If:
    """Return a branch with these ways."""
    body = cst.IndentedBlock(then or [line("pass")])
    return statement.with_changes(test=test, body=body, orelse=else_like(statement, other))
