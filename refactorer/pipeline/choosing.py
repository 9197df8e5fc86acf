"""Chooses the ranks, values and options that the code is written for, where the user does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial

from refactorer.arguments.inputs import Plan
from refactorer.arguments.options import fixed, freed, most_axes
from refactorer.draft import Draft, Note, Step
from refactorer.errors import Refused
from refactorer.flow.straight import is_straight
from refactorer.pipeline.differentiating import OneAxis, Say, wants_other_values
from refactorer.pipeline.drafting import MOST_PLANS, draft_for
from refactorer.pipeline.work import Work

NORMAL, POSITIVE = "normal", "positive"


def kept_or_inlined(work: Work, say: Say) -> Draft:
    """Return the printed code; helpers that no single text is right for are inlined."""
    try:
        if (kept := of_kept(work, say)) is not None:
            return kept
        names = work.mixed
    except OneAxis as error:
        names = error.names | work.mixed
    named = ", ".join(f"`{name}`" for name in sorted(names))
    say(Note(f"written out, since no one text is right for all that they are called with: {named}"))
    return at_finite_values(work.inlining(names), say)


def of_kept(work: Work, say: Say) -> Draft | None:
    """Return the printed code with its helpers kept, None if that is wrong."""
    if not work.mixed:
        return at_finite_values(work, say)
    events: list[Step | Note] = []
    with suppress(Refused):
        draft = at_finite_values(work, events.append)
        plan = next((p for p in work.plans if asdict(p) in draft.plans), None)
        if plan and work.judged(draft.text, plan).right:
            return after_telling(draft, events, say)
    return None


def at_finite_values(work: Work, say: Say) -> Draft:
    """Return the printed code, for positive values where the gradient is finite at these alone."""
    try:
        return drafted(work, say)
    except Refused as refused:
        positive = with_positive_values(work)
        if not wants_other_values(refused) or positive is work:
            raise
        with suppress(Refused):
            draft = drafted(positive, say)
            names = [i.name for i in positive.plans[0].inputs if i.kind == POSITIVE]
            say(Note(f"assumed {', '.join(names)}: positive"))
            return draft
        raise


def with_positive_values(work: Work) -> Work:
    """Return the work with positive values for all arguments that could have any sign.

    Returns the work itself if there are no such arguments.
    """

    def changed(plan: Plan) -> Plan:
        kinds = [POSITIVE if i.kind == NORMAL else i.kind for i in plan.inputs]
        inputs = (replace(i, kind=kind) for i, kind in zip(plan.inputs, kinds, strict=True))
        return replace(plan, inputs=tuple(inputs))

    plans = tuple(map(changed, work.plans))
    return work if plans == work.plans else replace(work, plans=plans)


def drafted(work: Work, say: Say) -> Draft:
    """Return the printed code for the plans of a work.

    An option that the plans fix at its default is left free if the code is right for other values.
    """
    if fixed(work.plans[0]):
        return with_free_options(work, of_ranks(work, say), say)
    return of_ranks(work, say)


def of_ranks(work: Work, say: Say) -> Draft:
    """Return the printed code for the first ranks at which it is right.

    In a loop an array may grow from turn to turn, so the text may be wrong at the very ranks that
    it was written for. Then the next ranks at which the function runs are tried.
    """
    if len(work.plans) == 1 or is_straight(work.subject):
        return preferred(work, say)
    failures: list[Refused] = []
    likely = sorted(work.plans, key=work.likelihood.departures)
    others = [partial(draft_for, chosen=chosen) for chosen in likely[:MOST_PLANS]]
    attempts: list[Callable[..., Draft]] = [preferred, *others]
    for attempt in attempts:
        events: list[Step | Note] = []
        try:
            draft = attempt(work, say=events.append)
        except Refused as refused:
            failures.append(refused)
            continue
        if draft.plans:
            if attempt is not preferred:
                events.append(Note(Plan.from_json(draft.plans[0]).assumption))
            return after_telling(draft, events, say)
    if failures:
        raise failures[0]
    return replace(draft, plans=(asdict(work.plans[0]),))


def preferred(work: Work, say: Say) -> Draft:
    """Return the printed code for the preferred ranks.

    If ranks had to be assumed and arrays of one shape may be given, a text that is right at all of
    them is looked for first. If there is none, the ranks that the names suggest are taken, or else
    the first ones, and a note says what was assumed.
    """
    named = min(work.plans, key=work.likelihood.departures)
    if named is not work.plans[0] and not of_one_shape(work.plans):
        with suppress(Refused):
            return of_named(work, named, say)
    return of_most(work, named, say)


def of_most(work: Work, named: Plan, say: Say) -> Draft:
    """Return the text that is right at all ranks, or else the one for the ranks of the names.

    Steps are told only of the text that is chosen.
    """
    first, steps = attempted(work, work.plans[0], say)
    if len(first.plans) == len(work.plans):
        return of_all(work, first, steps, say)
    unequal = [p for p in of_one_shape(work.plans) if asdict(p) not in first.plans]
    if unequal:
        second, others = attempted(work, work.plans[1], lambda _: None)
        if len(second.plans) == len(work.plans):
            return of_all(work, second, others, say)
    equal = not unequal and (len(of_one_shape(work.plans)) > 1 or is_elementwise(work, first))
    mixed = work.likelihood.mixes(named) and not takes_scalars(work.plans)
    if named is not work.plans[0] and (not equal or mixed):
        with suppress(Refused):  # what runs there need not have a finite gradient
            return of_named(work, named, say)
    said = ONE_SHAPE.format(", ".join(work.plans[0].assumed))
    return after_telling(first, [*steps, Note(said if equal else work.plans[0].assumption)], say)


def of_named(work: Work, named: Plan, say: Say) -> Draft:
    """Return the text for the ranks that the names suggest; a note says if it needs them."""
    draft, steps = attempted(work, named, lambda _: None)
    if len(draft.plans) == len(work.plans):
        return of_all(work, draft, steps, say)
    return after_telling(draft, [*steps, Note(named.assumption)], say)


def of_all(work: Work, draft: Draft, steps: Sequence[Step | Note], say: Say) -> Draft:
    """Return a draft that is right at all ranks, after a note on those that are the same in all."""
    assumed = assumed_of_one_rank(work.plans)
    return after_telling(draft, [*steps, *([Note(assumed)] if assumed else [])], say)


def attempted(work: Work, plan: Plan, say: Say) -> tuple[Draft, list[Step | Note]]:
    """Return the text for a plan, and the steps to it, to be told if that text is chosen.

    They are told at once if the plan is the only one, and if the attempt fails.
    """
    events: list[Step | Note] = []
    try:
        return draft_for(work, plan, events.append if len(work.plans) > 1 else say), events
    except Refused:
        for event in events:
            say(event)
        raise


def after_telling(draft: Draft, events: Sequence[Step | Note], say: Say) -> Draft:
    """Return a draft after telling its steps and notes."""
    for event in events:
        say(event)
    return draft


ONE_SHAPE = "assumed {}: arrays of one shape"


def is_elementwise(work: Work, first: Draft) -> bool:
    """Tell whether a text that is right for vectors and for scalars is right for matrices, too."""
    vectors = work.plans[0]
    if not takes_scalars(work.plans) or vectors not in of_one_shape(work.plans):
        return False
    inputs = (replace(i, shape=(*i.shape, "columns")) if i.shape else i for i in vectors.inputs)
    sizes = {**vectors.sizes, "columns": 2 + max(vectors.sizes.values(), default=1)}
    matrices = replace(vectors, inputs=tuple(inputs), sizes=sizes)
    return work.judged_freely(first.text, matrices).right


def assumed_of_one_rank(plans: Sequence[Plan]) -> str:
    """Return the note on the arguments whose assumed rank is the same in all plans."""
    ranks = [{i.name: len(i.shape) for i in p.inputs} for p in plans]
    fixed = (n for n in plans[0].assumed if len({found[n] for found in ranks}) == 1)
    return replace(plans[0], assumed=tuple(fixed)).assumption


def with_free_options(work: Work, draft: Draft, say: Say) -> Draft:
    """Return the draft, to be judged also at other values of the options at which it is right."""
    plans = sorted(map(Plan.from_json, draft.plans), key=most_axes, reverse=True)

    def is_free(name: str) -> bool:
        """Tell whether the text is right whatever is given for an option."""
        wanted = (freed(plan, frozenset({name})) for plan in plans[:MOST_PLANS])
        return all(work.judged_freely(draft.text, plan).right for plan in wanted)

    options = fixed(plans[0])
    free = frozenset(filter(is_free, options))
    if kept := [f"{name}={text}" for name, text in options.items() if name not in free]:
        say(Note(f"assumed {', '.join(kept)}"))
    return replace(draft, plans=tuple(asdict(freed(plan, free)) for plan in plans), finite=())


def takes_scalars(plans: Sequence[Plan]) -> bool:
    """Tell whether the function also runs on scalars alone, as an elementwise one does."""
    return any({i.shape for i in p.inputs if i.name in p.assumed} == {()} for p in plans)


def of_one_shape(plans: Sequence[Plan]) -> list[Plan]:
    """Return the plans in which the arguments whose rank was assumed are arrays of one shape."""

    def shapes(p: Plan) -> set[tuple[str, ...]]:
        return {i.shape for i in p.inputs if i.name in p.assumed}

    return [p for p in plans if len(shapes(p)) == 1 and shapes(p) != {()}]
