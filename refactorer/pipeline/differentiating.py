"""The adjoint for one way to call a function: what tangent writes, after the last rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from refactorer.adjoint import Adjoint
from refactorer.arguments.inputs import Plan
from refactorer.arguments.options import fixed
from refactorer.draft import Note, Step
from refactorer.errors import Place, Refused
from refactorer.flow.straight import is_straight
from refactorer.judging.forced import Forced
from refactorer.judging.verify import Verdict
from refactorer.pipeline.emitting import emitted
from refactorer.pipeline.work import Work
from refactorer.reading.target import Target
from refactorer.refining.stages import Stage, refined
from refactorer.refining.step_judge import Judge

if TYPE_CHECKING:
    from refactorer.flow.calling.helpers import Callees

Say = Callable[[Step | Note], None]
Sides = Mapping[tuple[Forced, ...], Place | None]

ANOTHER_WAY = "Split the function, or write the operation that it cannot differentiate otherwise"
NOWHERE = re.compile("not finite|finite nowhere|kinks everywhere")
FINITE = (
    "Give values at which it is finite with --at, such as --at 'X=rng.uniform(size=(n, d))', or "
    "keep it finite with a small constant, as in np.sqrt(x + 1e-12)"
)


class OneAxis(Exception):
    """Raised if the gradients of called functions are right for one axis only."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(names)
        self.names = names


def last_adjoint(work: Work, chosen: Plan, say: Say) -> tuple[Adjoint, Sides, Mapping[str, bool]]:
    """Return the adjoint after the last rule, and tell of each step.

    Beside it are the conditions that had to be forced, since no input was found for them, and for
    each size of one whether tangent's text is finite there.
    """
    if not is_straight(work.subject):
        return *woven(work, chosen, say), {}
    stages: list[Stage] = []

    def tell(stage: Stage, last: Stage | None) -> None:
        """Tell of a stage, and note it."""
        stages.append(stage)
        say(step_of(stage, last))

    adjoint = refined(
        work.adjoint(chosen),
        Judge(work.namespace, work.names, work.samples([chosen])),
        tell,
        partial(wrong_from_the_start, work.target),
    )
    return adjoint, {}, stages[0].verdict.at_ones


def woven(work: Work, chosen: Plan, say: Say) -> tuple[Adjoint, Sides]:
    """Return the adjoint of a function with loops, branches or calls."""
    from refactorer.flow.calling.helpers import Callees
    from refactorer.flow.function import Flow
    from refactorer.flow.modules import namespace_of, with_modules, without_modules

    callees = Callees.of(work.subject, work.wrt, work.request.comments)
    flow = Flow(
        with_modules(work.subject),
        work.wrt,
        namespace_of(work.subject, work.namespace),
        work.runs(chosen),
        work.request.seed,
        lambda stage, last: say(step_of(stage, last)),
        callees,
        options=fixed(chosen),
    )
    adjoint = without_modules(flow.adjoint(), work.subject)
    if callees.with_axes:
        adjoint = with_helpers_for_any_axis(work, adjoint, chosen, callees)
    return adjoint, callees.sides


def with_helpers_for_any_axis(
    work: Work, adjoint: Adjoint, chosen: Plan, callees: Callees
) -> Adjoint:
    """Return an adjoint whose helpers take any axis; raise OneAxis if one is wrong along others."""
    free = callees.for_any_axis(adjoint)
    text = emitted(work, free, chosen).text
    one_axis = [
        name
        for name, done in callees.with_axes.items()
        if not work.judged_alone(text, name, done.helper.wrt, done.at_other_axes).right
    ]
    if one_axis:
        raise OneAxis(frozenset(one_axis))
    return free


def step_of(stage: Stage, before: Stage | None) -> Step:
    """Return a stage as the command tells it."""
    return Step(
        rule=stage.name,
        why=stage.rule.why() if stage.rule else "What tangent wrote.",
        diff_from=before.adjoint.code if before else "",
        diff_to=stage.attempt.code,
        error=stage.verdict.error,
        right=stage.verdict.right,
        reason=stage.verdict.reason,
    )


def wants_other_values(refused: Refused) -> bool:
    """Tell whether a function was refused since its gradient is not finite where it was tried."""
    return refused.hint == FINITE


def wrong_from_the_start(target: Target, verdict: Verdict) -> Refused:
    return Refused(
        f"`{target.name}`: the gradient that tangent writes is wrong: {verdict.reason}",
        FINITE if NOWHERE.search(verdict.reason) else ANOTHER_WAY,
        code="wrong-gradient",
    )
