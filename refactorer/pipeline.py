"""From a request to a draft: what tangent writes, then the rules one by one, each checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from refactorer.adjoint import Adjoint
from refactorer.arguments.conventions import departures, differ
from refactorer.draft import Draft, Note, Step
from refactorer.emit import emit
from refactorer.errors import Refused
from refactorer.flow.straight import is_straight
from refactorer.inputs import Plan
from refactorer.request import Request
from refactorer.stages import Stage, judging, refined
from refactorer.target import Target
from refactorer.verify import Verdict
from refactorer.work import Work

MOST_PLANS = 4  # that are tried where the preferred ranks are wrong
Say = Callable[[Step | Note], None]


def refactor(request: Request, say: Say) -> Draft:
    """Return the printed code for a request, verified as far as the worker can.

    In a loop or a branch, arrays may grow from turn to turn, and a text that is written for some
    ranks be wrong at them: then the next ranks are tried at which the function runs.
    """
    work = Work.of(request)
    for remark in work.target.remarks:
        say(Note(remark))
    if len(work.plans) == 1 or is_straight(work.subject):
        return preferred(work, say)
    failures: list[Refused] = []
    others = [partial(written, chosen=chosen) for chosen in work.plans[:MOST_PLANS]]
    attempts: list[Callable[..., Draft]] = [preferred, *others]
    for attempt in attempts:
        events: list[Step | Note] = []
        try:
            draft = attempt(work, say=events.append)
        except Refused as refused:
            failures.append(refused)
            continue
        if draft.plans:
            for event in events:
                say(event)
            if attempt is not preferred:
                say(Note(Plan.from_json(draft.plans[0]).assumption))
            return draft
    if failures:
        raise failures[0]
    return replace(draft, plans=(asdict(work.plans[0]),))


def preferred(work: Work, say: Say) -> Draft:
    """Return the printed code for the ranks that are preferred.

    Where ranks had to be assumed, a text that is right at all of them is looked for. Where none is,
    the ranks stand that the names say, or else the preferred ones, and what was assumed is said.
    """
    first = written(work, work.plans[0], say)
    if len(first.plans) == len(work.plans):
        return first
    unequal = [p for p in alike(work.plans) if asdict(p) not in first.plans]
    if unequal:
        second = written(work, work.plans[1], silent)
        if len(second.plans) == len(work.plans):
            return second
    named = min(work.plans, key=departures)
    equal = len(alike(work.plans)) > 1 and not unequal
    if named is not work.plans[0] and (not equal or (differ(named) and not scalar(work.plans))):
        with suppress(Refused):  # what runs there need not have a finite gradient
            last = written(work, named, say)
            say(Note(named.assumption))
            return last
    say(Note(assumption(work.plans, first.plans)))
    return first


def scalar(plans: Sequence[Plan]) -> bool:
    """Tell whether the function also takes scalars alone, as one that is elementwise does."""
    return any({i.shape for i in p.inputs if i.name in p.assumed} == {()} for p in plans)


def alike(plans: Sequence[Plan]) -> list[Plan]:
    """Return the plans in which the arguments whose rank was assumed are arrays of one shape."""

    def shapes(p: Plan) -> set[tuple[str, ...]]:
        return {i.shape for i in p.inputs if i.name in p.assumed}

    return [p for p in plans if len(shapes(p)) == 1 and shapes(p) != {()}]


def assumption(plans: Sequence[Plan], right: Sequence[Mapping[str, Any]]) -> str:
    """Return the line that says for which arguments the text is right."""
    equal = alike(plans)
    if len(equal) > 1 and all(asdict(p) in right for p in equal):
        return f"assumed {', '.join(plans[0].assumed)}: arrays of one shape"
    return plans[0].assumption


def last_adjoint(work: Work, chosen: Plan, say: Say) -> Adjoint:
    """Return the adjoint after the last rule, telling of each step."""
    if not is_straight(work.subject):
        return woven(work, chosen, say)
    return refined(
        work.adjoint(chosen),
        judging(work.namespace, work.names, work.samples([chosen])),
        lambda stage, last: say(told(stage, last)),
        partial(wrong_from_the_start, work.target),
    )


def woven(work: Work, chosen: Plan, say: Say) -> Adjoint:
    """Return the adjoint of a function with loops, branches or calls."""
    from refactorer.flow.function import Flow
    from refactorer.flow.helpers import Callees

    return Flow(
        work.subject,
        work.wrt,
        work.namespace,
        work.runs(chosen),
        work.request.seed,
        lambda stage, last: say(told(stage, last)),
        Callees.of(work.subject, work.wrt),
    ).adjoint()


def written(work: Work, chosen: Plan, say: Say) -> Draft:
    """Return the text for a plan, to be judged at that plan and at all others where it is right.

    Each step of a straight line has been judged at the plan, but not how its parts go together.
    """
    adjoint = last_adjoint(work, chosen, say)
    text = emit(adjoint, work.request.style, work.request.comments)
    trusted = chosen if is_straight(work.subject) or len(work.plans) == 1 else None
    plans = [p for p in work.plans if p is trusted or work.judged(text, p).right]
    return Draft(
        text=text,
        module=work.target.module,
        name=work.target.name,
        style=work.request.style,
        wrt=work.wrt,
        plans=tuple(asdict(p) for p in plans),
        seed=work.request.seed,
    )


def told(stage: Stage, before: Stage | None) -> Step:
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


ANOTHER_WAY = "Split the function, or write the operation that it cannot differentiate otherwise"
FINITE = "Give values at which it is finite with --at, such as --at 'X=rng.uniform(size=(n, d))'"


def wrong_from_the_start(target: Target, verdict: Verdict) -> Refused:
    return Refused(
        f"`{target.name}`: the gradient that tangent writes is wrong: {verdict.reason}",
        FINITE if "not finite" in verdict.reason else ANOTHER_WAY,
        code="wrong-gradient",
    )


def silent(_: Step | Note) -> None:
    """Tell nothing."""
