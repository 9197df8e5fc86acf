"""Printed code against central differences of the function that it was printed for.

Nothing of the tool's own judge is used here: both texts are executed, in float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from .arguments import ERRORS, Drawn, Function, Point, executed, fresh, parts, points, quiet

TRIALS, ENOUGH = 24, 8  # that are drawn, and that decide
STEPS = (1e-4, 5e-5, 2.5e-5)
Slope = tuple[Any, float | None]
SMOOTH, CLOSE = 1e-4, 1e-5  # of slopes at different steps, and of the callback's to theirs


def check(program: Drawn, printed: str) -> int:
    """Return at how many points the printed callback was compared; raise AssertionError if wrong.

    A point at or near a kink, or at which the function is not finite, decides nothing.
    """
    rng = np.random.default_rng(7)
    function, pulled = executed(program.text), executed(printed)
    wrt = [*program.shapes]
    decided = 0
    with quiet():
        for _, given in zip(range(TRIALS), points(program, rng), strict=False):
            decided += compare(function, pulled, given, wrt, rng)
            if decided == ENOUGH:
                break
    return decided


def compare(
    function: Function,
    pulled: Function,
    given: Point,
    wrt: Sequence[str],
    rng: np.random.Generator,
) -> bool:
    """Compare the callback at a point with slopes along a direction, argument by argument.

    Where the function itself runs, the printed one has to.
    """
    slopes: dict[str, Slope] = {}
    with suppress(*ERRORS):
        value = parts(function(**fresh(given)))
        if not all(np.isfinite(part).all() for part in value):
            return False
        weights = [rng.normal(size=np.shape(part)) for part in value]
        slopes = directions(function, given, wrt, weights, rng)
    if not slopes:
        return False
    return agrees(pulled, given, wrt, value, weights, slopes)


def directions(
    function: Function,
    given: Point,
    wrt: Sequence[str],
    weights: Sequence[Any],
    rng: np.random.Generator,
) -> dict[str, Slope]:
    """Return a direction for each argument, and the slope along it, None where there is none."""

    def weighted(changes: Mapping[str, Any]) -> float:
        found = parts(function(**fresh({**given, **changes})))
        return float(sum(np.sum(w * p) for w, p in zip(weights, found, strict=True)))

    slopes: dict[str, Slope] = {}
    for name in wrt:
        way = rng.normal(size=np.shape(given[name]))
        found = [
            (weighted({name: given[name] + h * way}) - weighted({name: given[name] - h * way}))
            / (2 * h)
            for h in STEPS
        ]
        slopes[name] = way, smooth(found)
    return slopes


def smooth(slopes: Sequence[float]) -> float | None:
    """Return the slope to which smaller steps lead; None where they do not agree."""
    if not np.isfinite(slopes).all() or np.ptp(slopes) > SMOOTH * (1 + np.max(np.abs(slopes))):
        return None
    return (4 * slopes[2] - slopes[1]) / 3


def agrees(
    pulled: Function,
    given: Point,
    wrt: Sequence[str],
    value: Sequence[Any],
    weights: Sequence[Any],
    slopes: Mapping[str, Slope],
) -> bool:
    """Tell whether some slope was there to compare with; raise AssertionError where one differs."""
    output, backprop = pulled(**fresh(given))
    for mine, theirs in zip(parts(output), value, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)
    cotangent = tuple(np.array(w)[()] for w in weights)
    found = backprop(cotangent if isinstance(output, tuple) else cotangent[0])
    for name, gradient in zip(wrt, found if len(wrt) > 1 else [found], strict=True):
        assert np.shape(gradient) == np.shape(given[name]), f"the shape of the one of {name}"
        way, slope = slopes[name]
        if slope is not None:
            terms = np.asarray(gradient) * way
            scale = 1 + abs(slope) + np.sum(np.abs(terms))
            error = abs(np.sum(terms) - slope)
            assert error <= CLOSE * scale, f"{name}: {np.sum(terms)} where it is {slope}"
    return any(slope is not None for _, slope in slopes.values())
