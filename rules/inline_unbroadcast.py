from __future__ import annotations

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.axes import broadcast, from_the_end, spelled
from refactorer.syntax.expressions import is_call_of, operands, quote


class InlineUnbroadcast(Rule):
    """Sum a cotangent over exactly the axes along which its argument was broadcast.

    Broadcasting reads a value once for each repetition, so its cotangent is the sum over the
    repetitions: leading axes that the value lacks are summed away, axes of size one are summed and
    kept.
    """

    ABOUT = ("tangent.unbroadcast(",)
    EXAMPLES = (
        Example(
            "equal shapes",
            before="bx = tangent.unbroadcast(bz * y, x)",
            after="bx = bz * y",
            shapes={"x": (2, 3), "y": (2, 3), "bz": (2, 3)},
        ),
        Example(
            "a scalar",
            before="bx = tangent.unbroadcast(bz * y, x)",
            after="bx = np.sum(bz * y)",
            shapes={"y": (2, 3), "bz": (2, 3)},
        ),
        Example(
            "a row",
            before="bx = tangent.unbroadcast(bz, x)",
            after="bx = np.sum(bz, axis=0)",
            shapes={"x": (3,), "bz": (2, 3)},
        ),
        Example(
            "a column",
            before="bx = -tangent.unbroadcast(bz, x)",
            after="bx = -np.sum(bz, axis=1, keepdims=True)",
            shapes={"x": (2, 1), "bz": (2, 3)},
        ),
        Example(
            "a column of a function that counts its axes from the end",
            primal="x = np.sum(y, axis=-1, keepdims=True)",
            before="bx = tangent.unbroadcast(bz, x)",
            after="bx = np.sum(bz, axis=-1, keepdims=True)",
            shapes={"x": (2, 1), "y": (2, 3), "bz": (2, 3)},
        ),
        Example(
            "both",
            before="bx = tangent.unbroadcast(bz, x)",
            after="bx = np.sum(np.sum(bz, axis=0), axis=1, keepdims=True)",
            shapes={"x": (3, 1), "bz": (2, 3, 5)},
        ),
        Example.unchanged(
            "a cotangent that is no array",
            "bx = tangent.unbroadcast(bz, x)",
            dtypes={"bz": "object"},
        ),
    )

    def __init__(self, adjoint: Adjoint) -> None:
        super().__init__(adjoint.shapes)
        self.from_the_end = from_the_end(adjoint.primal.code)

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        return adjoint.with_backward(cls(adjoint).visited(adjoint.backward))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not is_call_of(updated_node, "tangent.unbroadcast"):
            return updated_node
        g, like = operands(updated_node)
        large, small = self.shape(g), self.shape(like)
        if large is None or small is None:
            return updated_node
        return self.summed(g, large, small)

    def summed(
        self, g: cst.BaseExpression, large: tuple[int, ...], small: tuple[int, ...]
    ) -> cst.BaseExpression:
        """Return the expression of shape `large` summed to the shape `small`."""
        if len(large) < len(small):
            return g
        if not small and large:
            return quote("np.sum({g})", g=g)
        lead, ones = broadcast(small, large)
        if lead:
            g = quote(f"np.sum({{g}}, axis={spelled(lead)})", g=g)
        if ones:
            offset = len(large) if self.from_the_end else len(lead)
            axes = spelled([axis - offset for axis in ones])
            g = quote(f"np.sum({{g}}, axis={axes}, keepdims=True)", g=g)
        return g
