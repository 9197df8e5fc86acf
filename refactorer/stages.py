"""An adjoint after each rule that changed it, each judged: one generator that everybody reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

from refactorer.adjoint import Adjoint
from refactorer.catalog import PIPELINE
from refactorer.rule import Rule
from refactorer.verify import Verdict


@dataclass(frozen=True)
class Stage:
    """An adjoint after a rule, None for what tangent wrote, and whether its gradient is right.

    `attempt` is what the rule made of it; where that is wrong, `adjoint` is still the one before.
    """

    rule: type[Rule] | None
    attempt: Adjoint
    adjoint: Adjoint
    verdict: Verdict

    @property
    def name(self) -> str:
        """The rule's name, or the engine's."""
        return self.rule.__name__ if self.rule else "tangent"


def stages(adjoint: Adjoint, judge: Callable[[Adjoint], Verdict]) -> Iterator[Stage]:
    """Yield the adjoint as tangent wrote it, then after each rule that changed it."""
    yield Stage(None, adjoint, adjoint, judge(adjoint))
    for rule in PIPELINE:
        attempt, verdict = applied(rule, adjoint, judge)
        if attempt is not adjoint or not verdict.right:
            adjoint = attempt if verdict.right else adjoint
            yield Stage(rule, attempt, adjoint, verdict)


def applied(
    rule: type[Rule], adjoint: Adjoint, judge: Callable[[Adjoint], Verdict]
) -> tuple[Adjoint, Verdict]:
    """Return what a rule makes of an adjoint; one that fails is told of like one that is wrong."""
    try:
        attempt = rule.apply(adjoint)
    except Exception as error:  # a defect of one rule: the step is left out, and named to the user
        return adjoint, Verdict(False, inf, f"the rule failed: {type(error).__name__}: {error}")
    return attempt, Verdict(True, 0.0) if attempt is adjoint else judge(attempt)
