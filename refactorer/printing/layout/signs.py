"""Negative terms are subtracted: `a - b`, not `a + -b`."""

from __future__ import annotations

import libcst as cst

from refactorer.syntax.expressions import code, without_sign
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, statement_by


def signed(statement: Statement) -> Statement:
    """Return a statement that subtracts where it added something negative."""
    return statement_by(Signs(), statement)


class Signs(Transformer):
    """Writes `a + -b` as `a - b`, and `a += -b` as `a -= b`."""

    def leave_AugAssign(
        self, original_node: cst.AugAssign, updated_node: cst.AugAssign
    ) -> cst.AugAssign:
        value = updated_node.value
        if not without_sign(code(value)) or not isinstance(updated_node.operator, cst.AddAssign):
            return updated_node
        positive = turned(value).with_changes(lpar=(), rpar=())
        return updated_node.with_changes(operator=cst.SubtractAssign(), value=positive)


def turned(value: cst.BaseExpression) -> cst.BaseExpression:
    """Return what a product is the negative of."""
    if isinstance(value, cst.BinaryOperation):
        return value.with_changes(left=turned(value.left))
    return cst.ensure_type(value, cst.UnaryOperation).expression
