"""Branches that the arguments of a call decide: only the side that is taken is inlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import libcst as cst

from refactorer.syntax.expressions import code, names_read
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, else_of, lines, otherwise, suite_of

Values = Mapping[str, object]


def decided(statements: Iterable[Statement], values: Values) -> Iterator[Statement]:
    """Yield statements without the sides of branches that are not taken at these values of names.

    Nothing comes after a `return` that is reached so.
    """
    for statement in statements:
        for part in taken(statement, values):
            yield part
            if ends(part):
                return


def taken(statement: Statement, values: Values) -> Iterator[Statement]:
    """Yield a statement without the sides of branches that are not taken."""
    match statement:
        case cst.If(test=test, body=body):
            way = truth(test, values)
            if way is not None:
                yield from decided(lines(body) if way else otherwise(statement), values)
                return
            then, other = (
                [*decided(suite, values)] for suite in (lines(body), otherwise(statement))
            )
            yield statement.with_changes(
                body=suite_of(then), orelse=else_of(other) if other else None
            )
        case cst.For(body=body) | cst.While(body=body):
            yield statement.with_changes(body=suite_of([*decided(lines(body), values)]))
        case cst.SimpleStatementLine():
            yield cst.ensure_type(statement.visit(Chosen(values)), cst.SimpleStatementLine)
        case _:
            yield statement


def ends(statement: Statement) -> bool:
    """Tell whether a statement leaves the suite."""
    match statement:
        case cst.SimpleStatementLine(body=[*_, cst.Return() | cst.Raise()]):
            return True
    return False


class Chosen(Transformer):
    """Replaces a conditional expression by the part that is chosen."""

    def __init__(self, values: Values) -> None:
        super().__init__()
        self.values = values

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:
        way = truth(updated_node.test, self.values)
        if way is None:
            return updated_node
        return updated_node.body if way else updated_node.orelse


def truth(test: cst.BaseExpression, values: Values) -> bool | None:
    """Return what a condition on literals alone is; None for any other."""
    read = names_read(test)
    if not read or not read <= values.keys():
        return None
    try:
        return bool(eval(code(test).strip(), {"__builtins__": {}}, dict(values)))
    except Exception:  # the user's own: the function raises it where it is called so
        return None
