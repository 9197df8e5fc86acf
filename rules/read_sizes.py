from __future__ import annotations

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.expressions import is_call_of, literal, operands, quote


class ReadSizes(Rule):
    """Read shapes and sizes off an argument, so that no value is kept for its shape alone.

    In the run that shapes are known from, each named size is a prime number of its own. So an axis
    of an argument that has this number in that run has the named size in every run.
    """

    ABOUT = ("np.shape(", "_like(", ".size", ".shape[")
    EXAMPLES = (
        Example(
            "a number of elements",
            forward="v = x * y",
            before="bx = bz / v.size * y",
            after="bx = bz / x.size * y",
            shapes={"v": (2, 3), "x": (2, 3), "y": (2, 3)},
            gradients=("bx",),
        ),
        Example(
            "a size",
            forward="v = x @ y",
            before="bx = bz / v.shape[1] * x",
            after="bx = bz / y.shape[1] * x",
            shapes={"v": (2, 5), "x": (2, 3), "y": (3, 5)},
            gradients=("bx",),
        ),
        Example(
            "a shape",
            forward="v = 2 * x",
            before="bx = np.broadcast_to(bz, np.shape(v)) @ y",
            after="bx = np.broadcast_to(bz, np.shape(x)) @ y",
            shapes={"v": (2, 3), "x": (2, 3), "y": (3, 3)},
            gradients=("bx",),
        ),
        Example(
            "an array to be filled",
            forward="v = np.sort(x)",
            before="bx = np.full_like(v, bz) @ y",
            after="bx = np.full_like(x, bz) @ y",
            shapes={"v": (2, 3), "x": (2, 3), "y": (3, 3)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "a shape that no argument has",
            "bx = np.zeros_like(v)",
            forward="v = np.outer(x, y)",
            shapes={"v": (2, 3), "x": (2,), "y": (3,), "bx": (2, 3)},
        ),
        Example.unchanged(
            "an argument's own", "bx = bz / x.size", shapes={"x": (2, 3)}, gradients=("bx",)
        ),
    )

    def __init__(self, adjoint: Adjoint) -> None:
        super().__init__(adjoint.shapes)
        own = adjoint.parameters
        first = [name for name in adjoint.primal.wrt if name in own]
        self.arguments = list(dict.fromkeys([*first, *own]))

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        return adjoint.with_backward(cls(adjoint).visited(adjoint.backward))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not is_call_of(updated_node, "np.shape", "np.zeros_like", "np.full_like"):
            return updated_node
        like = self.alike(operands(updated_node)[0], real=not is_call_of(updated_node, "np.shape"))
        if like is None:
            return updated_node
        first, *rest = updated_node.args
        return updated_node.with_changes(args=[first.with_changes(value=cst.Name(like)), *rest])

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        like = self.alike(updated_node.value) if updated_node.attr.value == "size" else None
        return updated_node if like is None else quote(f"{like}.size")

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        match updated_node:
            case cst.Subscript(
                value=cst.Attribute(value=cst.Name() as value, attr=cst.Name("shape")),
                slice=[cst.SubscriptElement(cst.Index(place))],
            ):
                return self.size(value, literal(place)) or updated_node
        return updated_node

    def alike(self, value: cst.BaseExpression, *, real: bool = False) -> str | None:
        """Return the argument with the shape of a value that is no argument itself."""
        if (
            not isinstance(value, cst.Name)
            or value.value not in self.shapes.keys() - self.arguments
        ):
            return None
        shape = self.shapes[value.value].shape
        return next((x for x in self.arrays(real=real) if self.shapes[x].shape == shape), None)

    def size(self, value: cst.Name, axis: int) -> cst.BaseExpression | None:
        """Return where an argument has the size that another value has along an axis."""
        if value.value in self.arguments:
            return None
        like = self.alike(value)
        if like is not None:
            return quote(f"{like}.shape[{axis}]")
        wanted = self.shapes[value.value].shape[axis]
        sizes = ((x, i, n) for x in self.arrays() for i, n in enumerate(self.shapes[x].shape))
        return next((quote(f"{x}.shape[{i}]") for x, i, n in sizes if n == wanted), None)

    def arrays(self, *, real: bool = False) -> list[str]:
        """Return the arguments that are arrays, or arrays of floats."""
        return [
            name
            for name in self.arguments
            if self.shapes[name].shape and (not real or self.shapes[name].dtype.startswith("float"))
        ]
