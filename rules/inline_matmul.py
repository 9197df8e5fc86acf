from __future__ import annotations

import libcst as cst

from refactorer.rule import Example, Rule
from refactorer.syntax.expressions import is_call_of, operands, quote

MATRICES = {"x": (2, 3), "y": (3, 5), "bz": (2, 5)}
BOTH = """
    bx = tangent.matmul_grad_x(bz, x, y)
    by = tangent.matmul_grad_y(bz, x, y)
"""


class InlineMatmul(Rule):
    """Write the cotangents of a product of matrices: for z = x y they are x̄ = z̄ yᵀ and ȳ = xᵀ z̄.

    A vector is a matrix with one row on the left and one column on the right, so its products are
    outer products and products with a matrix. The cotangent of an operand that is multiplied with
    a whole stack of matrices is summed over the stack.
    """

    ABOUT = ("tangent.matmul_grad_",)
    EXAMPLES = (
        Example(
            "matrix times matrix",
            before=BOTH,
            after="""
                bx = bz @ y.T
                by = x.T @ bz
            """,
            shapes=MATRICES,
        ),
        Example(
            "matrix times vector",
            before=BOTH,
            after="""
                bx = np.outer(bz, y)
                by = x.T @ bz
            """,
            shapes={"x": (2, 3), "y": (3,), "bz": (2,)},
        ),
        Example(
            "vector times matrix",
            before=BOTH,
            after="""
                bx = y @ bz
                by = np.outer(x, bz)
            """,
            shapes={"x": (3,), "y": (3, 5), "bz": (5,)},
        ),
        Example(
            "vector times vector",
            before=BOTH,
            after="""
                bx = bz * y
                by = bz * x
            """,
            shapes={"x": (3,), "y": (3,)},
        ),
        Example(
            "a stack times a matrix that serves all",
            before=BOTH,
            after="""
                bx = tangent.unbroadcast(bz @ y.T, x)
                by = tangent.unbroadcast(np.swapaxes(x, -1, -2) @ bz, y)
            """,
            shapes={"x": (2, 3, 5), "y": (5, 7), "bz": (2, 3, 7)},
        ),
        Example(
            "a stack times a vector",
            before=BOTH,
            after="""
                bx = tangent.unbroadcast(bz[..., None] * y, x)
                by = tangent.unbroadcast(bz[..., None] * x, y)
            """,
            shapes={"x": (2, 3, 5), "y": (5,), "bz": (2, 3)},
        ),
        Example(
            "a vector times a stack",
            before=BOTH,
            after="""
                bx = tangent.unbroadcast(np.sum(bz[..., None, :] * y, axis=-1), x)
                by = tangent.unbroadcast(bz[..., None, :] * x[:, None], y)
            """,
            shapes={"x": (3,), "y": (2, 3, 5), "bz": (2, 5)},
        ),
        Example(
            "`np.dot` with a scalar",
            before=BOTH,
            after="""
                bx = tangent.unbroadcast(bz * y, x)
                by = tangent.unbroadcast(bz * x, y)
            """,
            shapes={"y": (3,), "bz": (3,)},
        ),
        Example.unchanged("another product", "bx = np.dot(bz, y)", shapes={"y": (3,), "bz": (3,)}),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not is_call_of(updated_node, "tangent.matmul_grad_x", "tangent.matmul_grad_y"):
            return updated_node
        g, x, y = operands(updated_node)
        left, right = self.shape(x), self.shape(y)
        if left is None or right is None:
            return updated_node
        of_x = is_call_of(updated_node, "tangent.matmul_grad_x")
        template = (for_left if of_x else for_right)(len(left), len(right))
        return quote(template, g=g, x=x, y=y)


def for_left(x: int, y: int) -> str:
    """Return the cotangent of the left operand of a product of these ranks."""
    match x, y:
        case (1, 1):
            return "{g} * {y}"
        case (2, 1):
            return "np.outer({g}, {y})"
        case (1, 2):
            return "{y} @ {g}"
        case (2, 2):
            return "{g} @ {y}.T"
        case (0, _) | (_, 0):
            return "tangent.unbroadcast({g} * {y}, {x})"
        case (_, 1):
            return "tangent.unbroadcast({g}[..., None] * {y}, {x})"
        case (1, _):
            return "tangent.unbroadcast(np.sum({g}[..., None, :] * {y}, axis=-1), {x})"
    return f"tangent.unbroadcast({{g}} @ {transposed('{y}', y)}, {{x}})"


def for_right(x: int, y: int) -> str:
    """Return the cotangent of the right operand of a product of these ranks."""
    match x, y:
        case (1, 1):
            return "{g} * {x}"
        case (1, 2):
            return "np.outer({x}, {g})"
        case (2, 1 | 2):
            return "{x}.T @ {g}"
        case (0, _) | (_, 0):
            return "tangent.unbroadcast({g} * {x}, {y})"
        case (_, 1):
            return "tangent.unbroadcast({g}[..., None] * {x}, {y})"
        case (1, _):
            return "tangent.unbroadcast({g}[..., None, :] * {x}[:, None], {y})"
    return f"tangent.unbroadcast({transposed('{x}', x)} @ {{g}}, {{y}})"


def transposed(matrix: str, rank: int) -> str:
    return f"{matrix}.T" if rank == 2 else f"np.swapaxes({matrix}, -1, -2)"
