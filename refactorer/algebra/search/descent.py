"""Puts names into a product, step by step, as long as it gets cheaper to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from refactorer.algebra.normal_form.terms import Monomial
from refactorer.algebra.search.wording import Wording

DETOUR, MOST_DETOURS = 60, 4  # a step that costs a name may lead to one that spares more
Step: TypeAlias = tuple[int, Monomial, Fraction]


@dataclass(frozen=True)
class Descent:
    """Puts the names of definitions into products, and remembers what it found.

    `wording` yields the steps that there are, `cost` is what a product with a coefficient costs.
    """

    wording: Wording
    cost: Callable[[Monomial, Fraction], int]
    found: dict[str, tuple[Monomial, Fraction]] = field(default_factory=dict)

    def rewritten(self, monomial: Monomial, coefficient: Fraction) -> tuple[Monomial, Fraction]:
        """The product with names in it: a term of many sums is looked at once."""
        key = f"{coefficient} {monomial.key}"
        if key not in self.found:
            self.found[key] = self.search(monomial, coefficient)
        return self.found[key]

    def search(self, monomial: Monomial, coefficient: Fraction) -> tuple[Monomial, Fraction]:
        """The product with names in it, by the best step each time, as long as it gets cheaper."""
        cost = self.cost(monomial, coefficient)
        while True:
            found = self.ranked(monomial, coefficient)
            level = [step for step in found if step[0] <= cost + DETOUR][:MOST_DETOURS]
            if not found or found[0][0] >= cost:
                found = sorted((s for _, m, c in level for s in self.ranked(m, c)), key=by_cost)
            if not found or found[0][0] >= cost:
                return monomial, coefficient
            cost, monomial, coefficient = found[0]

    def ranked(self, monomial: Monomial, coefficient: Fraction) -> list[Step]:
        """The next steps from a product, the cheapest first."""
        steps = (
            (self.cost(m, coefficient * c) + price, m, coefficient * c)
            for price, c, m in self.wording.ways(monomial)
        )
        return sorted(steps, key=by_cost)


def by_cost(step: Step) -> tuple[int, str]:
    return step[0], step[1].key
