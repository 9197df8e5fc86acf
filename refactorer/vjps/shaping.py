"""Functions that move elements, repeat them or leave some out, and keep their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from refactorer.syntax.axes import spelled
from refactorer.vjps.notation import VJP, Unknown, elementwise, vjp

Axes = int | Sequence[int] | None

COLON = "slice(None, None, None)"


def transpose(g: Any, x: Any, *, axes: Sequence[int] | None) -> str:
    if axes is None:
        return "g.T" if np.ndim(x) else "g"
    return f"np.transpose(g, {inverse([i % np.ndim(x) for i in axes])})"


def rollaxis(g: Any, x: Any, *, axis: int, start: int) -> str:
    rank = np.ndim(x)
    order = [i for i in range(rank) if i != axis % rank]
    start = start + rank if start < 0 else start
    order.insert(start - (start > axis % rank), axis % rank)
    return f"np.transpose(g, {inverse(order)})"


def inverse(order: Sequence[int]) -> tuple[int, ...]:
    """Return the permutation that undoes another one."""
    return tuple(sorted(range(len(order)), key=order.__getitem__))


def roll(g: Any, shift: Any, *, axis: Axes) -> str:
    back = str(tuple(-k for k in shift)) if isinstance(shift, tuple) else "-shift"
    return f"np.roll(g, {back}{'' if axis is None else f', axis={axis}'})"


def flip(g: Any, *, axis: Axes) -> str:
    return f"np.flip(g{'' if axis is None else f', axis={axis}'})"


def tile(g: Any, x: Any, reps: Any) -> str:
    """Return the sum over the copies: each repetition is an axis in front of the one it repeats."""
    counts = [(f"reps[{i}]", n) for i, n in enumerate(reps)] if np.ndim(reps) else [("reps", reps)]
    counts = [("1", 1)] * (np.ndim(x) - len(counts)) + counts
    shape: list[str] = []
    copies: list[int] = []
    for own, (count, value) in enumerate(counts, np.ndim(x) - len(counts)):
        if not is_number(value, 1):
            copies.append(len(shape))
            shape.append(count)
        if own >= 0:
            shape.append(f"x.shape[{own}]")
    return over(copies, shape) if copies else "np.reshape(g, np.shape(x))"


def repeat(g: Any, x: Any, repeats: Any, *, axis: int | None) -> str:
    rank = np.ndim(x)
    if axis is None and rank != 1:
        if np.ndim(repeats):
            raise Unknown("the derivative of `np.repeat` with several counts needs an axis")
        size = "x.size" if rank else "1"
        return f"np.reshape(np.sum(np.reshape(g, ({size}, repeats)), axis=1), np.shape(x))"
    place = (axis or 0) % rank
    if np.ndim(repeats):
        return added_at(rank, place, f"np.repeat(np.arange(x.shape[{place}]), repeats)")
    sizes = [f"x.shape[{i}]" for i in range(rank)]
    return over([place + 1], [*sizes[: place + 1], "repeats", *sizes[place + 1 :]])


def over(axes: Sequence[int], shape: Sequence[str]) -> str:
    """Return the sum over some axes of the cotangent in this shape."""
    return f"np.sum(np.reshape(g, ({', '.join(shape)},)), axis={spelled(axes)})"


def is_number(value: Any, number: int) -> bool:
    """Tell whether a value is this number, written out: a stand-in is an array."""
    return isinstance(value, int) and value == number


def pad(g: Any, x: Any, pad_width: Any, *, mode: str) -> str:
    """Return the part that is x itself; what was copied out of x is added to it."""
    rank = np.ndim(x)
    widths = [side(pad_width, i) for i in range(rank)]
    if mode == "constant":
        return f"g[{', '.join(middle(i, *width) for i, width in enumerate(widths))}]"
    if mode not in {"edge", "reflect", "symmetric", "wrap"}:
        raise Unknown(f"the derivative of `np.pad` with mode={mode!r} is not known")
    places = [
        f"np.pad(np.arange(x.shape[{i}]), ({before[0]}, {after[0]}), mode={mode!r})"
        for i, (before, after) in enumerate(widths)
    ]
    index = places[0] if rank == 1 else f"np.ix_({', '.join(places)})"
    return f"tangent.add_grad_at_index(np.zeros_like(x), {index}, g)"


Width = tuple[str, Any]


def side(pad_width: Any, axis: int) -> tuple[Width, Width]:
    """Return the texts and the values of the widths before and behind an axis."""
    if np.ndim(pad_width) == 0:
        return ("pad_width", pad_width), ("pad_width", pad_width)
    nested = np.ndim(pad_width[0]) > 0
    place = axis if nested and len(pad_width) > 1 else 0
    name = f"pad_width[{place}]" if nested else "pad_width"
    pair = pad_width[place] if nested else pad_width
    last = len(pair) - 1
    return (f"{name}[0]", pair[0]), (f"{name}[{last}]", pair[last])


def middle(axis: int, before: Width, after: Width) -> str:
    """Return the slice between two widths; only one that is written out is surely not zero."""
    start = "" if is_number(before[1], 0) else before[0]
    if isinstance(after[1], int):
        return f"{start}:{f'-{after[0]}' if after[1] else ''}"
    return f"{start}:{start} + x.shape[{axis}]" if start else f":x.shape[{axis}]"


def added_at(rank: int, axis: int, places: str) -> str:
    """Return zeros like x to which the cotangent is added at places along an axis."""
    index = places if axis == 0 else f"({', '.join([COLON] * axis + [places])},)"
    return f"tangent.add_grad_at_index(np.zeros_like(x), {index}, g)"


def windows(g: Any, x: Any, window: Any, axis: Any) -> str:
    """Return zeros like x to which each window's cotangent is added at the places it shows."""
    if np.ndim(x) == 1:
        places = f"{WINDOWS}(np.arange(x.size), window)"
        return f"tangent.add_grad_at_index(np.zeros_like(x), {places}, g)"
    along = "" if axis is None else ", axis"
    places = f"{WINDOWS}(np.reshape(np.arange(x.size), x.shape), window{along})"
    index = f"np.unravel_index({places}, x.shape)"
    return f"tangent.add_grad_at_index(np.zeros_like(x), {index}, g)"


WINDOWS = "np.lib.stride_tricks.sliding_window_view"


def tril(g: Any, k: Any) -> str:
    return "np.tril(g)" if is_number(k, 0) else "np.tril(g, k)"


def triu(g: Any, k: Any) -> str:
    return "np.triu(g)" if is_number(k, 0) else "np.triu(g, k)"


def from_first(g: Any, num: Any) -> str:
    return f"g * np.linspace(1, 0, num, dtype=g.dtype){upright(g)}"


def from_last(g: Any, num: Any) -> str:
    return f"g * np.linspace(0, 1, num, dtype=g.dtype){upright(g)}"


def upright(g: Any) -> str:
    """Return the index that puts a vector along the first axis of the cotangent."""
    return f"[:{', None' * (np.ndim(g) - 1)}]" if np.ndim(g) > 1 else ""


BACK = {"x": "np.reshape(g, np.shape(x))"}
SAME = {"x": "g"}
SUMMED = {"x": "g"}  # over what was repeated: the VJP broadcasts

VJPS: Mapping[Any, VJP] = {
    # z = f(x)               x̄
    np.reshape: vjp("x, shape", BACK),
    np.ravel: vjp("x", BACK),
    np.squeeze: vjp("x, axis=None", BACK),
    np.expand_dims: vjp("x, axis", BACK),
    np.atleast_1d: vjp("x", BACK),
    np.atleast_2d: vjp("x", BACK),
    np.atleast_3d: vjp("x", BACK),
    np.transpose: vjp("x, axes=None", {"x": transpose}),
    np.swapaxes: vjp("x, axis1, axis2", {"x": "np.swapaxes(g, axis1, axis2)"}),
    np.moveaxis: vjp("x, source, destination", {"x": "np.moveaxis(g, destination, source)"}),
    np.rollaxis: vjp("x, axis, start=0", {"x": rollaxis}),
    np.flip: vjp("x, axis=None", {"x": flip}),
    np.fliplr: vjp("x", {"x": "np.fliplr(g)"}),
    np.flipud: vjp("x", {"x": "np.flipud(g)"}),
    np.rot90: vjp("x, k=1, axes=(0, 1)", {"x": "np.rot90(g, -k, axes)"}),
    np.roll: vjp("x, shift, axis=None", {"x": roll}),
    np.copy: vjp("x", SAME),
    np.asarray: vjp("x, dtype=None", SAME),
    np.array: vjp("x", SAME),
    np.ascontiguousarray: vjp("x", SAME),
    np.tril: elementwise("x, k=0", {"x": tril}),
    np.triu: elementwise("x, k=0", {"x": triu}),
    np.broadcast_to: elementwise("x, shape", SUMMED),
    np.full: elementwise("shape, x, dtype=None", SUMMED),
    np.full_like: elementwise("like, x, dtype=None", SUMMED),
    np.linspace: elementwise("x, y, num=50", {"x": from_first, "y": from_last}),
    np.tile: vjp("x, reps", {"x": tile}),
    np.repeat: vjp("x, repeats, axis=None", {"x": repeat}),
    np.lib.stride_tricks.sliding_window_view: vjp("x, window, axis=None", {"x": windows}),
    np.pad: vjp("x, pad_width, mode='constant', constant_values=0", {"x": pad}),
}
