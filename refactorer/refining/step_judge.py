"""Judges each step: whether the gradient is still right, and still finite where it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from refactorer.adjoint import Adjoint, parameters
from refactorer.differentiation.differentiate import compiled
from refactorer.execution.evaluation import Arguments, copied, is_float
from refactorer.judging.extremes import lost
from refactorer.judging.verify import Samples, Verdict, check
from refactorer.shapes import locals_at_end
from refactorer.syntax.dataflow import writes


@dataclass(frozen=True)
class Judge:
    """Judges the gradient that the code of an adjoint computes, at the samples `found`.

    `names` are the user's names of the parameters, in order: the samples' arguments go by them.
    """

    namespace: Mapping[str, object]
    names: Sequence[str]
    found: Samples

    def __call__(self, adjoint: Adjoint) -> Verdict:
        """Return the verdict on an adjoint."""
        function = compiled(adjoint.code, self.namespace)

        def pullback(
            arguments: Mapping[str, object], cotangent: object
        ) -> tuple[object, Sequence[object]]:
            gradients = function(**self.ours(adjoint, arguments), **{adjoint.seed: cotangent})
            return None, gradients if len(adjoint.gradients) > 1 else (gradients,)

        return check(pullback, self.found)

    def ours(self, adjoint: Adjoint, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return arguments, given by the user's names, by ours."""
        ours = dict(zip(self.names, parameters(adjoint.primal.code), strict=True))
        return {ours[name]: value for name, value in arguments.items()}

    def lost(self, before: Adjoint, after: Adjoint) -> list[Arguments]:
        """Return extreme arguments, by our names, at which a gradient ceased to be finite."""
        sample = next((one for one in self.found if not one.edge), None)
        if sample is None:
            return []
        primal = compiled(before.primal.code, self.namespace)
        first, second = (self.pulled(adjoint, sample.cotangent) for adjoint in (before, after))
        around = self.ours(before, sample.arguments)
        return lost(lambda given: primal(**given), first, second, around)

    def pulled(self, adjoint: Adjoint, cotangent: object) -> Callable[[Arguments], object]:
        """Return a function from arguments to an adjoint's gradients, for a fixed cotangent."""
        function = compiled(adjoint.code, self.namespace)
        return lambda given: function(**given, **{adjoint.seed: copied(cotangent)})

    def overflowing(self, adjoint: Adjoint, lost: Sequence[Arguments]) -> frozenset[str]:
        """Return the names of the forward part that overflow at these extreme arguments."""
        function, seed = compiled(adjoint.code, self.namespace), adjoint.seed
        found: set[str] = set()
        for given in lost:
            values = locals_at_end(
                function, {**given, seed: copied(self.found.samples[0].cotangent)}
            )
            found |= {
                name for name, value in values.items() if is_float(value) and overflows(value)
            }
        return frozenset(found & set[str]().union(*map(writes, adjoint.forward.body)))


def overflows(value: object) -> bool:
    """Tell whether a value is not finite somewhere."""
    return not np.isfinite(np.asarray(value)).all()
