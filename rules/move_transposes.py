from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound
from refactorer.syntax.expressions import code, is_call_of, operands, quote

TURNS = frozenset({":", "::-1"})  # an axis as it is, and turned


class MoveTransposes(Rule):
    """Move transposes to where they meet others: (a b)ᵀ = bᵀ aᵀ and (aᵀ)ᵀ = a.

    Where the transpose of a matrix has a name in the forward part, its transpose is that matrix. An
    axis that is reversed twice, as in x[::-1][::-1], is as it was.
    """

    EXAMPLES = (
        Example(
            "a transposed product",
            before="bw = (x.T @ bz).T",
            after="bw = bz.T @ x",
            shapes={"x": (2, 3), "bz": (2, 5)},
        ),
        Example("twice", "bx = bz.T.T", "bx = bz", shapes={"bz": (2, 3)}),
        Example(
            "a transpose of the forward part",
            forward="v = np.transpose(w)",
            before="bx = bz @ v.T",
            after="bx = bz @ w",
            shapes={"w": (5, 3), "v": (3, 5), "bz": (2, 5)},
        ),
        Example(
            "a product of several",
            before="bw = (x @ y @ bz).T",
            after="bw = bz.T @ (y.T @ x.T)",
            shapes={"x": (2, 3), "y": (3, 5), "bz": (5, 7)},
        ),
        Example("turned twice", "bx = bz[::-1][::-1]", "bx = bz", shapes={"bz": (3,)}),
        Example.unchanged("cut twice", "bx = bz[1:][1:]", shapes={"bz": (3,)}),
        Example.unchanged("a sum", "bw = (bz + x).T", shapes={"x": (2, 3), "bz": (2, 3)}),
        Example.unchanged("a vector", "bw = (x @ bz).T", shapes={"x": (2, 3), "bz": (3,)}),
    )

    def __init__(self, adjoint: Adjoint) -> None:
        super().__init__(adjoint.shapes)
        self.sources = dict(transposes(adjoint))

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        return adjoint.with_backward(adjoint.backward.visit(cls(adjoint)))

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        if updated_node.attr.value != "T" or len(self.shape(updated_node) or ()) != 2:
            return updated_node
        return self.transposed(updated_node.value) or updated_node

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        match updated_node.value:
            case cst.Subscript(value=value) as inner if index_of(inner) == index_of(updated_node):
                if TURNS.issuperset(index_of(inner)):
                    return value
        return updated_node

    def transposed(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """Return what the transpose of a matrix is by another name, or None."""
        match node:
            case cst.Name(name) if name in self.sources:
                return self.sources[name]
            case cst.Attribute(value=value, attr=cst.Name("T")):
                return value
            case cst.BinaryOperation(left=a, operator=cst.MatrixMultiply(), right=b):
                if len(self.shape(a) or ()) != 2 or len(self.shape(b) or ()) != 2:
                    return None
                left, right = self.transposed(b), self.transposed(a)
                return quote(
                    "{b} @ {a}", b=left or quote("{b}.T", b=b), a=right or quote("{a}.T", a=a)
                )
        return None


def index_of(node: cst.Subscript) -> list[str]:
    """Return the parts of an index."""
    return [code(element.slice) for element in node.slice]


def transposes(adjoint: Adjoint) -> Iterator[tuple[str, cst.BaseExpression]]:
    """Yield the names of the forward part that are the transpose of a matrix, with the matrix."""
    for statement in adjoint.forward.body:
        match bound(statement), statement:
            case str(name), cst.SimpleStatementLine(body=[cst.Assign(value=cst.Call() as call)]):
                plain = is_call_of(call, "np.transpose") and len(call.args) == 1
                if plain and len(adjoint.shapes[name].shape) == 2:
                    yield name, operands(call)[0]
