"""Products of matrices and what belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gast  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt

from refactorer.vjps.notation import rule

Floats = npt.NDArray[Any]

PRODUCT = {"x": "tangent.matmul_grad_x(g, x, y)", "y": "tangent.matmul_grad_y(g, x, y)"}

# The same matrix, transposed, is solved for the cotangent.
SOLVED = {
    "solved": "np.linalg.solve(np.swapaxes(x, -1, -2), g)",
    "x": "-tangent.matmul_grad_x(solved, x, z)",
    "y": "solved",
}

RULES: Mapping[Any, Callable[..., Any]] = {
    # z = f(x, ...)          x̄, ...
    gast.MatMult: rule("x, y", PRODUCT),
    np.matmul: rule("x, y", PRODUCT),
    np.dot: rule("x, y", PRODUCT),
    np.vdot: rule("x, y", {"x": "g * y", "y": "g * x"}),
    np.outer: rule("x, y", {"x": "g @ y", "y": "x @ g"}),
    np.trace: rule("x", {"x": "g * np.eye(*np.shape(x), dtype=x.dtype)"}),
    np.linalg.solve: rule("x, y", SOLVED),
    np.linalg.inv: rule("x", {"x": "-np.transpose(z) @ g @ np.transpose(z)"}),
    np.linalg.det: rule("x", {"x": "g * z * np.transpose(np.linalg.inv(x))"}),
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
