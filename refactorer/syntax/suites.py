"""Statements and the suites that they stand in: taken apart, written, rewritten blockwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import libcst as cst

from refactorer.syntax.rewriting import Transformer

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
OfBlock: TypeAlias = Callable[[Sequence[Statement]], list[Statement]]


def line(text: str) -> Statement:
    """Return the statement that a text says."""
    found = cst.parse_statement(text)
    assert isinstance(found, Statement)
    return found


def statement_by(transformer: cst.CSTTransformer, node: Statement) -> Statement:
    """Return what the transformer makes of a statement: a statement, too."""
    found = node.visit(transformer)
    assert isinstance(found, Statement)
    return found


def lines(body: cst.BaseSuite) -> Iterator[Statement]:
    """Yield the statements of a suite, those that share a line apart."""
    if isinstance(body, cst.SimpleStatementSuite):
        yield from (cst.SimpleStatementLine([small]) for small in without_semicolons(body.body))
        return
    for statement in cst.ensure_type(body, cst.IndentedBlock).body:
        if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) > 1:
            first, *rest = without_semicolons(statement.body)
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


def without_semicolons(
    statements: Sequence[cst.BaseSmallStatement],
) -> list[cst.BaseSmallStatement]:
    """Return statements without the semicolons behind them."""
    return [s.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for s in statements]


def suite_of(statements: Sequence[Statement]) -> cst.IndentedBlock:
    """Return the suite of statements: `pass` where there are none."""
    return cst.IndentedBlock(statements or [cst.SimpleStatementLine([cst.Pass()])])


def else_of(statements: Sequence[Statement]) -> cst.If | cst.Else:
    """Return the other way of an `if`: an `elif` where it is one more `if` and nothing else."""
    match statements:
        case [cst.If() as alone]:
            return alone
    return cst.Else(suite_of(statements))


def else_like(statement: cst.If, statements: Sequence[Statement]) -> cst.If | cst.Else | None:
    """Return the other way of an `if` with other statements: an `elif` only where it was one."""
    if isinstance(statement.orelse, cst.If) and statements:
        return else_of(statements)
    return cst.Else(suite_of(statements)) if statements else None


def blockwise(statements: Sequence[Statement], of_block: OfBlock) -> list[Statement]:
    """Return what is made of a block, after the same was made of the blocks inside it."""
    return of_block([within(statement, of_block) for statement in statements])


def within(statement: Statement, of_block: OfBlock) -> Statement:
    """Return a statement with what is made of the blocks inside it, the inner ones first."""
    if isinstance(statement, cst.SimpleStatementLine):
        return statement
    return statement_by(Suites(of_block), statement)


class Suites(Transformer):
    """Replaces each block inside a statement by what a function makes of it."""

    def __init__(self, of_block: OfBlock) -> None:
        super().__init__()
        self.of_block = of_block

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return updated_node.with_changes(body=self.of_block([*lines(updated_node)]))


def function_in(text: str) -> cst.FunctionDef:
    """Return the function that a text defines."""
    return next(s for s in cst.parse_module(text).body if isinstance(s, cst.FunctionDef))
