"""Operations on values that are broadcast, done before they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import libcst as cst

from refactorer.rule import Rule
from refactorer.syntax.expressions import (
    code,
    dotted,
    is_call_of,
    operands,
    parenthesized,
    parse,
    quote,
)

ELEMENTWISE = frozenset(
    {"np.where", "np.maximum", "np.minimum", "np.exp", "np.sign", "np.logical_not"}
)


class Broadcasting(Rule):
    """Computes with `np.broadcast_to(x, shape)` as with x, and broadcasts the result if it must."""

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        # What is written to a part of an array is broadcast to that part.
        match updated_node:
            case cst.Assign(targets=[cst.AssignTarget(cst.Subscript())], value=value):
                if is_broadcast(value):
                    return updated_node.with_changes(value=operands(value)[0])
        return updated_node

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if isinstance(updated_node.operator, cst.MatrixMultiply):
            return updated_node
        template = f"{{0}} {code(updated_node.operator)} {{1}}"
        return self.late(updated_node, template, updated_node.left, updated_node.right)

    def leave_UnaryOperation(
        self, original_node: cst.UnaryOperation, updated_node: cst.UnaryOperation
    ) -> cst.BaseExpression:
        template = f"{code(updated_node.operator)}{{0}}"
        return self.late(updated_node, template, updated_node.expression)

    def leave_Comparison(
        self, original_node: cst.Comparison, updated_node: cst.Comparison
    ) -> cst.BaseExpression:
        (target,) = updated_node.comparisons
        template = f"{{0}} {code(target.operator)} {{1}}"
        return self.late(updated_node, template, updated_node.left, target.comparator)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        parts = operands(updated_node)
        if is_call_of(updated_node, "np.add.at"):
            array, index, g = parts
            small = operands(g)[0] if is_broadcast(g) else g
            return quote("np.add.at({a}, {i}, {g})", a=array, i=index, g=small)
        if is_call_of(updated_node, "tangent.add_grad"):
            return self.late(updated_node, "{0} + {1}", *parts)
        if dotted(updated_node.func) not in ELEMENTWISE or len(parts) != len(updated_node.args):
            return updated_node
        marks = ", ".join(f"{{{i}}}" for i in range(len(parts)))
        return self.late(updated_node, f"{code(updated_node.func)}({marks})", *parts)

    def late(
        self, node: cst.BaseExpression, template: str, *parts: cst.BaseExpression
    ) -> cst.BaseExpression:
        """Return an operation with its operands as they are before they are broadcast.

        The result is broadcast where the operation does not do that itself. The node is returned
        where no operand is broadcast, or the result has another shape.
        """
        shapes = [operands(part)[1] for part in parts if is_broadcast(part)]
        if not shapes:
            return node
        before = [operands(part)[0] if is_broadcast(part) else part for part in parts]
        small, whole = quoted(template, before), self.shape(quoted(template, parts))
        if self.shape(small) == whole is not None:
            return small
        fits = self.shape(quote("np.zeros({shape})", shape=shapes[0])) == whole
        return quote("np.broadcast_to({g}, {shape})", g=small, shape=shapes[0]) if fits else node


def is_broadcast(node: cst.CSTNode) -> TypeGuard[cst.Call]:
    return is_call_of(node, "np.broadcast_to")


def quoted(template: str, parts: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    return parenthesized(parse(template.format(*(f"({code(part)})" for part in parts))))
