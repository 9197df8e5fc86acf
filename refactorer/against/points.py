"""One input's gradient at one sample, as it was written and as it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from refactorer.execution.evaluation import Floats

Mask = NDArray[np.bool_]
LOOSE = 1e-5  # how near two gradients have to be to be alike, relative to the largest entry

SEED = "the incoming gradient"  # its name in the scope of a point


def nothing() -> Floats:
    """Return what stands where there is no gradient yet."""
    return np.empty(0)


@dataclass(frozen=True)
class Point:
    """The hand-written gradient (`got`) and the right one (`want`) of one input at one sample.

    `want` is NaN where nothing was measured; `allowed` is how far off each entry may be. `scope`
    holds the arguments and the names that the function sets at this sample, `seed` the cotangent
    if it is one number. At an `edge`, values are extreme or a size is one. `raised` is the error
    that was raised in place of a gradient.
    """

    where: str
    sizes: Mapping[str, int]
    changes: Mapping[str, object]
    want: Floats = field(default_factory=nothing)
    allowed: Floats = field(default_factory=nothing)
    got: Floats = field(default_factory=nothing)
    raised: str = ""
    scope: Mapping[str, Floats] = field(default_factory=dict)
    arguments: Mapping[str, object] = field(default_factory=dict)
    others: Mapping[str, Floats] = field(default_factory=dict)
    name: str = ""
    edge: bool = False
    seed: float | None = None

    @cached_property
    def known(self) -> Mask:
        """Which entries were measured."""
        return np.isfinite(self.want)

    @property
    def shaped(self) -> bool:
        """Whether it has the right shape."""
        return not self.raised and self.got.shape == self.want.shape

    @cached_property
    def wrong(self) -> Mask:
        """Which entries are wrong, of a gradient in the right shape."""
        with np.errstate(invalid="ignore"):
            return self.known & ~(np.abs(self.got - self.want) <= self.allowed)

    @property
    def right(self) -> bool:
        """Whether the gradient is right."""
        return self.shaped and not self.wrong.any()

    @property
    def finite(self) -> bool:
        """Whether no entry is infinite or NaN that should not be."""
        return not self.raised and bool(np.isfinite(self.got).all())

    @cached_property
    def off(self) -> Floats:
        """How far off each entry is, infinite where it is not finite; zero where it is right."""
        with np.errstate(invalid="ignore"):
            far = np.abs(self.got - self.want)
        return np.asarray(np.where(self.wrong, np.where(np.isfinite(far), far, np.inf), 0.0))

    @property
    def worst(self) -> tuple[int, ...]:
        """The index of the entry that is farthest off."""
        return tuple(int(i) for i in np.unravel_index(int(np.argmax(self.off)), self.off.shape))

    @property
    def error(self) -> float:
        """The largest relative error, infinite where the gradient cannot be compared."""
        if not self.shaped or not self.known.any():
            return np.inf if not self.shaped else 0.0
        with np.errstate(invalid="ignore"):
            off = np.abs(self.got - self.want)[self.known]
        largest = float(np.abs(self.want[self.known]).max())
        found = float(off.max()) / (largest if largest > 1e-9 else 1.0)
        return found if np.isfinite(found) else np.inf


def agree(got: Floats, predicted: Floats) -> bool:
    """Tell whether two arrays are alike in shape, and in values where both are known."""
    if got.shape != predicted.shape:
        return False
    known = np.isfinite(predicted)
    if not known.any() or not np.isfinite(got[known]).all():
        return False
    largest = max(float(np.abs(predicted[known]).max()), float(np.abs(got[known]).max()))
    return bool((np.abs(got - predicted)[known] <= LOOSE * largest + 1e-12).all())


def with_got(point: Point, got: Floats) -> Point:
    """Return the point with another gradient written."""
    return replace(point, got=got)


def with_want(point: Point, want: Floats) -> Point:
    """Return the point with another gradient measured."""
    return replace(point, want=want)
