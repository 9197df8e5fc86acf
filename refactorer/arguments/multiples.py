"""Sizes that must be multiples of a number, as for several heads, or for pooling in pairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from refactorer.arguments import dims
from refactorer.arguments.fitting import fitting
from refactorer.arguments.plans import Plan
from refactorer.arguments.slots import Slot
from refactorer.arguments.trials import Trials

DIVIDES = re.compile(r"//|reshape\(|split\(")


def in_multiples(
    slots: Sequence[Slot], factors: Iterable[int], trials: Callable[[int], Trials], source: str
) -> tuple[Plan, ...]:
    """Return the plans that run where all sizes are multiples of one of the factors.

    `trials` returns trials at sizes multiplied by a factor. Sizes that may be any are left so.
    """
    for factor in factors if DIVIDES.search(source) else ():
        found = fitting(slots, trials(factor), source)
        if plans := tuple(p for plan in found if (p := loosened(plan, factor, trials(1)))):
            return plans
    return ()


def loosened(plan: Plan, factor: int, trials: Trials) -> Plan | None:
    """Return a plan with multiples for those of its sizes that must be, if there are such."""
    free: set[str] = set()
    for name in dims.names(plan.dims):
        free |= {name} if trials.everywhere(multiplied(plan, factor, {*free, name})) else set()
    found = multiplied(plan, factor, free)
    return found if found.dims != plan.dims and trials.everywhere(found) else None


def multiplied(plan: Plan, factor: int, free: Collection[str]) -> Plan:
    """Return a plan with multiples of its sizes, but for those that are free."""
    texts = {name: name if name in free else f"{factor}*{name}" for name in dims.names(plan.dims)}
    inputs = (
        replace(entry, shape=tuple(texts.get(dim, dim) for dim in entry.shape))
        for entry in plan.inputs
    )
    other = replace(plan, inputs=tuple(inputs))
    return replace(other, sizes=dims.primes(other.dims))
