"""Ranks, sizes and kinds of values at which a function runs, found by running it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, islice, product

from refactorer.arguments import dims, ranks
from refactorer.arguments.dims import Dims
from refactorer.arguments.hints import conventions, evidence, products
from refactorer.arguments.hints.shape_annotations import UNNAMED
from refactorer.arguments.mixes import mixes, with_kinds
from refactorer.arguments.plans import AT, INTEGERS, Plan
from refactorer.arguments.slots import Kinds, Slot, sizes_read
from refactorer.arguments.trials import Outcome, Trials

FEW = 3  # sizes that are tried in both orders


def fitting(slots: Sequence[Slot], trials: Trials, source: str = "") -> tuple[Plan, ...]:
    """Return a plan for each assignment of ranks that runs, the preferred first.

    A square matrix that need not be square is the last to be taken, but for scalars.
    """
    unsaid = sum(slot.open for slot in slots)
    every = list(ranks.assignments(unsaid))
    # What is likely comes first, and whether scalars do, lest the runs be spent before.
    by_use = products.ranks([slot.name for slot in slots], source)
    named = conventional(slots, by_use, source)
    early = [*filter(None, [named]), *beside_numbers(slots, by_use, source), every[-1]]
    found = all_ranked(slots, [*early, *every], trials)
    order = {assigned: place for place, assigned in enumerate(every)}
    rest = len(order)  # ranks that the names say may be none of those
    used = named if told_by_uses(slots, by_use) else None

    def preference(plan: Plan) -> tuple[bool, bool, int, int]:
        own = open_ranks(plan)
        return has_scalar(plan), own != used, squares(plan), order.get(own, rest)

    found.sort(key=preference)
    return tuple(found)


def with_higher_ranks(slots: Sequence[Slot], trials: Trials) -> tuple[Plan, ...]:
    """Return the plans that run with ranks above 2 among others."""
    unsaid = sum(slot.open for slot in slots)
    return tuple(all_ranked(slots, ranks.higher(unsaid), trials))


def with_numbers(
    slots: Sequence[Slot], sizes: Sequence[str], trials: Trials, source: str
) -> tuple[Plan, ...]:
    """Return a plan in which some axes have one of these sizes, fewest first."""
    unsaid = [slot for slot in slots if slot.open]
    first, *others = islice(ranks.assignments(len(unsaid)), 9)
    every = [first, *others[:1], *ranks.lone(len(unsaid)), *others[1:]]
    named = conventional(slots, products.ranks([slot.name for slot in slots], source), source)
    for assigned in [*([named] if named else []), *every]:
        drafts = unnamed(slots, assigned)
        for size in sizes:
            for shapes in marked(drafts, size):
                given = [s if s.fixed else replace(s, shape=shapes[s.name]) for s in slots]
                found = [plan for plan in ranked(given, (), trials) if trials.everywhere(plan)]
                if found:
                    return (replace(found[0], assumed=tuple(slot.name for slot in unsaid)),)
    return ()


def unnamed(slots: Sequence[Slot], assigned: Sequence[int]) -> dict[str, Dims]:
    """Return the shapes of slots; those of which nothing is said have these ranks."""
    todo = iter(assigned)
    shapes = ((UNNAMED,) * next(todo) if slot.open else slot.shape or () for slot in slots)
    return dict(zip((slot.name for slot in slots), shapes, strict=True))


def marked(shapes: Mapping[str, Dims], size: str) -> Iterator[dict[str, Dims]]:
    """Yield shapes in which up to three of the axes without a name have a size."""
    axes = [(n, k) for n, shape in shapes.items() for k, d in enumerate(shape) if d == UNNAMED]
    for count in (1, 2, 3):
        for chosen in combinations(axes, count):
            yield {
                name: tuple(size if (name, k) in chosen else dim for k, dim in enumerate(shape))
                for name, shape in shapes.items()
            }


def conventional(
    slots: Sequence[Slot], by_use: Mapping[str, int | None], source: str
) -> tuple[int, ...] | None:
    """Return the ranks of the open parameters by name and use: vectors, where neither tells."""
    said = {**by_use} | dict.fromkeys(evidence.entries(source) & by_use.keys(), 0)
    found = [said[slot.name] for slot in slots if slot.open]
    return tuple(1 if rank is None else rank for rank in found) if any(found) else None


def told_by_uses(slots: Sequence[Slot], by_use: Mapping[str, int | None]) -> bool:
    """Tell whether products show that an open parameter is a matrix, where its name does not."""
    by_name = conventions.ranks([slot.name for slot in slots])
    return any(by_use[slot.name] == 2 != by_name[slot.name] for slot in slots if slot.open)


def beside_numbers(
    slots: Sequence[Slot], by_use: Mapping[str, int | None], source: str
) -> Iterator[tuple[int, ...]]:
    """Yield ranks of the open parameters that may have elements by the text; others are numbers."""
    for arrays in (evidence.summed_up(source), evidence.surely_arrays(source)):
        ranks = {n: 1 if rank is None else rank for n, rank in by_use.items()}
        yield tuple(ranks[slot.name] if slot.name in arrays else 0 for slot in slots if slot.open)


def open_ranks(plan: Plan) -> tuple[int, ...]:
    """Return the ranks that were assumed."""
    return tuple(len(entry.shape) for entry in plan.inputs if entry.name in plan.assumed)


def all_ranked(
    slots: Sequence[Slot], assignments: Iterable[Sequence[int]], trials: Trials
) -> list[Plan]:
    """Return the plans of those assignments of ranks that run."""
    tried = dict.fromkeys(map(tuple, assignments))
    return [plan for assigned in tried for plan in ranked(slots, assigned, trials)]


def has_scalar(plan: Plan) -> bool:
    """Tell whether a parameter was assumed to be a scalar."""
    return any(entry.name in plan.assumed and not entry.shape for entry in plan.inputs)


def squares(plan: Plan) -> int:
    """Return how many arrays have one size twice."""
    return sum(len(set(entry.shape)) < len(entry.shape) for entry in plan.inputs)


def ranked(slots: Sequence[Slot], assigned: Sequence[int], trials: Trials) -> Iterator[Plan]:
    """Yield the plan at which the function runs with these ranks, if there is one."""
    if trials.spent:
        return
    shapes = unnamed(slots, assigned)
    inputs = tuple(slot.input(shapes[slot.name]) for slot in slots)
    draft = Plan(inputs, {}, tuple(slot.name for slot in slots if slot.open))
    named = general(slots, draft, trials) if UNNAMED in draft.dims else draft
    if named:
        plan = sized(named)
        settled = trials.settle(plan, choices(slots, plan, tuple(plan.sizes)))
        yield from [settled] if settled else []


def sized(plan: Plan) -> Plan:
    """Return the plan with sizes for the names in its shapes and in its expressions."""
    read = [name for entry in plan.inputs if entry.kind == AT for name in sizes_read(entry.text)]
    return replace(plan, sizes=dims.primes((*plan.dims, *read)))


def choices(slots: Sequence[Slot], plan: Plan, bounds: Dims) -> list[Kinds]:
    """Return the kinds of values to try for each input."""
    pairs = zip(slots, plan.inputs, strict=True)
    return [slot.choices(len(entry.shape), bounds) for slot, entry in pairs]


def general(slots: Sequence[Slot], draft: Plan, trials: Trials) -> Plan | None:
    """Return the draft with names for its unnamed axes, as many distinct ones as it runs with.

    Values of the first kinds are tried at all sizes to begin with, before those of others.
    """
    given = dims.names(dim for dim in draft.dims if dim != UNNAMED)
    shapes = [entry.shape for entry in draft.inputs]
    own = ranks.axis_names(tuple(range(draft.dims.count(UNNAMED))), given)
    first, *others = {m: m for bounds in ((), own) for m in mixes(choices(slots, draft, bounds))}
    left = [*starts(len(given), shapes)]
    for start, kinds in [*product(left, [first]), *product(left, others)]:
        if start not in left:
            continue
        plan = sized(with_names(with_kinds(draft, kinds), own))

        progress = partial(far, trials, plan, (*given, *own), bool(given))
        if progress(start) == ranks.DONE:
            with trials.matched():
                labels = ranks.finest(start, progress)
            return with_names(draft, one_name_each(given, labels))
        if trials.last is Outcome.OTHER_SHAPES:
            left.remove(start)
    return None


def far(
    trials: Trials, plan: Plan, names: Dims, given: bool, labels: ranks.Labels
) -> ranks.Progress:
    """Return how far the function comes at sizes for names, equal ones for equal labels.

    Where few sizes are told apart, it may be that one must be the larger; but integers are one for
    each row, and fit more rows by chance.
    """
    few = given or 1 < len({*labels}) <= FEW
    indices = any(entry.kind.startswith(INTEGERS) for entry in plan.inputs)
    rising, falling = (partial(trials.far, plan, sizes) for sizes in at_labels(plan, names, labels))
    reached = rising()
    if indices and reached == ranks.DONE and len({*labels}) > 1:
        return falling()
    lengths = any(entry.kind.startswith("lengths") for entry in plan.inputs)
    other = lengths or trials.last is Outcome.OTHER_SHAPES
    return max(reached, falling()) if few and other else reached


def at_labels(plan: Plan, names: Dims, labels: ranks.Labels) -> Sequence[Mapping[str, int]]:
    """Return sizes for names, equal ones for equal labels: sizes that rise, and that fall.

    A window must be shorter than what it slides over.
    """
    rising = ranks.sizes(labels)
    falling = dict(zip(sorted({*rising}), sorted({*rising}, reverse=True), strict=True))
    every = (rising, [falling[size] for size in rising])
    return [{**plan.sizes, **dict(zip(names, sizes, strict=True))} for sizes in every]


def starts(given: int, shapes: Sequence[Dims]) -> Iterator[ranks.Labels]:
    """Yield labels to begin with: equal by place from the right, or the left; all; none.

    The first labels are those of the names that are given.
    """
    labels = tuple(range(given))
    unnamed = [[k for k, dim in enumerate(shape) if dim == UNNAMED] for shape in shapes]
    pairs = [*zip(shapes, unnamed, strict=True)]
    yield (*labels, *(given + len(shape) - k for shape, axes in pairs for k in axes))
    if any(len(shape) > 2 for shape in shapes):  # matrices that stand behind one another
        yield (*labels, *(given + k for axes in unnamed for k in axes))
    count = given + sum(map(len, unnamed))
    yield (0,) * count
    yield tuple(range(count))


def with_names(draft: Plan, names: Sequence[str]) -> Plan:
    """Return the draft with names for its unnamed axes, in order."""
    todo = iter(names)
    inputs = [
        replace(entry, shape=tuple(next(todo) if dim == UNNAMED else dim for dim in entry.shape))
        for entry in draft.inputs
    ]
    return replace(draft, inputs=tuple(inputs))


def one_name_each(given: Dims, labels: ranks.Labels) -> Dims:
    """Return a name for each unnamed axis, one for each label, a given one where there is one."""
    own = labels[len(given) :]
    names = dict(zip(own, ranks.axis_names(own, given), strict=True))
    names |= dict(zip(labels, given, strict=False))
    return tuple(names[label] for label in own)
