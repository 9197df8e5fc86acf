"""A callback that is written for one axis, rewritten for whichever axis the caller gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.syntax.expressions import code, is_call_of, parse, quote
from refactorer.syntax.rewriting import Transformer, expression_by


def for_any_axis(adjoint: Adjoint, axes: Iterable[str]) -> Adjoint:
    """Return an adjoint that reads a parameter wherever its backward part names an axis.

    Whether it is right at other axes is for the judge to say.
    """
    for axis in axes:
        rule = OfAxis(axis)
        gradients = tuple(code(expression_by(rule, parse(text))) for text in adjoint.gradients)
        adjoint = adjoint.with_backward(adjoint.backward.visit(rule), gradients)
    return adjoint


class OfAxis(Transformer):
    """Writes the name of an axis wherever the code has its number."""

    def __init__(self, axis: str) -> None:
        super().__init__()
        self.axis = cst.Name(axis)
        self.spread: set[cst.BaseExpression] = set()

    def visit_Subscript(self, node: cst.Subscript) -> None:
        """Note what is indexed: a sum along the axis is then spread where its index is left."""
        self.spread.add(node.value)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Keep the axis of a sum along it, so that the sum is spread as it stands."""
        factors = along_an_axis(updated_node)
        if factors is None or original_node in self.spread:
            return updated_node
        return sum_along(factors, self.axis)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        match updated_node:
            case cst.Arg(keyword=cst.Name("axis"), value=cst.Integer() | cst.UnaryOperation()):
                return updated_node.with_changes(value=self.axis)
        return updated_node

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        whole = updated_node.value
        if isinstance(whole, cst.Attribute) and whole.attr.value == "shape":
            return quote("{shape}[{axis}]", shape=whole, axis=self.axis)
        parts = [code(element.slice).strip() for element in updated_node.slice]
        if parts.count("None") == 1 and {*parts} <= {"None", ":", "..."}:
            if (factors := along_an_axis(whole)) is not None:
                return sum_along(factors, self.axis)
            return quote("np.expand_dims({x}, {axis})", x=whole, axis=self.axis)
        return updated_node


def sum_along(factors: Sequence[cst.BaseExpression], axis: cst.Name) -> cst.BaseExpression:
    """Return the sum of a product along an axis, which is kept."""
    product = " * ".join(map(code, factors))
    return quote(f"np.sum({product}, axis={axis.value}, keepdims=True)")


def along_an_axis(node: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """Return the factors of a product that `np.einsum` sums along an axis; None if it does not."""
    match node:
        case cst.Call(args=[cst.Arg(value=cst.SimpleString() as spec), *factors]) if is_call_of(
            node, "np.einsum"
        ):
            inputs, output = spec.raw_value.split("->")
            if len({*inputs.split(",")}) == 1 and len(output) + 1 == len(inputs.split(",")[0]):
                return [factor.value for factor in factors]
    return None
