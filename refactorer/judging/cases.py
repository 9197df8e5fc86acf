"""The cases in which a gradient is verified: sizes, other values of options, the domain's edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refactorer.arguments.plans import FLOAT, KEPT, Input, Plan, check_sizes, literal, probe_sizes

WIDE = "wide"
OTHER_PLANS = 12  # beyond the first


@dataclass(frozen=True)
class Case:
    """One way to draw arguments from a plan.

    `sizes` are the sizes of its axes, `changes` the values that some arguments get instead of drawn
    ones. If the case is `optional`, it is skipped without a word where the function does not run.
    At an `edge` of the domain, values saturate or vanish. `first` tells whether the plan is the one
    that the text is written for.
    """

    number: int
    plan: Plan
    sizes: Mapping[str, int]
    changes: Mapping[str, object]
    optional: bool = False
    edge: bool = False
    first: bool = True

    @property
    def at(self) -> str:
        """The sizes as a reader writes them."""
        return ", ".join(f"{name}={size}" for name, size in self.sizes.items())

    @property
    def is_wide(self) -> bool:
        """Whether values are so large that differences may miss how fast a function oscillates."""
        return any(entry.kind == WIDE for entry in self.plan.inputs)

    def where(self, changes: Mapping[str, object]) -> str:
        """Return the sizes and the changes as a reader writes them."""
        values = ", ".join(f"{name}={value!r}" for name, value in changes.items())
        edge = "values at the edge of the domain" if self.edge else ""
        return ", ".join(filter(None, (self.at, values, edge)))


def cases(plans: Sequence[Plan], wrt: Sequence[str]) -> Iterator[Case]:
    """Return the cases of all plans, numbered."""
    every = [*(thorough(plans[0], wrt) if plans else ())]
    for plan in plans[1 : 1 + OTHER_PLANS]:
        every += brief(plan)
    return numbered(every)


def numbered(every: Iterable[Case]) -> Iterator[Case]:
    """Yield cases with their numbers."""
    return (replace(case, number=number) for number, case in enumerate(every))


def thorough(plan: Plan, wrt: Sequence[str]) -> Iterator[Case]:
    """Yield the cases of the plan that the text is written for."""
    for number, sizes in enumerate(every_size(plan)):
        yield Case(0, plan, sizes, float_defaults(plan, number))
    for changes in other_defaults(plan):
        yield Case(0, plan, probe_sizes(plan), changes, optional=True)
    yield Case(0, scaled(plan, "small"), every_size(plan)[1], {}, optional=True)
    for edge in edges(plan, wrt):
        yield Case(0, edge, every_size(plan)[1], {}, optional=True, edge=True)
    for change in plan.reaches:
        yield Case(0, plan.changed(change), probe_sizes(plan), {}, optional=True)


def brief(plan: Plan) -> Iterator[Case]:
    """Yield the cases of a plan with other ranks."""
    sizes = every_size(plan)
    for number, chosen in enumerate([sizes[0], *sizes[1:3], *sizes[-2:-1]]):
        yield Case(0, plan, chosen, float_defaults(plan, number), first=False)


def every_size(plan: Plan) -> Sequence[Mapping[str, int]]:
    """Return the sizes at which a plan is tried; three times the empty one if it names none."""
    return [probe_sizes(plan), *(check_sizes(plan) or ({}, {}, {}))]


def float_defaults(plan: Plan, number: int) -> dict[str, object]:
    """Return values of the parameters with a float default: the default in case 0, then others.

    A text that has the default in place of the parameter is wrong at one of them.
    """
    if number == 0:
        return {}
    return {
        entry.name: other_float(float(entry.text), number)
        for entry in plan.inputs
        if entry.kind == FLOAT
    }


def other_float(default: float, number: int) -> float:
    """Return a number near the default, or far from it if it is small."""
    near, far = 0.7 * default or 0.45, default + 0.3
    return (far, near)[number % 2]


def other_defaults(plan: Plan) -> Iterator[dict[str, object]]:
    """Yield other values for one parameter at a time: a word, an integer, a truth value, None."""
    for entry in plan.inputs:
        yield from ({entry.name: literal(text)} for text in entry.others)
        if entry.kind == KEPT and entry.text and not entry.fixed:
            match literal(entry.text):
                case bool(value):
                    yield {entry.name: not value}
                case int(value):
                    yield {entry.name: value + 1}
        elif entry.optional:
            yield {entry.name: None}


def scaled(plan: Plan, kind: str) -> Plan:
    """Return the plan with smaller or larger values, which may go another way through branches."""
    inputs = tuple(replace(e, kind=kind) if e.kind == "normal" else e for e in plan.inputs)
    return replace(plan, inputs=inputs)


def edges(plan: Plan, wrt: Sequence[str]) -> Iterator[Plan]:
    """Yield plans with values that saturate, and with zeros in what is not differentiated."""
    wide = scaled(plan, WIDE).inputs
    zeros = [replace(e, kind="binary") if vanishing(e, wrt) else e for e in plan.inputs]
    for inputs in (wide, zeros):
        if tuple(inputs) != plan.inputs:
            yield replace(plan, inputs=tuple(inputs))


def vanishing(entry: Input, wrt: Sequence[str]) -> bool:
    """Tell whether an array may be a mask or hold labels, so that zeros are likely in it."""
    return entry.kind == "normal" and bool(entry.shape) and entry.name not in wrt
