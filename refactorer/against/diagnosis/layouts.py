"""Gradients whose entries are in the wrong place: transposed, not summed, summed, shifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations, permutations
from typing import NamedTuple

import numpy as np

from refactorer.against.diagnosis.factors import by_factor
from refactorer.against.points import Point, agree, with_got
from refactorer.execution.evaluation import Floats


class Remedy(NamedTuple):
    """A change that puts a wrong gradient right, and its description in words.

    It returns the gradient put right, given that and one of the right shape; None if it cannot.
    """

    words: str
    apply: Callable[[Floats, Floats], Floats | None]


class Damage(NamedTuple):
    """A change that makes the written gradient of the right one, and its description in words."""

    words: str
    apply: Callable[[Floats], Floats]


def by_layout(points: Sequence[Point]) -> str | None:
    """Return what is wrong where each gradient is the right one in another layout; else None."""
    for remedy in remedies(points):
        fixed = [remedy.apply(point.got, point.want) for point in points]
        if any(f is None or f.shape != p.want.shape for f, p in zip(fixed, points, strict=True)):
            continue
        repaired = [with_got(p, f) for f, p in zip(fixed, points, strict=True) if f is not None]
        if all(agree(p.got, p.want) for p in repaired):
            return remedy.words
        rest = by_factor(repaired)
        if rest and rest != "it is zero":
            return f"{remedy.words}; besides, {rest}"
    for damage in damages(points):
        if all(agree(p.got, damage.apply(p.want)) for p in points):
            return damage.words
    return None


def remedies(points: Sequence[Point]) -> Iterator[Remedy]:
    """Yield what may put gradients right."""
    ranks = {(point.got.ndim, point.want.ndim) for point in points}
    if len(ranks) != 1:
        return
    got, want = ranks.pop()
    if got == want:
        yield from (remedy_of_order(order) for order in orders(want))
    for axes in subsets(got):
        if len(axes) == got - want:
            yield remedy_for_missing_sum(axes, keep=False, every=not want)
    for axes in subsets(got) if got == want else ():
        yield remedy_for_missing_sum(axes, keep=True)
    yield Remedy("", reshaped)._replace(words=shape_words(points))
    yield Remedy(
        f"it has one value where there is one for each entry: {shapes(points)}", in_full_shape
    )


def orders(rank: int) -> list[tuple[int, ...]]:
    """Return the orders of axes that differ from the usual."""
    return [order for order in permutations(range(rank)) if order != tuple(range(rank))]


def remedy_of_order(order: tuple[int, ...]) -> Remedy:
    """Return the remedy for axes in another order."""
    how = ".T" if order == tuple(reversed(range(len(order)))) else f".transpose{order}"
    words = f"it is transposed: `{how}` puts it right"
    return Remedy(words, lambda got, want: got.transpose(order))


def remedy_for_missing_sum(axes: tuple[int, ...], *, keep: bool, every: bool = False) -> Remedy:
    """Return the remedy for a sum that was left out, over `every` axis if the input is a number."""
    which = f"axis {axes[0]}" if len(axes) == 1 else f"the axes {axes}"
    axis = axes[0] if len(axes) == 1 else axes
    kept = ", keepdims=True" if keep else ""
    words = (
        f"the sum over {which} is missing, along which it is broadcast: "
        f"`.sum(axis={axis}{kept})` puts it right"
    )
    if every:
        words = "the sum over all entries is missing, as the input is one number: `.sum()`"

    def apply(got: Floats, want: Floats) -> Floats:
        return np.asarray(got.sum(axis=axes, keepdims=keep))

    return Remedy(words, apply)


def reshaped(got: Floats, want: Floats) -> Floats | None:
    """Return the same numbers in the right shape."""
    return got.reshape(want.shape) if got.size == want.size and got.shape != want.shape else None


def in_full_shape(got: Floats, want: Floats) -> Floats | None:
    """Return a gradient that broadcasts to the right shape in that shape."""
    try:
        return np.broadcast_to(got, want.shape) if got.shape != want.shape else None
    except ValueError:
        return None


def damages(points: Sequence[Point]) -> Iterator[Damage]:
    """Yield what may have been done to the right gradient."""
    rank = points[0].want.ndim
    for axes in subsets(rank):
        which = f"axis {axes[0]}" if len(axes) == 1 else "all axes" if len(axes) == rank else axes
        yield Damage(
            f"it is summed over {which}, and should have a value for each entry", adding(axes)
        )
        yield Damage(
            f"it is the mean over {which}, and should have a value for each entry", meaning(axes)
        )
        yield Damage(f"each entry holds the sum over {which}", adding(axes, every=True))
        yield Damage(f"each entry holds the mean over {which}", meaning(axes, every=True))
    for axis in range(rank):
        at = f"axis {axis}" if rank > 1 else "its axis"
        yield Damage(f"it is in reverse order along {at}", flipping(axis))
        for step in (1, -1):
            yield Damage(
                f"it is off by one along {at}: each entry stands {BESIDE[step]} its place",
                rolling(step, axis),
            )
        yield Damage(f"it is added up along {at} (a cumulative sum)", cumulating(axis))


BESIDE = {1: "one behind", -1: "one before"}


def adding(axes: tuple[int, ...], *, every: bool = False) -> Callable[[Floats], Floats]:
    """Return the sum over axes, in each entry if asked for."""
    return lambda want: filled(want.sum(axis=axes, keepdims=every), want, every)


def meaning(axes: tuple[int, ...], *, every: bool = False) -> Callable[[Floats], Floats]:
    """Return the mean over axes, in each entry if asked for."""
    return lambda want: filled(want.mean(axis=axes, keepdims=every), want, every)


def filled(found: Floats, want: Floats, every: bool) -> Floats:
    """Return what was found, in the shape of the gradient if asked for."""
    return np.broadcast_to(found, want.shape) if every else np.asarray(found)


def flipping(axis: int) -> Callable[[Floats], Floats]:
    """Return the gradient in reverse order."""
    return lambda want: np.flip(want, axis)


def rolling(step: int, axis: int) -> Callable[[Floats], Floats]:
    """Return the gradient shifted by a step; what comes in at the end is not known."""

    def rolled(want: Floats) -> Floats:
        found = np.roll(want, step, axis)
        lost = [slice(None)] * want.ndim
        lost[axis] = slice(0, 1) if step == 1 else slice(-1, None)
        found[tuple(lost)] = np.nan
        return found

    return rolled


def cumulating(axis: int) -> Callable[[Floats], Floats]:
    """Return running sums."""
    return lambda want: np.cumsum(want, axis)


def subsets(rank: int) -> Iterator[tuple[int, ...]]:
    """Yield the sets of axes that are not empty, the smallest first."""
    return chain.from_iterable(combinations(range(rank), size) for size in range(1, rank + 1))


def shapes(points: Sequence[Point]) -> str:
    """Return the shape that a gradient has and the one that it should have."""
    point = next((p for p in points if p.got.shape != p.want.shape), points[0])
    return f"its shape is {point.got.shape}, and should be {point.want.shape}"


def shape_words(points: Sequence[Point]) -> str:
    """Return what is wrong about gradients that hold the right numbers in another shape."""
    return f"it holds the right numbers in another shape: {shapes(points)}"
