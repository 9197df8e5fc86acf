"""From the lines of a backward part to the fewest and cheapest that give the same gradients."""

from __future__ import annotations

from refactorer.algebra.lifting import divides_lifted, lifted
from refactorer.algebra.lines import Line, are_changed_first
from refactorer.algebra.plan import Plan
from refactorer.algebra.program import Program
from refactorer.algebra.syntax import Unreadable
from refactorer.algebra.write import Writer

MOST_CUTS_TRIED = 12
MOST_AVOIDED = 4
MOST_SEEN_AGAIN = 100  # named cotangents of a backward part that is looked at more than once


def collected(program: Program) -> tuple[list[Line], tuple[str, ...]]:
    """The lines of the backward part, and the text of each gradient.

    Raises Unreadable for gradients that the algebra has no meaning for.
    """
    if not are_changed_first(program.backward):
        raise Unreadable("a value is read before it is changed in place")
    others = (plan for plan in map(best_plan, lifted(program)) if never_divides_zeros(plan))
    plan = min([best_plan(program), *others], key=by_cost)
    return plan.lines(), plan.gradient_texts()


def best_plan(program: Program) -> Plan:
    """Values read more than once keep their names unless spelling them out costs no more.

    The last ones are tried first, and all once more: one that is spelled out may free another.
    """
    plan = Plan(program, program.listed.union(program.candidates), Writer(program.last_axis))
    tried = {plan.cuts}
    candidates = [name for name in program.candidates if name not in program.listed]
    latest = candidates[::-1][:MOST_CUTS_TRIED]
    for name in latest * (1 if len(candidates) > len(latest) else 2):
        other = plan.without(name)
        if other.cuts not in tried:
            tried.add(other.cuts)
            plan = other if other.cost <= plan.cost else plan
    return plan if len(candidates) > MOST_SEEN_AGAIN else seen_again(plan)


def seen_again(plan: Plan) -> Plan:
    """What is read anyway costs nothing to read once more, and may be kept for less."""
    plan = min(plan, plan.reusing, key=by_cost)
    return leaner(min(plan, reshared(plan), key=by_cost))


def reshared(plan: Plan) -> Plan:
    """The plan where what has a name may be read; itself if the text of a name cannot be."""
    try:
        return plan.resharing if plan.cuts or plan.shared.parts else plan
    except Unreadable:
        return plan


def never_divides_zeros(plan: Plan) -> bool:
    """Whether no array of zeros is divided by what runs along it, which may be zero there too."""
    texts = [*(line.text for line in plan.lines()), *plan.gradient_texts()]
    return not any(divides_lifted(text, plan.program.shapes) for text in texts)


def by_cost(plan: Plan) -> tuple[int, int]:
    return plan.cost


def leaner(plan: Plan) -> Plan:
    """The plan that keeps less of the forward part, where the rest serves as well."""
    for definition in sorted(plan.kept, key=lambda d: -d.price)[:MOST_AVOIDED]:
        other = plan.avoiding(definition.name)
        plan = other if other.cost < plan.cost else plan
    return plan
