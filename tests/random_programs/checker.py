"""Printed code against central differences of the function that it was printed for.

Nothing of the tool's own judge is used here: both texts are executed, in float64.

A gradient that is not finite is wrong, but for one case: where a value on the way of the function
itself is infinite, as in `x / np.exp(-(x**126))`, the chain rule multiplies zero by infinity,
whoever writes it down. Such a gradient decides nothing.
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
    output, gradients = called(pulled, given, wrt, weights)
    for mine, theirs in zip(parts(output), value, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)
    measured = {name: (way, slope) for name, (way, slope) in slopes.items() if slope is not None}
    finite = {name for name in wrt if np.isfinite(gradients[name]).all()}
    decided = [name for name in measured if name in finite or not overflows(function, given)]
    for name in decided:
        agree(name, gradients[name], *measured[name])
    return bool(decided)


def called(
    pulled: Function, given: Point, wrt: Sequence[str], weights: Sequence[Any]
) -> tuple[object, dict[str, Any]]:
    """Return what the printed function returns, and the gradients, each in its argument's shape."""
    output, backprop = pulled(**fresh(given))
    cotangent = tuple(np.array(w)[()] for w in weights)
    found = backprop(cotangent if isinstance(output, tuple) else cotangent[0])
    gradients = dict(zip(wrt, found if len(wrt) > 1 else [found], strict=True))
    for name, gradient in gradients.items():
        assert np.shape(gradient) == np.shape(given[name]), f"the shape of the one of {name}"
    return output, gradients


def overflows(function: Function, given: Point) -> bool:
    """Tell whether a value on the way of a function is infinite.

    One that is no number is so by an infinite one, or was chosen against, as in
    `np.where(x > 0, np.log(x), 0)`: a gradient has to choose against it, too.
    """
    try:
        with np.errstate(over="raise", divide="raise"):
            function(**fresh(given))
    except FloatingPointError:
        return True
    return False


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


def agree(name: str, gradient: object, way: object, slope: float) -> None:
    """Raise AssertionError unless a gradient has this slope along a direction."""
    terms = np.asarray(gradient) * np.asarray(way)
    scale = 1 + abs(slope) + np.sum(np.abs(terms))
    fault = f"{name}: {np.sum(terms)} where it is {slope}"
    assert abs(np.sum(terms) - slope) <= CLOSE * scale, fault
