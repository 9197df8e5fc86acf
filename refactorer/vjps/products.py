"""Products of vectors, matrices and tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gast  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt

from refactorer.vjps.einsum import OPERANDS, operand
from refactorer.vjps.notation import VJP, elementwise, vjp
from refactorer.vjps.ordering import axis_argument
from refactorer.vjps.shaping import inverse

Floats = npt.NDArray[Any]
Pairs = tuple[Sequence[int], Sequence[int]]

LEFT = "tangent.matmul_grad_x(g, x, y)"
RIGHT = "tangent.matmul_grad_y(g, x, y)"


def dot_left(g: Any, x: Any, y: Any) -> str:
    return LEFT if is_matmul(x, y) else contraction_left(x, y, last_by_row(x, y))


def dot_right(g: Any, x: Any, y: Any) -> str:
    return RIGHT if is_matmul(x, y) else contraction_right(x, y, last_by_row(x, y))


def is_matmul(x: Any, y: Any) -> bool:
    """Tell whether `np.dot` does what `np.matmul` does; a scalar factor multiplies."""
    return np.ndim(y) <= 2 or np.ndim(x) == 0


def last_by_row(x: Any, y: Any) -> Pairs:
    """`np.dot` contracts the last axis with the last but one."""
    return [np.ndim(x) - 1], [max(np.ndim(y) - 2, 0)]


def inner_left(g: Any, x: Any, y: Any) -> str:
    match np.ndim(x), np.ndim(y):
        case (0, 0) | (1, 1):
            return "g * y"
        case (0, _):
            return "np.sum(g * y)"
        case (_, 0):
            return "g * y"
        case (1 | 2, 2):
            return "g @ y"
    return contraction_left(x, y, ([np.ndim(x) - 1], [np.ndim(y) - 1]))


def inner_right(g: Any, x: Any, y: Any) -> str:
    match np.ndim(x), np.ndim(y):
        case (0, 0) | (1, 1):
            return "g * x"
        case (_, 0):
            return "np.sum(g * x)"
        case (0, _):
            return "g * x"
        case (2, 1 | 2):
            return "g.T @ x"
    return contraction_right(x, y, ([np.ndim(x) - 1], [np.ndim(y) - 1]))


def tensordot_left(g: Any, x: Any, y: Any, *, axes: Any) -> str:
    if axes == 1 and np.ndim(x) <= 2 and np.ndim(y) <= 2:
        return LEFT
    return contraction_left(x, y, paired(x, y, axes))


def tensordot_right(g: Any, x: Any, y: Any, *, axes: Any) -> str:
    if axes == 1 and np.ndim(x) <= 2 and np.ndim(y) <= 2:
        return RIGHT
    return contraction_right(x, y, paired(x, y, axes))


def paired(x: Any, y: Any, axes: Any) -> Pairs:
    """Return the axes of both factors that a tensor product sums over."""
    if isinstance(axes, int):
        return range(np.ndim(x) - axes, np.ndim(x)), range(axes)
    left, right = ((a,) if isinstance(a, int) else a for a in axes)
    return [a % np.ndim(x) for a in left], [b % np.ndim(y) for b in right]


def contraction_left(x: Any, y: Any, pairs: Pairs) -> str:
    """Return the cotangent of x where z = Σ x y over pairs of axes: the product of g and y."""
    summed, beside = pairs
    free, rest = others(x, summed), others(y, beside)
    if not free and not rest:
        order = [summed[list(beside).index(i)] for i in sorted(beside)]
        return in_order("g * y", order)
    order = [*free, *(summed[list(beside).index(i)] for i in sorted(beside))]
    axes = (tuple(range(len(free), len(free) + len(rest))), tuple(rest))
    return in_order(f"np.tensordot(g, y, {axes})", order)


def contraction_right(x: Any, y: Any, pairs: Pairs) -> str:
    """Return the cotangent of y where z = Σ x y over pairs of axes: the product of x and g."""
    beside, summed = pairs
    free, rest = others(y, summed), others(x, beside)
    order = [summed[list(beside).index(i)] for i in sorted(beside)]
    if not free and not rest:
        return in_order("g * x", order)
    axes = (tuple(rest), tuple(range(len(rest))))
    return in_order(f"np.tensordot(x, g, {axes})", [*order, *free])


def others(array: Any, axes: Sequence[int]) -> list[int]:
    return [i for i in range(np.ndim(array)) if i not in axes]


def in_order(product: str, axes: Sequence[int]) -> str:
    """Return a product whose axes are these of the array, as the array has them."""
    back = inverse(axes)
    if list(back) == sorted(back):
        return product
    return f"({product}).T" if len(back) == 2 else f"np.transpose({product}, {back})"


def outer_left(g: Any, x: Any, y: Any) -> str:
    return "g @ y" if flat(x, y) else "np.reshape(g @ np.ravel(y), np.shape(x))"


def outer_right(g: Any, x: Any, y: Any) -> str:
    return "x @ g" if flat(x, y) else "np.reshape(np.ravel(x) @ g, np.shape(y))"


def flat(x: Any, y: Any) -> bool:
    return np.ndim(x) == np.ndim(y) == 1


def cross_left(g: Any, y: Any, *, axis: int) -> str:
    return f"np.cross(y, g{axis_argument(axis)})"


def cross_right(g: Any, x: Any, *, axis: int) -> str:
    return f"np.cross(g, x{axis_argument(axis)})"


def kron_left(g: Any, x: Any, y: Any) -> str:
    """Return the sum of the elements of each block, weighted by y."""
    most = max(np.ndim(x), np.ndim(y))
    axes = tuple(2 * i + 1 for i in range(most - np.ndim(y), most))
    text = f"np.tensordot({in_blocks(x, y)}, y, ({axes}, {tuple(range(np.ndim(y)))}))"
    return text if np.ndim(x) == np.ndim(y) else f"np.reshape({text}, np.shape(x))"


def kron_right(g: Any, x: Any, y: Any) -> str:
    """Return the sum of the blocks, weighted by x."""
    most = max(np.ndim(x), np.ndim(y))
    axes = tuple(2 * i for i in range(most - np.ndim(x), most))
    text = f"np.tensordot({in_blocks(x, y)}, x, ({axes}, {tuple(range(np.ndim(x)))}))"
    return text if np.ndim(x) == np.ndim(y) else f"np.reshape({text}, np.shape(y))"


def in_blocks(x: Any, y: Any) -> str:
    """Return the cotangent with an axis of x and one of y in turn."""
    most = max(np.ndim(x), np.ndim(y))
    if most == 0:
        return "g"
    pairs = [(size("x", x, i - most), size("y", y, i - most)) for i in range(most)]
    return f"np.reshape(g, ({', '.join(n for pair in pairs for n in pair)},))"


def size(name: str, array: Any, axis: int) -> str:
    """Return the text of a size, counted from the end; axes in front have length one."""
    return f"{name}.shape[{np.ndim(array) + axis}]" if np.ndim(array) + axis >= 0 else "1"


PRODUCT = {"x": LEFT, "y": RIGHT}
VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    gast.MatMult: vjp("x, y", PRODUCT),
    np.matmul: vjp("x, y", PRODUCT),
    np.dot: vjp("x, y", {"x": dot_left, "y": dot_right}),
    np.inner: vjp("x, y", {"x": inner_left, "y": inner_right}),
    np.vdot: vjp("x, y", {"x": "g * y", "y": "g * x"}),
    np.outer: vjp("x, y", {"x": outer_left, "y": outer_right}),
    np.kron: vjp("x, y", {"x": kron_left, "y": kron_right}),
    np.tensordot: vjp("x, y, axes=2", {"x": tensordot_left, "y": tensordot_right}),
    np.cross: elementwise("x, y, axis=-1", {"x": cross_left, "y": cross_right}),
    np.einsum: vjp(
        f"spec, {', '.join(OPERANDS)}, optimize=False",
        {name.split("=")[0]: operand(i) for i, name in enumerate(OPERANDS)},
    ),
}


def pull_left(g: Floats, x: Floats, y: Floats) -> Floats:
    """Return the cotangent of x where z = x @ y; a scalar factor multiplies, as in `np.dot`."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return summed(g * y, np.shape(x))
    if np.ndim(y) == 1:
        return summed(np.expand_dims(g, -1) * y, np.shape(x))
    if np.ndim(x) == 1:
        return summed((y @ np.expand_dims(g, -1))[..., 0], np.shape(x))
    return summed(g @ np.swapaxes(y, -1, -2), np.shape(x))


def pull_right(g: Floats, x: Floats, y: Floats) -> Floats:
    """Return the cotangent of y where z = x @ y; a scalar factor multiplies, as in `np.dot`."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return summed(g * x, np.shape(y))
    g = np.expand_dims(g, -1) if np.ndim(y) == 1 else g
    g = np.expand_dims(g, -2) if np.ndim(x) == 1 else g
    columns = np.swapaxes(np.atleast_2d(x), -1, -2) @ g
    return summed(columns[..., 0] if np.ndim(y) == 1 else columns, np.shape(y))


def summed(g: Floats, shape: tuple[int, ...]) -> Floats:
    """Return a cotangent summed over the axes along which a value of this shape was broadcast."""
    lead = np.ndim(g) - len(shape)
    ones = [lead + i for i, n in enumerate(shape) if n == 1 and np.shape(g)[lead + i] > 1]
    return np.reshape(np.sum(g, axis=(*range(lead), *ones)), shape)
