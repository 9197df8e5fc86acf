from __future__ import annotations

import libcst as cst

from refactorer.rule import Example, Rule
from refactorer.shapes import Array
from refactorer.syntax.expressions import is_call_of, is_literal, literal, operands, quote

Expression = cst.BaseExpression
NUMBERS = [Array((), kind) for kind in ("float", "int", "bool")]


class PlainNumpy(Rule):
    """Write what is left of tangent's helpers in plain NumPy, and drop those that do nothing.

    A cotangent starts at zero, a permutation of axes is undone by its inverse, and an array that
    has the shape already needs no reshaping.
    """

    ABOUT = (
        *("tangent.init_grad(", "tangent.transpose_inverse_axes("),
        *("np.result_type(", "np.swapaxes(", "np.reshape("),
    )
    EXAMPLES = (
        Example("zeros", "bx = tangent.init_grad(x)", "bx = np.zeros_like(x)", shapes={"x": (3,)}),
        Example("a zero", "bx = tangent.init_grad(x)", "bx = 0.0", dtypes={"x": "float"}),
        Example(
            "a transpose",
            before="bx = np.transpose(bz, tangent.transpose_inverse_axes(None))",
            after="bx = bz.T",
            shapes={"bz": (2, 3)},
        ),
        Example(
            "a permutation",
            before="bx = np.transpose(bz, tangent.transpose_inverse_axes((2, 0, 1)))",
            after="bx = np.transpose(bz, (1, 2, 0))",
            shapes={"bz": (2, 3, 5)},
        ),
        Example(
            "a dtype",
            before="n = np.sum(mask, dtype=np.result_type(x))",
            after="n = np.sum(mask, dtype=x.dtype)",
            shapes={"x": (3,), "mask": (3,)},
        ),
        Example(
            "a swap in a matrix",
            before="bx = np.swapaxes(y, -1, -2) @ bz",
            after="bx = y.T @ bz",
            shapes={"y": (2, 3), "bz": (2,)},
        ),
        Example(
            "a shape that is there already",
            before="bx = np.reshape(bz, np.shape(x))",
            after="bx = bz",
            shapes={"x": (3,), "bz": (3,)},
        ),
        Example.unchanged(
            "a shape that is not there",
            "bx = np.reshape(bz, np.shape(x))",
            shapes={"x": (3,), "bz": (1, 3)},
        ),
        Example.unchanged(
            "a swap in a stack",
            "bx = np.swapaxes(y, -1, -2) @ bz",
            shapes={"y": (7, 2, 3), "bz": (2,)},
        ),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> Expression:
        match operands(updated_node):
            case (x,) if is_call_of(updated_node, "tangent.init_grad"):
                return self.zeros(x)
            case (g, cst.Call() as axes) if is_call_of(axes, "tangent.transpose_inverse_axes"):
                return self.permuted(g, operands(axes)[0]) or updated_node
            case (x,) if is_call_of(updated_node, "np.result_type"):
                return updated_node if self.is_number(x) else quote("{x}.dtype", x=x)
            case (x, _, _) if is_call_of(updated_node, "np.swapaxes"):
                return quote("{x}.T", x=x) if len(self.shape(x) or ()) == 2 else updated_node
            case (g, _) if is_call_of(updated_node, "np.reshape"):
                return g if self.shape(g) == self.shape(updated_node) else updated_node
        return updated_node

    def zeros(self, x: Expression) -> Expression:
        """Return a zero in the shape of x; a Python number has a Python number."""
        return cst.Float("0.0") if self.is_number(x) else quote("np.zeros_like({x})", x=x)

    def is_number(self, x: Expression) -> bool:
        """Tell whether x is the name of a Python number."""
        return isinstance(x, cst.Name) and self.shapes[x.value] in NUMBERS

    def permuted(self, g: Expression, axes: Expression) -> Expression | None:
        """Return g with its axes where they were before `np.transpose` moved them."""
        if not is_literal(axes):
            return None
        order = literal(axes)
        if order is None:
            return quote("{g}.T", g=g)
        inverse = tuple(sorted(range(len(order)), key=[i % len(order) for i in order].__getitem__))
        return quote(f"np.transpose({{g}}, {inverse})", g=g)
