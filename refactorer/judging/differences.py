"""Vector-Jacobian products by fourth-order central differences, with error bars.

With D(h) = f(x + h) - f(x - h), the derivative is (8 D(h) - D(2h)) / 12h up to the order of h⁴.
It is taken at h and at h/2: the two agree up to that order and rounding, unless a kink lies near.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from refactorer.execution.evaluation import (
    Arguments,
    Floats,
    Function,
    alike,
    floats,
    fresh,
    is_float,
    leaves,
    quiet,
)
from refactorer.execution.evaluation import weights as weighed
from refactorer.judging.rounding import beside

SHRINK = (1, 8, 64)
DOUBTFUL = 8  # errors by which derivatives at two steps may differ: near a kink, each is a guess
OTHER = 0.5**0.7  # of a step, the one by which a derivative is found again: in no ratio to it


class Effort(NamedTuple):
    """How many entries are measured at most, of one argument and of all, and in how many draws.

    Some entries of a large array tell as much as all of them. A case is drawn again if an entry
    lies near a kink.
    """

    least: int
    most: int
    altogether: int
    draws: int

    def of_each(self, arguments: int) -> int:
        """Return how many entries of each of so many arguments are measured."""
        return max(self.least, min(self.most, self.altogether // arguments))


THOROUGH, BRIEF = Effort(12, 40, 80, draws=4), Effort(6, 12, 24, draws=2)


class Slope(NamedTuple):
    """A gradient in the shape of its argument, and how far each entry may be off.

    The error is infinite where the function has a kink, and NaN at entries that were not measured.
    """

    gradient: Floats
    error: Floats


def vjp(
    function: Function,
    arguments: Arguments,
    wrt: Sequence[str],
    cotangent: object,
    effort: Effort = THOROUGH,
) -> tuple[Slope, ...]:
    """Return the slope of <cotangent, function(arguments)> along each argument of `wrt`.

    The cotangent has the structure of the output. Entries of the output that are not floats are
    left out, and so are infinite ones, such as the scores that a mask excludes. Of a large argument
    only some entries are measured. Errors that the function raises pass through.
    """
    with quiet():
        call = fresh(function)
        output = call(arguments)
        base, precision = floats(output), coarsest(output)
        weights, most = weighed(output, cotangent), effort.of_each(len(wrt))
        weights, base = (np.where(np.isinf(base), 0.0, each) for each in (weights, base))
        return tuple(
            slope(Contraction(call, arguments, name, weights, base, precision), most)
            for name in wrt
        )


def coarsest(output: object) -> float:
    """Return the spacing around one of the output's dtype, the largest if it has several dtypes."""
    kinds = [np.asarray(leaf).dtype for leaf in leaves(output) if is_float(leaf)]
    return max([float(np.finfo(kind).eps) for kind in kinds], default=float(np.finfo(float).eps))


class Derivative(NamedTuple):
    """A derivative along one entry, how far it may be off, and by rounding alone, and its step."""

    value: float
    error: float
    noise: float
    step: float

    def differs(self, other: Derivative) -> bool:
        """Tell whether it and the one at another step cannot both be right."""
        return abs(self.value - other.value) > DOUBTFUL * (self.error + other.error)


@dataclass(frozen=True)
class Contraction:
    """The number <weights, f> as a function of one argument."""

    call: Callable[[Arguments], object]
    arguments: Arguments
    name: str
    weights: Floats
    base: Floats
    precision: float

    @property
    def point(self) -> Floats:
        """The argument as it was given."""
        return np.array(self.arguments[self.name], dtype=float)

    @cached_property
    def rounding(self) -> float:
        """How far rounding may move the number: that of the output, and that of values on the way.

        A move by more than half of the digits is taken for a jump of the function instead.
        """
        sizes = np.abs(self.weights) @ np.abs(self.base), np.abs(self.weights).sum()
        near = beside({self.name: self.arguments[self.name]})
        moved = [abs(self.weights @ (self.at(one[self.name]) - self.base)) for one in near]
        small = [off for off in moved if off < self.precision**0.5 * max(sizes)]
        return float(max([4 * self.precision * sizes[0], *small]))

    def values(self, index: tuple[int, ...], step: float) -> Floats:
        """Return f where one entry is moved by a step."""
        moved = self.point
        moved[index] += step
        return self.at(alike(moved, self.arguments[self.name]))

    def at(self, value: object) -> Floats:
        """Return f where the argument is another; NaN where f cannot be compared there."""
        try:
            found = floats(self.call({**self.arguments, self.name: value}))
        except Exception:  # the edge of the user's domain, in whatever way the function says so
            found = np.empty(0)
        if found.shape != self.base.shape:
            return np.full_like(self.base, np.nan)
        return np.where(self.weights, found, 0.0)

    def differences(self, index: tuple[int, ...], step: float) -> tuple[float, float]:
        """Return the first and the second central difference at one entry."""
        above, below = self.values(index, step), self.values(index, -step)
        bend = (above - self.base) + (below - self.base)
        return float(self.weights @ (above - below)), float(self.weights @ bend)

    def derivative(self, index: tuple[int, ...], h: float) -> Derivative:
        """Return the derivative along one entry."""
        twice, wide_bend = self.differences(index, 2 * h)
        once, bend = self.differences(index, h)
        half, half_bend = self.differences(index, h / 2)
        coarse, fine = (8 * once - twice) / (12 * h), (8 * half - once) / (6 * h)
        noise = (self.rounding + 4 * self.precision * (abs(twice) + abs(wide_bend))) / h
        error = abs(fine - coarse) + noise
        # A second difference is quartered with the step; at a kink it is only halved.
        error += abs(half_bend) / h if abs(bend) < 3 * abs(half_bend) else 0.0
        return Derivative(fine, error if np.isfinite(error) else np.inf, noise, h)

    def agrees(self, index: tuple[int, ...], found: Derivative) -> bool:
        """Tell whether other steps, one of them much shorter, give the same derivative.

        Two steps may agree by chance if the function oscillates faster than they can see, or has a
        kink at every scale.
        """
        allowed = DOUBTFUL * found.error + self.precision**0.5 * abs(found.value)
        others = (self.derivative(index, OTHER * found.step / shrink) for shrink in SHRINK[:2])
        return all(abs(one.value - found.value) <= allowed + one.noise for one in others)


def slope(contraction: Contraction, most: int) -> Slope:
    """Return the slope along one argument, of which at most `most` entries are measured.

    Where the first two steps disagree, others are tried.
    """
    point, precision = contraction.point, contraction.precision
    gradient, error, noise = (np.full(point.shape, np.nan) for _ in range(3))
    best: dict[tuple[int, ...], Derivative] = {}
    torn: set[tuple[int, ...]] = set()  # here a kink lies near: each step sees another side of it
    entries = measured(point.shape, most)
    for index in entries:
        error[index] = np.inf
    for step in steps(point, precision):
        blurred = error > precision**0.5 * scale(gradient) + 10 * contraction.rounding / step
        for index in entries:
            found = contraction.derivative(index, step[index]) if blurred[index] else None
            if found and index in best and found.differs(best[index]):
                torn.add(index)
            if found and found.error < error[index]:
                gradient[index], error[index], noise[index], _ = best[index] = found
    error[error > precision**0.4 * scale(gradient) + 100 * noise] = np.inf
    doubtful = np.isfinite(error) & (np.isinf(error).any() | (error > 10 * noise))
    for index, found in best.items():
        if index in torn or (doubtful[index] and not contraction.agrees(index, found)):
            error[index] = np.inf
    return Slope(gradient, error)


def steps(point: Floats, precision: float) -> list[Floats]:
    """Return steps for each entry: relative to it, shorter near kinks and poles, one for scale 1.

    The last is for small constants such as 1e-8, beside which the function may be large.
    """
    largest = scale(point)
    # An entry that happens to be near zero is as large as the others.
    first = precision**0.2 * (np.abs(point) + 0.1 * largest if largest else np.ones_like(point))
    return [*(np.asarray(first / shrink) for shrink in SHRINK), np.full_like(point, precision**0.2)]


def measured(shape: tuple[int, ...], most: int) -> list[tuple[int, ...]]:
    """Return the entries to measure: all of them, or some and the corners."""
    size = int(np.prod(shape))
    chosen = np.arange(size)
    if size > most:
        inner = np.random.default_rng(size).choice(np.arange(1, size - 1), most - 2, False)
        chosen = np.array([0, *sorted(inner), size - 1])
    return [tuple(int(axis) for axis in np.unravel_index(flat, shape)) for flat in chosen]


def scale(values: Floats) -> float:
    """Return the largest finite magnitude in an array."""
    return float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))
