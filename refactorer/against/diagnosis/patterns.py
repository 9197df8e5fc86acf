"""Gradients that are wrong at some entries, in some rows, at some sizes or at some values only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from refactorer.against.diagnosis.factors import by_factor
from refactorer.against.points import Mask, Point, with_want
from refactorer.execution.evaluation import Floats

MOST = 0.6  # this part of the entries of a place has to be wrong, for chance makes some right


class Spot(NamedTuple):
    """Some of the entries of a gradient, in words."""

    words: str
    mask: Callable[[Point], Mask]


def by_spot(points: Sequence[Point]) -> str | None:
    """Return where gradients are wrong, if they are right elsewhere; else None."""
    told = [point for point in points if point.wrong.any()]
    for spot in spots(told):
        masks = [spot.mask(point) & point.known for point in points]
        inside = sum(int(mask.sum()) for mask in masks)
        wrong = sum(int(point.wrong.sum()) for point in points)
        if wrong < inside * MOST or is_everywhere(spot, points):
            continue
        if all(not (p.wrong & ~mask).any() for p, mask in zip(points, masks, strict=True)):
            return f"it is wrong only {spot.words}{there(told)}"
    return None


def is_everywhere(spot: Spot, points: Sequence[Point]) -> bool:
    """Tell whether a spot holds all entries but at the edges, and so tells nothing."""
    plain = [point for point in points if not point.edge]
    return all((spot.mask(point) | ~point.known).all() for point in plain)


def there(points: Sequence[Point]) -> str:
    """Return what is wrong where points are wrong, if that is a factor."""
    parts = [known_within(point, point.wrong) for point in points]
    found = by_factor(parts)
    return f": there {found}" if found else ""


def known_within(point: Point, mask: Mask) -> Point:
    """Return the point with nothing known outside a mask."""
    want = np.where(mask, point.want, np.nan)
    return with_want(point, want)


def spots(points: Sequence[Point]) -> Iterator[Spot]:
    """Yield the places and the values at which a gradient may be wrong."""
    if not points:
        return
    rank = points[0].want.ndim
    for axis in range(rank):
        at = f" of axis {axis}" if rank > 1 else ""
        yield Spot(f"at the first entry{at}", at_index(axis, 0))
        yield Spot(f"at the last entry{at}", at_index(axis, -1))
        yield Spot(f"behind the first entry{at}", elsewhere(at_index(axis, 0)))
        yield Spot(f"before the last entry{at}", elsewhere(at_index(axis, -1)))
        yield Spot(f"at the first and the last entry{at}", at_ends(axis))
    if rank == 2:
        yield Spot("on the diagonal", diagonal)
        yield Spot("off the diagonal", elsewhere(diagonal))
        yield Spot("above the diagonal", lambda p: np.triu(np.ones_like(p.want, dtype=bool), 1))
        yield Spot("below the diagonal", lambda p: np.tril(np.ones_like(p.want, dtype=bool), -1))
    yield from by_value(points)


def by_value(points: Sequence[Point]) -> Iterator[Spot]:
    """Yield the conditions on values that a function may branch by."""
    own = points[0].name
    names = [n for n in points[0].scope if all(same_shape(p, n) for p in points)]
    for name in sorted(names, key=lambda n: n != own):
        yield Spot(f"where {name} < 0", lambda p, n=name: p.scope[n] < 0)  # type: ignore[misc]
        yield Spot(f"where {name} > 0", lambda p, n=name: p.scope[n] > 0)  # type: ignore[misc]
        yield Spot(f"where |{name}| > 1", lambda p, n=name: np.abs(p.scope[n]) > 1)  # type: ignore[misc]
        yield Spot(f"where |{name}| < 1", lambda p, n=name: np.abs(p.scope[n]) < 1)  # type: ignore[misc]
        for axis in (None, *range(points[0].want.ndim)):
            along = "" if axis is None else f" along axis {axis}"
            yield Spot(f"where {name} is largest{along}", extreme(name, axis, np.max))
            yield Spot(f"where {name} is smallest{along}", extreme(name, axis, np.min))
            yield Spot(
                f"where {name} is not largest{along}", elsewhere(extreme(name, axis, np.max))
            )
    for one, other in combinations(names, 2):
        yield Spot(f"where {one} > {other}", lambda p, a=one, b=other: p.scope[a] > p.scope[b])  # type: ignore[misc]
        yield Spot(f"where {one} < {other}", lambda p, a=one, b=other: p.scope[a] < p.scope[b])  # type: ignore[misc]


def same_shape(point: Point, name: str) -> bool:
    """Tell whether a name holds an array of the gradient's shape."""
    return name in point.scope and point.scope[name].shape == point.want.shape


def at_index(axis: int, index: int) -> Callable[[Point], Mask]:
    """Return the mask of one index of an axis."""

    def mask(point: Point) -> Mask:
        found = np.zeros(point.want.shape, dtype=bool)
        np.moveaxis(found, axis, 0)[index] = True
        return found

    return mask


def at_ends(axis: int) -> Callable[[Point], Mask]:
    """Return the mask of both ends of an axis."""
    return lambda point: at_index(axis, 0)(point) | at_index(axis, -1)(point)


def elsewhere(mask: Callable[[Point], Mask]) -> Callable[[Point], Mask]:
    """Return the opposite of a mask."""
    return lambda point: ~mask(point)


def diagonal(point: Point) -> Mask:
    """Return the mask of the diagonal."""
    return np.eye(*point.want.shape) > 0


def extreme(name: str, axis: int | None, reduce: Callable[..., Floats]) -> Callable[[Point], Mask]:
    """Return the mask of the largest or smallest values."""

    def mask(point: Point) -> Mask:
        value = point.scope[name]
        return np.asarray(value == reduce(value, axis=axis, keepdims=True))

    return mask


def by_row(points: Sequence[Point]) -> str | None:
    """Return along which axis the gradients are off by the same everywhere; else None."""
    told = [point for point in points if point.wrong.any() and point.known.all()]
    if not told:
        return None
    for axis in range(told[0].want.ndim):
        if all(level(point, axis) for point in told) and any(p.want.shape[axis] > 2 for p in told):
            along = f"along axis {axis}" if told[0].want.ndim > 1 else "at all entries"
            return (
                f"it is off by the same number {along}: what comes by way of a sum, mean or "
                f"maximum {along.replace('at all entries', 'of the entries')} is missing"
            )
    return None


def level(point: Point, axis: int) -> bool:
    """Tell whether the difference is the same along an axis."""
    off = point.got - point.want
    spread = np.ptp(off, axis=axis)
    return bool((spread <= 1e-6 * np.abs(off).max() + point.allowed.max()).all())


def by_sizes(points: Sequence[Point]) -> tuple[str, list[Point]] | None:
    """Return at which sizes alone gradients are right, and the points that are wrong."""
    return divided(points, lambda point: point.right, conditions(points))


def by_default(points: Sequence[Point]) -> tuple[str, list[Point]] | None:
    """Return for which default gradients are right, and the points that are wrong."""
    return divided(points, lambda point: point.right, defaults(points))


def divided(
    points: Sequence[Point],
    good: Callable[[Point], bool],
    by: Iterator[tuple[str, Callable[[Point], bool]]],
    verb: str = "it is right",
    opposite: str = "it is wrong",
) -> tuple[str, list[Point]] | None:
    """Return the first condition that divides points into good and bad ones, and the bad ones."""
    bad = [point for point in points if not good(point)]
    rest = [point for point in points if good(point)]
    if not rest or not bad:
        return None
    for words, condition in by:
        if all(condition(p) for p in rest) and not any(condition(p) for p in bad):
            return f"{verb} only {words}", bad
        if all(condition(p) for p in bad) and not any(condition(p) for p in rest):
            return f"{opposite} only {words}", bad
    return None


def defaults(points: Sequence[Point]) -> Iterator[tuple[str, Callable[[Point], bool]]]:
    """Yield conditions on the arguments that have defaults."""
    for name in plain_arguments(points):
        first = points[0].arguments[name]
        yield (
            f"where {name} is {first!r}",
            lambda p, n=name, v=first: n in p.arguments and bool(p.arguments[n] == v),  # type: ignore[misc]
        )


def conditions(points: Sequence[Point]) -> Iterator[tuple[str, Callable[[Point], bool]]]:
    """Yield conditions on sizes."""
    names = list(points[0].sizes)
    if len(names) > 1:
        yield "where all sizes are equal", lambda p: len(set(p.sizes.values())) == 1
    for one, other in combinations(names, 2):
        yield f"where {one} = {other}", lambda p, a=one, b=other: p.sizes[a] == p.sizes[b]  # type: ignore[misc]
    for name in names:
        for size in dict.fromkeys(p.sizes[name] for p in points):
            yield f"where {name} = {size}", lambda p, n=name, s=size: p.sizes[n] == s  # type: ignore[misc]
        for size in (2, 3):
            yield f"where {name} < {size}", lambda p, n=name, s=size: p.sizes[n] < s  # type: ignore[misc]


def plain_arguments(points: Sequence[Point]) -> list[str]:
    """Return the arguments whose defaults were replaced at some of the points."""
    changed = dict.fromkeys(name for point in points for name in point.changes)
    return [name for name in changed if name in points[0].arguments]
