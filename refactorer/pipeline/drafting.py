"""The code for one way to call a function: its adjoint through the rules, printed and checked."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING

from refactorer.adjoint import Adjoint
from refactorer.arguments.inputs import Plan
from refactorer.arguments.options import fixed, freed
from refactorer.arguments.plans import literal
from refactorer.draft import Draft, Note, Step
from refactorer.emit import Layout, Printed, printed
from refactorer.errors import Place, Refused
from refactorer.flow.list_outputs import returns_lists, with_lists
from refactorer.flow.straight import is_straight
from refactorer.judging.forced import Forced
from refactorer.judging.verify import OUTPUT, Verdict
from refactorer.pipeline.block_code import Placed, made_from, module, placed
from refactorer.pipeline.work import Work
from refactorer.printing.any_axis import for_any_axis
from refactorer.reading.target import Target
from refactorer.refining.stages import Stage, refined
from refactorer.refining.step_judge import Judge
from refactorer.syntax.expressions import tidy

if TYPE_CHECKING:
    from refactorer.flow.calling.helpers import Callees

MOST_PLANS = 4  # that are tried where the preferred ranks are wrong
Say = Callable[[Step | Note], None]
Sides = Mapping[tuple[Forced, ...], Place | None]


class OneAxis(Exception):
    """The gradients of functions that are called are right along one axis alone."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(names)
        self.names = names


def last_adjoint(work: Work, chosen: Plan, say: Say) -> tuple[Adjoint, Sides, Mapping[str, bool]]:
    """Return the adjoint after the last rule, telling of each step.

    Beside it are the conditions that had to be set, since no input was found for them, and whether
    what tangent wrote is finite at sizes of one.
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
    """Return an adjoint whose helpers take any axis; OneAxis where one is right along one alone."""
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


def written(work: Work, chosen: Plan, say: Say) -> Draft:
    """Return the text for a plan, to be judged at that plan and at all others where it is right.

    A straight line has been judged at its plan after each step; how parts go together has not.
    Where the text is wider than the function, it is written for the function that says how it
    rounds.
    """
    events: list[Step | Note] = []
    may_narrow = work.narrowed is not work
    adjoint, sides, at_ones = last_adjoint(work, chosen, events.append if may_narrow else say)
    made = emitted(work, adjoint, chosen)
    wide = work.widened(made.text, chosen, sides)
    if OUTPUT in wide and may_narrow:
        return written(work.narrowed, chosen, say)
    for event in events:
        say(event)
    if wide:
        made = emitted(work, in_their_dtypes(adjoint, wide), chosen)
    below = placed(made, work.own, work.request) if work.request.block else Placed("", made.text)
    text = below.module
    trusted = chosen if is_straight(work.subject) or len(work.plans) == 1 else None
    plans = [p for p in work.plans if p is trusted or work.judged(text, p).right]
    unreached = ((side, place) for side, place in sides.items() if place)
    notes = [UNREACHED.format(place, *side[-1]) for side, place in unreached]
    if positive := [*taken_positive(work.target, text)]:
        notes.append(f"assumed {', '.join(positive)}: positive")
    found = draft(work, text, plans)
    finite = tuple(where for where in at_ones if at_ones[where]) if plans[:1] == [chosen] else ()
    return replace(found, block=below.code, notes=tuple(notes), sides=tuple(sides), finite=finite)


def taken_positive(target: Target, text: str) -> Iterator[str]:
    """Return the parameters c at which a text clips, between -c and c, more often than the target.

    Where the target chooses by size instead, that is a clip only if c is positive, as its default
    is.
    """
    names = [p.name for p in target.parameters if p.is_positive_by_default]
    if names:
        made = Counter(bounds(text)) - Counter(bounds(target.source))
        yield from (name for name in names if made[name])


def bounds(source: str) -> Iterator[str]:
    """Yield each name c for which something is clipped between -c and c."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(args=[*_, ast.UnaryOp(ast.USub(), ast.Name(low)), ast.Name(high)]):
                yield from [low] if low == high else []


def in_their_dtypes(adjoint: Adjoint, wide: frozenset[str]) -> Adjoint:
    """Return the adjoint with some gradients brought to the dtype of their arguments.

    What flows through a branch of zeros, or past a constant array, may be wider than they are.
    """
    pairs = zip(adjoint.primal.wrt, adjoint.gradients, strict=True)
    cast = (f"({text}).astype({name}.dtype)" if name in wide else text for name, text in pairs)
    return replace(adjoint, gradients=tuple(tidy(text) for text in cast))


def draft(work: Work, text: str, plans: Sequence[Plan]) -> Draft:
    """Return a text to be judged at some plans."""
    request, target = work.request, work.own
    return Draft(
        text=text,
        module=target.module,
        name=target.name,
        printed=request.printed_name,
        style=request.style,
        wrt=work.wrt,
        plans=tuple(asdict(p) for p in plans),
        seed=request.seed,
        lines=(target.line, target.last_line),
        source=made_from(target, request),
    )


def emitted(work: Work, adjoint: Adjoint, chosen: Plan) -> Printed:
    """Return the text of an adjoint: one that holds for every axis, if that is right."""
    request = work.request

    def text_of(adjoint: Adjoint) -> Printed:
        made = printed(
            adjoint,
            request.style,
            request.comments,
            Layout(request.layout),
            request.naming,
            request.xp,
            work.setting(chosen),
        )
        if not returns_lists(work.target):
            return made
        return replace(made, function=with_lists(made.function, request.printed_name))

    axes = [name for name, text in fixed(chosen).items() if isinstance(literal(text), int)]
    free = for_any_axis(adjoint, axes)
    if free is not adjoint:
        made = text_of(free)
        if work.judged_freely(made.text, freed(chosen, frozenset(axes))).right:
            return made
    return text_of(adjoint)


def as_it_stands(work: Work) -> Draft:
    """Return the code that stands in the file already, to be judged where it is right."""
    request = work.request
    if made_from(work.own, request) != request.source:
        reason = f"the block of `{request.name}` is stale: what it is made from has changed"
        raise Refused(reason, code="stale")
    text = module(request.judged, work.own, request)
    right = [p for p in work.plans[:MOST_PLANS] if work.judged(text, p).right]
    return replace(draft(work, text, right or work.plans[:1]), stands=True)


UNREACHED = (
    "{}: no input was found at and around which `{}` is {}: that side was verified with it set"
)


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


ANOTHER_WAY = "Split the function, or write the operation that it cannot differentiate otherwise"
NOWHERE = re.compile("not finite|finite nowhere|kinks everywhere")
FINITE = (
    "Give values at which it is finite with --at, such as --at 'X=rng.uniform(size=(n, d))', or "
    "keep it finite with a small constant, as in np.sqrt(x + 1e-12)"
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
