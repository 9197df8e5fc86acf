"""Norms of vectors and of matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from refactorer.vjps.notation import VJP, Unknown, vjp


def norm_factors(x: Any, *, ord: Any, axis: Any) -> str:  # noqa: A002
    """Return the singular value decomposition that the norm of a matrix goes by."""
    if is_vectors(x, axis) or ord not in SPECTRAL:
        return "x"
    return f"np.linalg.svd({matrices('x', x, axis)}, full_matrices=False)"


def norm(
    g: Any,
    z: Any,
    x: Any,
    factors: Any,
    *,
    ord: Any,  # noqa: A002
    axis: Any,
    keepdims: bool,
) -> str:
    """The norm of vectors, or the root of the sum of the squares of a matrix."""
    vectors = is_vectors(x, axis)
    if ord is None or ord == "fro" or (vectors and ord == 2):
        return "spread(g / z) * x"
    if not vectors:
        return matrix_norm(ord, x, axis, keepdims)
    if ord == 0:
        return "np.zeros_like(x)"
    if ord == 1:
        return "spread(g) * np.sign(x)"
    if abs(ord) == np.inf:
        ties = "np.sum(np.abs(x) == spread(z), axis=axis, keepdims=keepdims, dtype=x.dtype)"
        return f"spread(g / {ties}) * np.sign(x) * (np.abs(x) == spread(z))"
    return f"spread(g * z ** {1 - ord}) * np.sign(x) * np.abs(x) ** {ord - 1}"


def is_vectors(x: Any, axis: Any) -> bool:
    return isinstance(axis, int) or (axis is None and np.ndim(x) == 1)


# The norms of singular values, by how many columns and rows of the decomposition are due.
SPECTRAL = {2: ":1", -2: "-1:", "nuc": ":"}


def matrix_norm(ord: Any, x: Any, axis: Any, keepdims: bool) -> str:  # noqa: A002
    """Return the cotangent by singular values, or by the row or the column of the largest sum."""
    first, second = (i % np.ndim(x) for i in axis or (0, 1))

    def whole(number: str) -> str:
        """Return what there is one of for each matrix, with axes for the matrix."""
        if keepdims or np.ndim(x) == 2:
            return number
        return f"np.expand_dims({number}, {(first, second)})"

    if ord in SPECTRAL:
        product = "factors[0] @ factors[2]"
        if ord != "nuc":
            stack = "" if np.ndim(x) == 2 else "..., "
            columns = f"{stack or ':, '}{SPECTRAL[ord]}"
            rows = f"{stack}{SPECTRAL[ord]}{', :' if stack else ''}"
            product = f"factors[0][{columns}] @ factors[2][{rows}]"
        return f"{whole('g')} * {matrices(f'({product})', x, axis)}"
    along = first if abs(ord) == 1 else second
    chosen = f"(np.sum(np.abs(x), axis={along}, keepdims=True) == {whole('z')})"
    said = "" if np.ndim(x) == 2 else f"axis={(first, second)}, keepdims=True, "
    ties = f"np.sum({chosen}, {said}dtype=x.dtype)"
    return f"{whole('g')} / {ties} * np.sign(x) * {chosen}"


def matrices(value: str, x: Any, axis: Any) -> str:
    """Return a stack with the axes of its matrices last, or as they were before."""
    wanted = tuple(i % np.ndim(x) for i in axis or (0, 1))
    rank = np.ndim(x)
    if wanted == (rank - 2, rank - 1):
        return value
    if wanted == (rank - 1, rank - 2):
        return f"np.swapaxes({value}, -1, -2)"
    raise Unknown("the derivative of this norm is known for matrices in the last two axes")


VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.linalg.norm: vjp(
        "x, ord=None, axis=None, keepdims=False", {"factors": norm_factors, "x": norm}
    ),
}
