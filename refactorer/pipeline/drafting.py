"""The draft for one plan: the printed text, and the plans at which it is right."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from refactorer.adjoint import Adjoint
from refactorer.arguments.inputs import Plan
from refactorer.draft import Draft, Note, Step
from refactorer.errors import Refused
from refactorer.flow.straight import is_straight
from refactorer.judging.verify import OUTPUT
from refactorer.pipeline.block_code import Placed, made_from, module, placed
from refactorer.pipeline.differentiating import Say, last_adjoint
from refactorer.pipeline.emitting import emitted
from refactorer.pipeline.untaken import untaken
from refactorer.pipeline.work import Work
from refactorer.reading.target import Target
from refactorer.syntax.expressions import tidy

MOST_PLANS = 4  # that are tried where the preferred ranks are wrong


def draft_for(work: Work, chosen: Plan, say: Say) -> Draft:
    """Return the draft for a plan, to be judged at that plan and at all others where it is right.

    A straight line has been judged at its plan after each step. A function with loops or branches
    has been judged only part by part, so it is judged here. If the text returns float64 where the
    function returns float32, it is written again for the function with explicit casts.
    """
    events: list[Step | Note] = []
    may_narrow = work.narrowed is not work
    adjoint, sides, at_ones = last_adjoint(work, chosen, events.append if may_narrow else say)
    made = emitted(work, adjoint, chosen)
    wide = work.widened(made.text, chosen, sides)
    if OUTPUT in wide and may_narrow:
        return draft_for(work.narrowed, chosen, say)
    for event in events:
        say(event)
    if wide:
        made = emitted(work, in_their_dtypes(adjoint, wide), chosen)
    below = placed(made, work.own, work.request) if work.request.block else Placed("", made.text)
    text = below.module
    trusted = chosen if is_straight(work.subject) or len(work.plans) == 1 else None
    plans = [p for p in work.plans if p is trusted or work.judged(text, p).right]
    known = untaken(work, chosen, sides)
    notes = list(known.notes)
    if positive := [*taken_positive(work.target, text)]:
        notes.append(f"assumed {', '.join(positive)}: positive")
    found = draft(work, text, plans)
    finite = tuple(where for where in at_ones if at_ones[where]) if plans[:1] == [chosen] else ()
    return replace(found, block=below.code, notes=tuple(notes), sides=known.sides, finite=finite)


def taken_positive(target: Target, text: str) -> Iterator[str]:
    """Yield the parameters c such that a text, but not the target, clips between -c and c.

    The target chooses by the size of a value instead. That is a clip only if c is positive.
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
    """Return the adjoint with some gradients cast to the dtype of their arguments.

    A gradient may be float64 for float32 inputs if it comes from a branch of zeros, or meets a
    constant array.
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


def as_it_stands(work: Work) -> Draft:
    """Return the code that stands in the file already as a draft; Refused if it is stale."""
    request = work.request
    if made_from(work.own, request) != request.source:
        reason = f"the block of `{request.name}` is stale: what it is made from has changed"
        raise Refused(reason, code="stale")
    text = module(request.judged, work.own, request)
    right = [p for p in work.plans[:MOST_PLANS] if work.judged(text, p).right]
    return replace(draft(work, text, right or work.plans[:1]), stands=True)
