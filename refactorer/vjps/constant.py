"""Functions that carry no cotangent: shapes, positions, constants, truth values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

CONSTANT: tuple[Callable[..., Any], ...] = (
    *(np.arange, np.eye, np.identity, np.zeros, np.ones),
    *(np.zeros_like, np.ones_like, np.empty, np.empty_like, np.tri, np.indices, np.diag_indices),
    *(np.tril_indices, np.triu_indices, np.unravel_index, np.ix_, np.shape, np.size, np.ndim),
    *(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition),
    *(np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.searchsorted, np.digitize),
    *(np.bincount, np.unique, np.lexsort, np.isin),
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.floor_divide),
    *(np.isnan, np.isfinite, np.isinf, np.isposinf, np.isneginf, np.signbit, np.all, np.any),
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.isclose, np.allclose),
    *(np.array_equal, np.result_type, np.finfo, np.int32, np.int64),
)
