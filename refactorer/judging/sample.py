"""What a user's function was found to do at some arguments: its output and its gradients there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from refactorer.execution.evaluation import Arguments, Floats
from refactorer.judging.directions import Direction
from refactorer.judging.rounding import unsteadiness


@dataclass(frozen=True)
class Sample:
    """Arguments, the output of the user's function there, and its measured gradients.

    - `gradients` and `errors` hold one array for each of `wrt`, in the argument's shape: the
      gradient of <cotangent, output>, measured by differences, and how far it may be off. The error
      is infinite near a kink, and NaN for entries that were not measured.
    - `usual` is the size that each gradient has at most samples.
    - `where` says to a reader which sizes and values these are; `first` tells whether they are of
      the plan that the text is written for.
    - `edge` marks the edge of the domain, where the true gradient need not be finite: a size of
      one, or values so large that the function is `saturated`.
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
        """Return the sample with larger errors: `more` holds what is added for each gradient."""
        errors = (error + each for error, each in zip(self.errors, more, strict=True))
        return replace(self, errors=tuple(errors))

    def shaken(self, gradients: Callable[[Arguments], Sequence[object]]) -> Sample:
        """Return the sample with errors enlarged by what rounding the arguments does.

        `gradients` are those of the code that is judged, at arguments beside the sample's.
        """
        found = unsteadiness(gradients, self.arguments)
        alike = [each.shape for each in found] == [each.shape for each in self.gradients]
        return self.blurred(found) if alike else self  # other shapes are wrong anyway


@dataclass(frozen=True)
class Samples:
    """Samples to check gradients against, and what was skipped, with the reason.

    `directions` are many more points, at each of which one number alone was measured.
    """

    samples: tuple[Sample, ...]
    skipped: tuple[str, ...] = ()
    directions: tuple[Direction, ...] = ()

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.samples)

    def __len__(self) -> int:
        return len(self.samples)
