"""Functions that take elements together along axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from refactorer.vjps.notation import rule

AXES = "x, axis=None, keepdims=False"
SPREADING = "x, axis=None, ddof=0, keepdims=False"

CENTRED = "(x - np.mean(x, axis=axis, keepdims=True))"

FROM_THE_END = "np.flip(np.cumsum(np.flip(g, axis), axis), axis)"

# Elements that tie for the extreme share the cotangent.
EXTREME = {
    "mask": "x == spread(z)",
    "x": "spread(g / np.sum(mask, axis=axis, keepdims=keepdims, dtype=np.result_type(x))) * mask",
}

RULES: Mapping[Any, Callable[..., Any]] = {
    # z = f(x)               x̄
    np.mean: rule(AXES, {"x": "spread(g / count)"}),
    np.prod: rule(AXES, {"x": "spread(g * z) / x"}),
    np.linalg.norm: rule(AXES, {"x": "spread(g / z) * x"}),
    np.var: rule(SPREADING, {"x": f"spread(2 * g / (count - ddof)) * {CENTRED}"}),
    np.std: rule(SPREADING, {"x": f"spread(g / z / (count - ddof)) * {CENTRED}"}),
    np.max: rule(AXES, EXTREME),
    np.amax: rule(AXES, EXTREME),
    np.min: rule(AXES, EXTREME),
    np.amin: rule(AXES, EXTREME),
    np.cumsum: rule("x, axis=None", {"x": f"np.reshape({FROM_THE_END}, np.shape(x))"}),
}


def spread(
    g: npt.ArrayLike, shape: tuple[int, ...], axis: int | tuple[int, ...] | None, keepdims: bool
) -> npt.NDArray[Any]:
    """Broadcast a reduced value back to a shape, whatever the signs and the order of its axes."""
    if axis is None or keepdims or not shape:
        return np.broadcast_to(g, shape)
    axes = (axis,) if isinstance(axis, int) else axis
    return np.broadcast_to(np.expand_dims(g, tuple(i % len(shape) for i in axes)), shape)
