"""Reads at an index, and what carries no cotangent: shapes, positions, constants, truths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

CONSTANT: tuple[Callable[..., Any], ...] = (
    *(np.arange, np.eye, np.identity, np.linspace, np.full, np.full_like, np.zeros, np.ones),
    *(np.empty, np.empty_like, np.tri, np.size, np.ndim, np.argmax, np.argmin, np.argsort),
    *(np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.unique),
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.floor_divide),
    *(np.isnan, np.isfinite, np.isinf, np.signbit, np.all, np.any),
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.isclose, np.allclose),
)


def add_at(total: npt.NDArray[Any], index: Any, g: npt.ArrayLike) -> npt.NDArray[Any]:
    """Add a cotangent in place where `index` reads, as often as it reads there."""
    total = total if total.flags.writeable else total.copy()  # it may be a view of one number
    np.add.at(total, index, g)
    return total
