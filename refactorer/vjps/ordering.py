"""Functions that order elements, or pick some by their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from refactorer.vjps.notation import VJP, Unknown, vjp


def sort(g: Any, x: Any, *, axis: int | None) -> str:
    return put_back(x, axis, f"np.argsort(x{axis_argument(axis)})")


def partition(g: Any, x: Any, kth: Any, *, axis: int | None) -> str:
    return put_back(x, axis, f"np.argpartition(x, kth{axis_argument(axis)})")


def axis_argument(axis: int | None) -> str:
    """Return an axis as an argument, where it is not the last."""
    return "" if axis == -1 else f", axis={axis}"


def put_back(x: Any, axis: int | None, order: str) -> str:
    """Return the cotangent of what was put in an order: it goes back where each element was."""
    if np.ndim(x) == 1:
        return f"tangent.add_grad_at_index(np.zeros_like(x), {order}, g)"
    if axis is None:
        return f"np.reshape(g[np.argsort({order})], np.shape(x))"
    return f"np.take_along_axis(g, np.argsort({order}{axis_argument(axis)}), axis={axis})"


def quantile(g: Any, z: Any, x: Any, q: Any, *, axis: int | None, keepdims: bool) -> str:
    return at_rank("q * (count - 1)", x, q, axis)


def percentile(g: Any, z: Any, x: Any, q: Any, *, axis: int | None, keepdims: bool) -> str:
    return at_rank("q / 100 * (count - 1)", x, q, axis)


def median(g: Any, z: Any, x: Any, *, axis: int | None, keepdims: bool) -> str:
    return at_rank("0.5 * (count - 1)", x, 0.5, axis)


def at_rank(wanted: str, x: Any, q: Any, axis: Any) -> str:
    """Return the cotangent of the value that has this rank among the elements in order.

    Between two ranks it is interpolated, so the weight of an element falls off linearly.
    """
    if np.ndim(q) or isinstance(axis, tuple):
        raise Unknown("the derivative of a quantile is known for one of them, along one axis")
    if axis is None and np.ndim(x) != 1:
        rank = "np.reshape(np.argsort(np.argsort(x, axis=None)), np.shape(x))"
    else:
        along = axis_argument(-1 if axis is None else axis)
        rank = f"np.argsort(np.argsort(x{along}){along})"
    return f"spread(g) * np.maximum(0, 1 - np.abs({rank} - {wanted}), dtype=x.dtype)"


PART = "x, q, axis=None, keepdims=False"

VJPS: Mapping[Any, VJP] = {
    # z = f(x)               x̄
    np.sort: vjp("x, axis=-1", {"x": sort}),
    np.partition: vjp("x, kth, axis=-1", {"x": partition}),
    np.median: vjp("x, axis=None, keepdims=False", {"x": median}),
    np.quantile: vjp(PART, {"x": quantile}),
    np.percentile: vjp(PART, {"x": percentile}),
}
