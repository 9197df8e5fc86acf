"""Tells which one-sided derivative a gradient takes at a kink, by the slopes on both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np

from refactorer.execution.evaluation import Arguments, Floats, floats, weights
from refactorer.judging.fragility.edges import Edge

STEPS = (1e-6, 1e-7)
NEAR = 1e-2  # of a jump, how far off a slope may be
LEAST = 1e-3  # of the slopes, the jump that is a kink
HALFWAY = "the gradient is halfway between both sides"


@dataclass(frozen=True)
class Slopes:
    """The slope of a function below a value and above it."""

    below: float
    above: float

    @property
    def jump(self) -> float:
        """By how much the slope changes at the value."""
        return self.above - self.below

    @property
    def is_kink(self) -> bool:
        """Whether the slopes are two."""
        return abs(self.jump) > LEAST * max(abs(self.below), abs(self.above), LEAST)

    def is_near(self, found: float, share: float) -> bool:
        """Tell whether a slope is that which lies so far from below to above."""
        return abs(found - self.below - share * self.jump) <= NEAR * abs(self.jump)


@dataclass(frozen=True)
class Line:
    """The number <cotangent, output> of a function, along entries that meet at an edge."""

    call: Callable[[Arguments], object]
    edge: Edge
    output: object
    cotangent: object

    def slopes(self, entries: Sequence[int], step: float) -> Slopes:
        """Return the slopes on both sides, where some entries are moved alike."""
        weighing, base = weights(self.output, self.cotangent), floats(self.output)
        below, above = (self.moved(entries, way) for way in (-step, step))
        return Slopes(
            float(weighing @ (base - below)) / step, float(weighing @ (above - base)) / step
        )

    def moved(self, entries: Sequence[int], step: float) -> Floats:
        """Return the output where some entries are moved by a step."""
        arguments, name = self.edge.arguments, self.edge.moved
        value = np.array(arguments[name], dtype=float)
        value.flat[list(entries)] += step
        return floats(self.call({**arguments, name: value if value.ndim else float(value)}))


def side(line: Line, gradient: Floats) -> str:
    """Return which side of a kink the gradient is of; empty where there is no kink."""
    edge = line.edge
    wide, slopes = (line.slopes(edge.entries[:1], step) for step in STEPS)
    if not slopes.is_kink or not isclose(wide.jump, slopes.jump, rel_tol=NEAR):
        return ""
    found = gradient.flat[list(edge.entries)]
    return of_bound(slopes, edge, found[0]) if edge.both_sides else of_ties(line, slopes, found)


def of_bound(slopes: Slopes, edge: Edge, found: float) -> str:
    """Return which side the gradient is of where an entry meets a bound."""
    for share, holds in zip((0.0, 1.0), edge.both_sides, strict=True):
        if slopes.is_near(found, share):
            return f"the gradient is as for {holds}"
    return HALFWAY if slopes.is_near(found, 0.5) else "the gradient is between both sides"


def of_ties(line: Line, slopes: Slopes, found: Floats) -> str:
    """Return how the gradient is shared among entries that are equal."""
    all_alike = line.slopes(line.edge.entries, STEPS[0])
    if all_alike.is_kink:
        return ""
    total = float(found.sum())
    if abs(total - all_alike.above) > NEAR * abs(slopes.jump):
        more = abs(total) > abs(all_alike.above)
        return f"the gradient goes to {'each of them in full' if more else 'none of them'}"
    if any(slopes.is_near(float(found[0]), share) for share in (0.0, 1.0)):
        return "the gradient goes to one of them"
    return "the gradient is shared among them"
