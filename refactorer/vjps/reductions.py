"""Functions that take elements together along axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from refactorer.vjps.notation import VJP, Row, Unknown, vjp

AXES = "x, axis=None, keepdims=False"
SPREADING = "x, axis=None, ddof=0, keepdims=False"

CENTRED = "(x - np.mean(x, axis=axis, keepdims=True))"
KEPT = "axis=axis, keepdims=keepdims, dtype=x.dtype"

# Elements that tie for the extreme share the cotangent.
SHARED = "spread(g / np.sum(mask, axis=axis, keepdims=keepdims, dtype=np.result_type(x))) * mask"
EXTREME = {"mask": "x == spread(z)", "x": SHARED}
BETWEEN = {
    "top": "x == np.max(x, axis=axis, keepdims=True)",
    "bottom": "x == np.min(x, axis=axis, keepdims=True)",
    "x": f"spread(g / np.sum(top, {KEPT})) * top - spread(g / np.sum(bottom, {KEPT})) * bottom",
}


# An element of a product may be zero: what is divided by is one there.
VANISHING = {"vanishing": "x == 0", "rest": "np.where(vanishing, 1, x)"}


def prod(g: Any, x: Any, *, axis: Any, keepdims: bool) -> str:
    """The cotangent of each element is g times the product of the others, also if some are zero."""
    rank = np.ndim(x)
    axes = range(rank) if axis is None else (axis,) if isinstance(axis, int) else axis
    factors, value = ["spread(g)"], "x"
    for place in sorted((i % rank for i in axes), reverse=True):
        factors.append(others(value, rank, place))
        value = f"np.prod({value}, axis={place}, keepdims=True)"
    return " * ".join(factors)


def others(value: str, rank: int, axis: int) -> str:
    """Return the product, for each element, of the others along an axis."""
    own = f"np.eye(x.shape[{axis}], dtype=bool)"
    own += f"[:, :, {', '.join(['None'] * (rank - 1 - axis))}]" if axis < rank - 1 else ""
    rows = f"{value}[{':, ' * axis}None]" if axis else value
    return f"np.prod(np.where({own}, 1, {rows}), axis={axis + 1})"


def chosen(z: Any, x: Any, where: Any, *, axis: Any, keepdims: bool) -> str:
    """Return where the extreme is: among what is asked for."""
    return "x == spread(z)" if where is True else "(x == spread(z)) & where"


def reached(g: Any, z: Any, initial: Any) -> str:
    return "np.sum(g * (z == initial))"


def share(g: Any, mask: Any, x: Any, initial: Any, *, axis: Any, keepdims: bool) -> str:
    """Return the cotangent of elements that tie for the extreme; none may have reached it."""
    if initial is None:
        return SHARED
    ties = "np.sum(mask, axis=axis, keepdims=keepdims, dtype=np.result_type(x))"
    return f"spread(g / np.maximum({ties}, 1)) * mask"


def total(g: Any, x: Any, where: Any, *, axis: Any, keepdims: bool) -> str:
    return "spread(g)" if where is True else "spread(g) * where.astype(x.dtype)"


def mean(g: Any, z: Any, x: Any, where: Any, *, axis: Any, keepdims: bool) -> str:
    if where is True:
        return "spread(g / count)"
    present = "where" if np.shape(where) == np.shape(x) else "np.broadcast_to(where, np.shape(x))"
    kept = ", keepdims=True" if keepdims else ""
    return f"spread(g / np.sum({present}.astype(x.dtype), axis=axis{kept})) * where"


def average(g: Any, z: Any, x: Any, weights: Any, *, axis: Any, keepdims: bool) -> str:
    if weights is None:
        return "spread(g / count)"
    return f"spread(g / {weight(x, weights, keepdims)}) * {along(x, weights, axis)}"


def average_weights(g: Any, z: Any, x: Any, weights: Any, *, axis: Any, keepdims: bool) -> str:
    text = f"spread(g / {weight(x, weights, keepdims)}) * (x - spread(z))"
    if np.ndim(weights) == np.ndim(x):
        return text
    others = tuple(i for i in range(np.ndim(x)) if i != axis % np.ndim(x))
    return f"np.sum({text}, axis={others[0] if len(others) == 1 else others})"


def weight(x: Any, weights: Any, keepdims: bool) -> str:
    """Return the sum of the weights, for each element of the output."""
    if np.ndim(weights) < np.ndim(x):
        return "np.sum(weights)"
    return f"np.sum(weights, axis=axis{', keepdims=True' if keepdims else ''})"


def along(x: Any, weights: Any, axis: Any) -> str:
    """Return the weights with the axes of x."""
    if np.ndim(weights) == np.ndim(x):
        return "weights"
    if not isinstance(axis, int):
        raise Unknown(
            "the derivative of `np.average` with a vector of weights is known for an axis"
        )
    behind = np.ndim(x) - 1 - axis % np.ndim(x)
    return f"weights[{', '.join([':', *['None'] * behind])}]" if behind else "weights"


def cumsum(g: Any, x: Any, *, axis: int | None) -> str:
    return from_the_end("g", x, axis)


def cumprod(g: Any, z: Any, x: Any, vanishing: Any, rest: Any, *, axis: int | None) -> str:
    """As of a product: what comes behind the first zero is due to that zero alone."""
    along = "" if axis is None else f", axis={axis}"
    once = f"g * np.cumprod(rest{along}) * (np.cumsum(vanishing{along}) == 1)"
    zero, others = from_the_end(f"({once})", x, axis), from_the_end("(g * z)", x, axis)
    return f"np.where(vanishing, {zero}, {others}) / rest"


def cummax(g: Any, z: Any, x: Any, *, axis: int) -> str:
    """Each is due to the last element that reached it."""
    rank, place = np.ndim(x), axis % np.ndim(x)
    steps = [f"np.arange(x.shape[{i}]){behind(rank, i)}" for i in range(rank)]
    along = f", axis={place}" if place else ""
    steps[place] = f"np.maximum.accumulate(np.where(x == z, {steps[place]}, 0){along})"
    index = steps[0] if rank == 1 else f"({', '.join(steps)})"
    return f"tangent.add_grad_at_index(np.zeros_like(x), {index}, g)"


def behind(rank: int, axis: int) -> str:
    """Return the index that puts axes behind a vector along an axis."""
    return f"[:, {', '.join(['None'] * (rank - 1 - axis))}]" if axis < rank - 1 else ""


def from_the_end(summed: str, x: Any, axis: int | None) -> str:
    """Return the sums of what comes behind each element, itself included."""
    if np.ndim(x) == 1:
        return f"np.cumsum({summed}[::-1])[::-1]"
    if axis is None:
        return f"np.reshape(np.cumsum({summed}[::-1])[::-1], np.shape(x))"
    turned = f"np.flip({summed}, axis={axis})"
    return f"np.flip(np.cumsum({turned}, axis={axis}), axis={axis})"


def cov(g: Any, x: Any, *, rowvar: bool, bias: bool, ddof: int | None) -> str:
    """The rows, or the columns, are the variables."""
    lost = (0 if bias else 1) if ddof is None else ddof
    if np.ndim(x) == 1:
        return f"2 * g * (x - np.mean(x)) / (x.size - {lost})"
    if rowvar:
        centred = "(x - np.mean(x, axis=1, keepdims=True))"
        return f"((g + g.T) / (x.shape[1] - {lost})) @ {centred}"
    return f"(x - np.mean(x, axis=0)) @ ((g + g.T) / (x.shape[0] - {lost}))"


CHOSEN = "x, axis=None, keepdims=False, initial=None, where=True"
AMONG: Mapping[str, str | Row] = {"mask": chosen, "x": share, "initial": reached}
PRESENT = "~np.isnan(x)"

VJPS: Mapping[Any, VJP] = {
    # z = f(x)               x̄
    np.sum: vjp("x, axis=None, keepdims=False, initial=0, where=True", {"x": total}),
    np.mean: vjp("x, axis=None, keepdims=False, where=True", {"x": mean}),
    np.average: vjp(
        "x, axis=None, weights=None, keepdims=False", {"x": average, "weights": average_weights}
    ),
    np.prod: vjp(AXES, {"x": prod}),
    np.var: vjp(SPREADING, {"x": f"spread(2 * g / (count - ddof)) * {CENTRED}"}),
    np.std: vjp(SPREADING, {"x": f"spread(g / z / (count - ddof)) * {CENTRED}"}),
    np.max: vjp(CHOSEN, AMONG),
    np.amax: vjp(CHOSEN, AMONG),
    np.min: vjp(CHOSEN, AMONG),
    np.amin: vjp(CHOSEN, AMONG),
    np.ptp: vjp(AXES, BETWEEN),
    np.nansum: vjp(AXES, {"x": f"spread(g) * ({PRESENT}).astype(x.dtype)"}),
    np.nanmean: vjp(AXES, {"x": f"spread(g / np.sum({PRESENT}, {KEPT})) * {PRESENT}"}),
    np.nanmax: vjp(AXES, EXTREME),
    np.nanmin: vjp(AXES, EXTREME),
    np.cumsum: vjp("x, axis=None", {"x": cumsum}),
    np.cumprod: vjp("x, axis=None", {**VANISHING, "x": cumprod}),
    np.maximum.accumulate: vjp("x, axis=0", {"x": cummax}),
    np.minimum.accumulate: vjp("x, axis=0", {"x": cummax}),
    np.logaddexp.reduce: vjp(
        "x, axis=0, keepdims=False", {"x": "spread(g) * np.exp(x - spread(z))"}
    ),
    np.cov: vjp("x, rowvar=True, bias=False, ddof=None", {"x": cov}),
}


def spread(
    g: npt.ArrayLike, shape: tuple[int, ...], axis: int | tuple[int, ...] | None, keepdims: bool
) -> npt.NDArray[Any]:
    """Broadcast a reduced value back to a shape, whatever the signs and the order of its axes."""
    if axis is None or keepdims or not shape:
        return np.broadcast_to(g, shape)
    axes = (axis,) if isinstance(axis, int) else axis
    return np.broadcast_to(np.expand_dims(g, tuple(i % len(shape) for i in axes)), shape)
