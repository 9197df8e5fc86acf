from __future__ import annotations

from math import prod

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.axes import from_the_end, reduced
from refactorer.syntax.expressions import is_call_of, operands, quote


class InlineSizes(Rule):
    """Write how many elements a reduction combines as the product of the sizes of its axes."""

    ABOUT = ("//",)
    EXAMPLES = (
        Example(
            "a full reduction",
            before="bx = bz / (np.size(x) // np.size(z))",
            after="bx = bz / x.size",
            shapes={"x": (2, 3)},
        ),
        Example(
            "an axis",
            before="bx = bz / (np.size(x) // np.size(z))",
            after="bx = bz / x.shape[1]",
            shapes={"x": (2, 3), "z": (2,), "bz": (2,)},
        ),
        Example(
            "an axis of a function that counts its axes from the end",
            primal="z = np.mean(x, axis=-1)",
            before="bx = bz / (np.size(x) // np.size(z))",
            after="bx = bz / x.shape[-1]",
            shapes={"x": (2, 3), "z": (2,), "bz": (2,)},
        ),
        Example(
            "two axes that were kept, and a correction",
            before="bx = bz / (np.size(x) // np.size(z) - 1)",
            after="bx = bz / (x.shape[0] * x.shape[2] - 1)",
            shapes={"x": (2, 3, 5), "z": (1, 3, 1), "bz": (1, 3, 1)},
        ),
        Example(
            "an axis of one element",
            before="bx = bz / (np.size(x) // np.size(z))",
            after="bx = bz / x.shape[1]",
            shapes={"x": (2, 1), "z": (2,), "bz": (2,)},
        ),
        Example("nothing was reduced", "bx = bz / (np.size(x) // np.size(z))", "bx = bz / 1"),
        Example.unchanged("another quotient", "n = np.size(x) // 2", shapes={"x": (2, 3)}),
    )

    def __init__(self, adjoint: Adjoint) -> None:
        super().__init__(adjoint.shapes)
        self.from_the_end = from_the_end(adjoint.primal.code)

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        return adjoint.with_backward(cls(adjoint).visited(adjoint.backward))

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        match updated_node:
            case cst.BinaryOperation(
                left=cst.Call() as above, operator=cst.FloorDivide(), right=cst.Call() as below
            ) if is_call_of(above, "np.size") and is_call_of(below, "np.size"):
                return self.count(operands(above)[0], operands(below)[0]) or updated_node
        return updated_node

    def count(self, x: cst.BaseExpression, z: cst.BaseExpression) -> cst.BaseExpression | None:
        """Return the number of elements of x for each of z."""
        large, small = self.shape(x), self.shape(z)
        if large is None or small is None:
            return None
        if not small:
            return quote("{x}.size", x=x) if large else cst.Integer("1")
        if prod(large) == prod(small) and (len(large) == len(small) or 1 in small):
            return None  # no size tells the axis
        offset = len(large) if self.from_the_end else 0
        sizes = (f"{{x}}.shape[{axis - offset}]" for axis in reduced(large, small))
        return quote(f"({' * '.join(sizes)})", x=x)
