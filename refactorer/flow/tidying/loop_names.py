"""Renames what a loop of the callback sets, where it would hide a name read elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from refactorer.flow.names import Names, bound_by, loads, unbound
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, lines, otherwise


def separated(
    statements: Sequence[Statement],
    cotangents: Collection[str],
    names: Names,
    elsewhere: Collection[str] = (),
) -> list[Statement]:
    """Return statements in which loops have names of their own for what they run over.

    `elsewhere` are names that are read behind or around the statements, such as the outputs where
    the gradient is returned beside them.
    """
    found = [*statements]
    for place, statement in enumerate(found):
        others = [s for k, s in enumerate(found) if k != place]
        read = frozenset(elsewhere).union(*(unbound([s]) for s in others))
        if isinstance(statement, cst.For):
            head = statement.iter
            own = bound_by([statement]) - frozenset(cotangents)
            hidden = sorted(own & (read | loads(head)))
            fresh = {name: names.new(f"{name}_t", f"{name}_k") for name in hidden}
            put = renamed(statement, fresh)
            found[place] = cst.ensure_type(put, cst.For).with_changes(iter=head)
        found[place] = inner(found[place], cotangents, names, read)
    return found


def inner(
    statement: Statement, cotangents: Collection[str], names: Names, elsewhere: Collection[str]
) -> Statement:
    """Return a statement whose suites are separated."""
    match statement:
        case cst.For(body=body):
            put = separated([*lines(body)], cotangents, names, elsewhere)
            return statement.with_changes(body=cst.IndentedBlock(put))
        case cst.If(test=test, body=body, orelse=orelse):
            beside = frozenset(elsewhere) | loads(test)
            there = beside | unbound(otherwise(statement))
            here = beside | unbound([*lines(body)])
            put = separated([*lines(body)], cotangents, names, there)
            rest = orelse
            if isinstance(orelse, cst.If):
                rest = cst.ensure_type(inner(orelse, cotangents, names, here), cst.If)
            elif orelse is not None:
                block = separated([*lines(orelse.body)], cotangents, names, here)
                rest = orelse.with_changes(body=cst.IndentedBlock(block))
            return statement.with_changes(body=cst.IndentedBlock(put), orelse=rest)
    return statement
