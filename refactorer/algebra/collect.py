"""From the lines of a backward part to the fewest and cheapest that give the same gradients."""

from __future__ import annotations

from refactorer.algebra.lines import Line, are_changed_first
from refactorer.algebra.plan import Plan
from refactorer.algebra.program import Program
from refactorer.algebra.syntax import Unreadable
from refactorer.algebra.write import Writer

MOST_CUTS_TRIED = 12


def collected(program: Program) -> tuple[list[Line], tuple[str, ...]]:
    """The lines of the backward part, and the text of each gradient.

    Raises Unreadable for gradients that the algebra has no meaning for.
    """
    if not are_changed_first(program.backward):
        raise Unreadable("a value is read before it is changed in place")
    plan = best_plan(program)
    return plan.lines(), plan.gradient_texts()


def best_plan(program: Program) -> Plan:
    """Values read more than once keep their names unless spelling them out costs no more.

    The last ones are tried first, and all once more: one that is spelled out may free another.
    """
    plan = Plan(program, frozenset(program.candidates), Writer(program.last_axis))
    cost, tried = (plan.shared.cost, len(plan.shared.parts)), {plan.cuts}
    latest = program.candidates[::-1][:MOST_CUTS_TRIED]
    for name in latest * (1 if len(program.candidates) > len(latest) else 2):
        other = plan.without(name)
        if other.cuts not in tried:
            tried.add(other.cuts)
            if (other.shared.cost, len(other.shared.parts)) <= cost:
                plan, cost = other, (other.shared.cost, len(other.shared.parts))
    return plan
