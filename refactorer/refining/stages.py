"""Applies the rules one after the other: an adjoint after each rule that changed it, judged.

The command, --steps, the page and the Python API all read the one generator `stages`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf

from refactorer.adjoint import Adjoint
from refactorer.errors import Refused
from refactorer.judging.verify import Verdict
from refactorer.refining.catalog import PIPELINE
from refactorer.refining.step_judge import Judge
from refactorer.rule import Rule

MOST_CAREFUL = 40  # statements of a backward part that is searched again for what overflows nowhere


@dataclass(frozen=True)
class Stage:
    """One step: a rule, or None for tangent's own text, and the verdict on its result.

    `attempt` is what the rule made, `adjoint` what goes on from here: the same if that is right,
    the adjoint before the rule if it is wrong.
    """

    rule: type[Rule] | None
    attempt: Adjoint
    adjoint: Adjoint
    verdict: Verdict

    @property
    def name(self) -> str:
        """The rule's name, or the engine's."""
        return self.rule.__name__ if self.rule else "tangent"


Say = Callable[[Stage, Stage | None], None]


def refined(
    adjoint: Adjoint, judge: Judge, say: Say, refuse: Callable[[Verdict], Refused]
) -> Adjoint:
    """Return an adjoint after the last rule, and tell of each stage, with the one before it.

    Raises what `refuse` makes of the verdict if tangent's own gradient is wrong.
    """
    last: Stage | None = None
    for stage in stages(adjoint, judge):
        if stage.rule is None and not stage.verdict.right:
            raise refuse(stage.verdict)
        say(stage, last)
        last = stage
    assert last is not None
    return last.adjoint


def stages(adjoint: Adjoint, judge: Judge) -> Iterator[Stage]:
    """Yield the adjoint as tangent wrote it, then after each rule that changed it."""
    first = judge(adjoint)
    yield Stage(None, adjoint, adjoint, first)
    for rule in PIPELINE:
        attempt, verdict = as_finite(first, *applied(rule, adjoint, judge))
        if rule.REORDERS and verdict.right and attempt is not adjoint:
            attempt, verdict = careful(rule, adjoint, attempt, verdict, judge)
        if attempt is not adjoint or not verdict.right:
            adjoint = attempt if verdict.right else adjoint
            yield Stage(rule, attempt, adjoint, verdict)


def as_finite(first: Verdict, attempt: Adjoint, verdict: Verdict) -> tuple[Adjoint, Verdict]:
    """Return an attempt and its verdict: wrong if not finite where tangent wrote finite code."""
    if verdict.unsafe <= first.unsafe:
        return attempt, verdict
    return attempt, replace(verdict, right=False, reason="it is not finite where it was before")


def careful(
    rule: type[Rule], adjoint: Adjoint, attempt: Adjoint, verdict: Verdict, judge: Judge
) -> tuple[Adjoint, Verdict]:
    """Return the attempt of a rule that is finite at the most extreme values.

    The attempt given is taken if it is finite wherever the adjoint before it was. Otherwise the
    rule's more careful attempts are tried, too; in a long backward part each would take seconds.
    """
    is_long = len(adjoint.backward.body) > MOST_CAREFUL
    lost = [] if is_long else judge.lost(adjoint, attempt)
    if not lost:
        return attempt, verdict
    best = len(lost), attempt, verdict
    for other in rule.careful(adjoint, judge.overflowing(adjoint, lost)):
        left = len(judge.lost(adjoint, other))
        if left < best[0] and (found := judge(other)).right:
            best = left, other, found
        if not best[0]:
            break
    return best[1:]


def applied(rule: type[Rule], adjoint: Adjoint, judge: Judge) -> tuple[Adjoint, Verdict]:
    """Return what a rule makes of an adjoint; a rule that raises has made a wrong attempt."""
    try:
        attempt = rule.apply(adjoint)
    except Exception as error:  # a defect of one rule: the step is left out, and named to the user
        return adjoint, Verdict(False, inf, f"the rule failed: {type(error).__name__}: {error}")
    return attempt, Verdict(True, 0.0) if attempt is adjoint else judge(attempt)
