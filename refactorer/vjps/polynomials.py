"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from refactorer.vjps.notation import VJP, Unknown, vjp


def coefficients(g: Any, p: Any, x: Any) -> str:
    """Each coefficient has a power of x as its derivative."""
    if np.ndim(x) == 0:
        return f"g * np.flip({LOW_FIRST}.polyvander(x, len(p) - 1)[0])"
    if np.ndim(x) == 1:
        return f"np.flip({LOW_FIRST}.polyvander(x, len(p) - 1).T @ g)"
    raise Unknown("the derivative of `np.polyval` by its coefficients is known for a vector")


def powers(g: Any, x: Any, N: Any, *, increasing: bool) -> str:  # noqa: N803
    """The derivative of a power is the one below it, times the power."""
    if increasing:
        below, part, factors = "np.vander(x, N - 1, True)", "1:", "np.arange(1, N)"
    else:
        below, part, factors = "np.vander(x, N - 1)", ":-1", "np.arange(N - 1, 0, -1)"
    if N is None:
        raise Unknown("the derivative of `np.vander` is known for a number of columns")
    return f"np.sum(g[:, {part}] * {below} * {factors}, axis=1)"


# np.vander and np.polyder would make float64 of float32.
LOW_FIRST = "np.polynomial.polynomial"
SLOPE = f"g * {LOW_FIRST}.polyval(x, {LOW_FIRST}.polyder(np.flip(p)))"

VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.polyval: vjp("p, x", {"p": coefficients, "x": SLOPE}),
    np.vander: vjp("x, N=None, increasing=False", {"x": powers}),
}
