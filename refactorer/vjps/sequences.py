"""Functions of sequences: differences, integrals, convolutions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from refactorer.vjps.notation import VJP, Unknown, vjp


def diff(g: Any, x: Any, *, n: int, axis: int) -> str:
    """Each element is added in one difference and taken away in the next."""
    text = differences("g", np.ndim(x), axis, n)
    if n > 1:  # of fewer elements than that there are no differences
        place = axis % np.ndim(x)
        text += at(x, place, f":x.shape[{place}]")
    return f"-{text}" if n % 2 else text


def differences(text: str, rank: int, axis: int, n: int = 1) -> str:
    """Return the differences of a value with zeros around it."""
    sides = ["(0, 0)"] * rank
    sides[axis] = f"({n}, {n})"
    width = str(n) if rank == 1 else f"({', '.join(sides)})"
    times = "" if n == 1 else f", n={n}"
    along = "" if axis % rank == rank - 1 else f", axis={axis}"
    return f"np.diff(np.pad({text}, {width}){times}{along})"


def ends(g: Any, x: Any, *, axis: int | None) -> str:
    """Return the cotangent with both ends doubled: there NumPy takes the one difference it has."""
    place = only_axis(x, axis)
    first, middle, last = (at(x, place, part) for part in (":1", "1:-1", "-1:"))
    along = f", axis={place}" if place else ""
    return f"np.concatenate([2 * g{first}, g{middle}, 2 * g{last}]{along})"


def gradient(ends: Any, x: Any, spacing: Any, *, axis: int | None) -> str:
    """Elsewhere it is the mean of the differences on both sides."""
    place = only_axis(x, axis)
    before, behind = at(x, place, ":-1"), at(x, place, "1:")
    text = differences(f"0.5 * (ends{before} + ends{behind})", np.ndim(x), place)
    return f"-{text}" if isinstance(spacing, int) and spacing == 1 else f"-{text} / spacing"


def only_axis(x: Any, axis: int | None) -> int:
    if axis is None and np.ndim(x) != 1:
        raise Unknown("the derivative of `np.gradient` is known along one axis")
    return (axis or 0) % np.ndim(x)


def at(x: Any, axis: int, part: str) -> str:
    """Return the index of a part along an axis."""
    return f"[{', '.join([':'] * axis + [part])}]"


def trapezoid(g: Any, x: Any, places: Any, dx: Any, *, axis: int) -> str:
    """Each element is half of the steps on both sides of it."""
    rank, place = np.ndim(x), axis % np.ndim(x)
    steps = "np.diff(places)"
    if places is None:
        steps = f"np.full(x.shape[{place}] - 1, dx, dtype=x.dtype)"
    elif np.ndim(places) != 1:
        raise Unknown("the derivative of an integral is known for a vector of places")
    behind = ", None" * (rank - 1 - place)
    weights = f"(0.5 * (np.pad({steps}, (0, 1)) + np.pad({steps}, (1, 0))))"
    weights += f"[:{behind}]" if behind else ""
    return f"np.expand_dims(g, {place}) * {weights}" if rank > 1 else f"g * {weights}"


def trapezoid_places(g: Any, x: Any, places: Any) -> str:
    if np.ndim(x) != 1:
        raise Unknown("the derivative of an integral by its places is known for a vector")
    return "-np.diff(np.pad(0.5 * g * (x[:-1] + x[1:]), 1))"


def convolve_left(g: Any, x: Any, y: Any, *, mode: str) -> str:
    return f"np.correlate({whole(mode)}, y, 'valid')"


def convolve_right(g: Any, x: Any, y: Any, *, mode: str) -> str:
    return f"np.correlate({whole(mode)}, x, 'valid')"


def whole(mode: str) -> str:
    """Return the cotangent of all of a convolution, of which the output may be a part."""
    shorter = "min(np.size(x), np.size(y))"  # a constant may be a list
    if mode == "full":
        return "g"
    if mode == "same":
        return f"np.pad(g, (({shorter} - 1) // 2, {shorter} // 2))"
    return f"np.pad(g, {shorter} - 1)"


def correlate_left(g: Any, x: Any, y: Any, *, mode: str) -> str:
    return "np.convolve(g, y)" if is_valid(x, y, mode) else ""


def correlate_right(g: Any, x: Any, y: Any, *, mode: str) -> str:
    return "np.correlate(x, g, 'valid')" if is_valid(x, y, mode) else ""


def is_valid(x: Any, y: Any, mode: str) -> bool:
    if mode != "valid" or np.size(x) < np.size(y):
        raise Unknown("the derivative of `np.correlate` is known for a shorter second vector")
    return True


CONVOLVED = {"x": convolve_left, "y": convolve_right}
CORRELATED = {"x": correlate_left, "y": correlate_right}
INTEGRAL = vjp(
    "x, places=None, dx=1.0, axis=-1",
    {"x": trapezoid, "places": trapezoid_places, "dx": "np.sum(g * z) / dx"},
)
INTEGRALS = [getattr(np, name) for name in ("trapezoid", "trapz") if hasattr(np, name)]

VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.diff: vjp("x, n=1, axis=-1", {"x": diff}),
    np.gradient: vjp("x, spacing=1, axis=None", {"ends": ends, "x": gradient}),
    np.convolve: vjp("x, y, mode='full'", CONVOLVED),
    np.correlate: vjp("x, y, mode='valid'", CORRELATED),
    **dict.fromkeys(INTEGRALS[:1], INTEGRAL),
}
