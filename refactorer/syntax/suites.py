"""The statements of a suite, each on a line of its own, and what a line does last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import libcst as cst

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


def lines(body: cst.BaseSuite) -> Iterator[Statement]:
    """Yield the statements of a suite, those that share a line apart."""
    if isinstance(body, cst.SimpleStatementSuite):
        yield from (cst.SimpleStatementLine([small]) for small in bare(body.body))
        return
    for statement in cst.ensure_type(body, cst.IndentedBlock).body:
        if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) > 1:
            first, *rest = bare(statement.body)
            yield statement.with_changes(body=[first], trailing_whitespace=cst.TrailingWhitespace())
            yield from (cst.SimpleStatementLine([small]) for small in rest[:-1])
            yield cst.SimpleStatementLine(
                rest[-1:], trailing_whitespace=statement.trailing_whitespace
            )
        else:
            assert isinstance(statement, Statement)
            yield statement


def otherwise(statement: cst.If) -> list[Statement]:
    """Return the statements of the other way, an `elif` being one."""
    match statement.orelse:
        case cst.If() as other:
            return [other]
        case cst.Else(body=body):
            return [*lines(body)]
    return []


def ending(statement: Statement) -> cst.CSTNode:
    """Return what a line does last, or the statement if it has a body."""
    return statement.body[-1] if isinstance(statement, cst.SimpleStatementLine) else statement


def bare(statements: Sequence[cst.BaseSmallStatement]) -> list[cst.BaseSmallStatement]:
    """Return statements without the semicolons behind them."""
    return [s.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for s in statements]
