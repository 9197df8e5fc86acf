"""How a gradient is wrong: the first cause, from the plainest on, that explains every sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import NamedTuple

import numpy as np

from refactorer.against.diagnosis.factors import by_factor
from refactorer.against.diagnosis.layouts import by_layout, shapes
from refactorer.against.diagnosis.monomials import by_difference, by_ratio
from refactorer.against.diagnosis.patterns import (
    by_default,
    by_row,
    by_sizes,
    by_spot,
    conditions,
    divided,
)
from refactorer.against.points import Point, agree


class Clarity(Enum):
    """How clearly a cause says what is wrong.

    It names the mistake (CLEAR), what may have led to it (GUESS), or the entries that are wrong
    (PLACE), or nothing (NONE). A FRAGILE gradient is right except at a few values, at which any
    gradient may be hard to compute.
    """

    CLEAR = auto()
    GUESS = auto()
    PLACE = auto()
    NONE = auto()
    FRAGILE = auto()


class Cause(NamedTuple):
    """What is wrong, in words."""

    words: str
    clarity: Clarity = Clarity.CLEAR


Finder = Callable[[Sequence[Point]], str | None]


def by_other(points: Sequence[Point]) -> str | None:
    """Return the cause if the gradient is that of another input."""
    for name in points[0].others:
        if name != points[0].name and all(
            agree(p.got, np.where(np.isfinite(p.others[name]), p.others[name], np.nan))
            for p in points
        ):
            return f"it is the gradient of {name}"
    return None


FINDERS: tuple[tuple[Finder, Clarity], ...] = (
    (by_other, Clarity.CLEAR),
    (by_factor, Clarity.CLEAR),
    (by_layout, Clarity.CLEAR),
    (by_ratio, Clarity.GUESS),
    (by_difference, Clarity.GUESS),
    (by_spot, Clarity.PLACE),
    (by_row, Clarity.NONE),
)
OF_ANY_SHAPE = (by_other, by_factor, by_layout)


def cause(points: Sequence[Point]) -> Cause:
    """Return how a gradient is wrong that is wrong at some of the points."""
    found = explained(points)
    if found and found.clarity in (Clarity.CLEAR, Clarity.GUESS) and not by_default(points):
        return found
    if split := by_default(points) or by_sizes(points):
        words, wrong = split
        rest = explained(wrong) or Cause(unexplained(wrong), Clarity.NONE)
        there = "there" if "wrong only" in words else "elsewhere"
        return rest._replace(words=f"{words}; {there} {rest.words}")
    return found or Cause(unexplained(points), Clarity.NONE)


def explained(points: Sequence[Point]) -> Cause | None:
    """Return what explains all points, the clear causes first."""
    shaped = [point for point in points if point.shaped]
    if not points or not any(not point.right for point in points):
        return None
    for finder, clarity in FINDERS:
        fits = finder in OF_ANY_SHAPE or len(shaped) == len(points)
        if fits and (words := finder(points)):
            return Cause(words, clarity)
    return None


def unexplained(points: Sequence[Point]) -> str:
    """Return how much is wrong where no cause was found."""
    if any(not point.shaped for point in points):
        return shapes(points)
    wrong = sum(int(point.wrong.sum()) for point in points)
    known = sum(int(point.known.sum()) for point in points)
    count = "all entries" if wrong == known else f"{wrong} of {known} entries"
    return f"{count} are wrong, by no factor, axis or term that could be named"


def raising(points: Sequence[Point]) -> str:
    """Return what the code raises at some of the points, and where it runs; empty if nothing."""
    raised = [point for point in points if point.raised]
    if not raised:
        return ""
    where = f" (at {raised[0].where})" if raised[0].where else ""
    words = "it runs", "it raises"
    split = divided(points, lambda point: not point.raised, conditions(points), *words)
    only = f"; {split[0]}" if split else ""
    return f"it raises {raised[0].raised}{where}{only}"
