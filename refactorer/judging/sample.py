"""What a user's function was found to do at some arguments: its output and its slopes there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from refactorer.execution.evaluation import Arguments, Floats
from refactorer.judging.directions import Direction
from refactorer.judging.rounding import unsteadiness


@dataclass(frozen=True)
class Sample:
    """Arguments, and what the user's function makes of them.

    `gradients` and `errors` hold one array for each of `wrt`, in the argument's shape: the slope of
    <cotangent, output> and how far it may be off. The error is infinite near a kink, and NaN where
    nothing was measured. `usual` is how large each gradient is at most samples. `where` tells a
    reader which sizes and values these are, of the first plan or of another. At an edge, which is a
    size of one or saturated values, a gradient that is not finite may be all there is.
    """

    where: str
    wrt: tuple[str, ...]
    arguments: Arguments
    cotangent: object
    output: object
    gradients: tuple[Floats, ...]
    errors: tuple[Floats, ...]
    usual: tuple[float, ...]
    edge: bool = False
    saturated: bool = False
    first: bool = True

    @property
    def kinks(self) -> int:
        """How many entries lie near a kink."""
        return sum(int(np.isinf(error).sum()) for error in self.errors)

    @property
    def measured(self) -> int:
        """How many entries were measured."""
        return sum(int(np.isfinite(error).sum()) for error in self.errors)

    def blurred(self, more: Sequence[Floats | float]) -> Sample:
        """Return the sample with errors that are larger, by so much for each gradient."""
        errors = (error + each for error, each in zip(self.errors, more, strict=True))
        return replace(self, errors=tuple(errors))

    def shaken(self, gradients: Callable[[Arguments], Sequence[object]]) -> Sample:
        """Return the sample for gradients that may hang on the last digits of the arguments."""
        found = unsteadiness(gradients, self.arguments)
        alike = [each.shape for each in found] == [each.shape for each in self.gradients]
        return self.blurred(found) if alike else self  # other shapes are wrong anyway


@dataclass(frozen=True)
class Samples:
    """Samples to check gradients against, and what had to be left out, with the reason.

    Along the directions, little is measured at many more points.
    """

    samples: tuple[Sample, ...]
    skipped: tuple[str, ...] = ()
    directions: tuple[Direction, ...] = ()

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.samples)

    def __len__(self) -> int:
        return len(self.samples)
