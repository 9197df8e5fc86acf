"""Searches for the cheapest expression of a value in normal form, over the names defined."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import TypeAlias

from refactorer.algebra.index_notation.assemble import Power, Scaled, product, total
from refactorer.algebra.index_notation.contract import summation
from refactorer.algebra.index_notation.elementwise import Call, Total
from refactorer.algebra.index_notation.nodes import ZERO, Node, Number
from refactorer.algebra.index_notation.reductions import Averaged, Reduced, Trace
from refactorer.algebra.index_notation.signs import drawn, signed, spread, turned, whole_cost
from refactorer.algebra.normal_form.conditions import (
    COMPARISONS,
    branches,
    clipped,
    equivalents,
    guarded,
    stepped,
    undivided,
    with_one_test,
)
from refactorer.algebra.normal_form.expansion import expanded, recombined
from refactorer.algebra.normal_form.kinks import smoothed
from refactorer.algebra.normal_form.products import common_part, fold
from refactorer.algebra.normal_form.sums import opened
from refactorer.algebra.normal_form.terms import ONE, Factor, Monomial, Polynomial
from refactorer.algebra.reading.syntax import Unreadable
from refactorer.algebra.search.atoms import applied, choice, identity, indicator, opaque
from refactorer.algebra.search.definitions import Definitions
from refactorer.algebra.search.moves import (
    averages,
    complemented,
    complements,
    gathered,
    groupings,
    on_diagonal,
)
from refactorer.algebra.search.wording import Wording

MOST_GROUPED = 12
MOST_REGROUPED, MOST_WAYS = 6, 2  # terms of a sum in all its ways, and ways of a longer one
DETOUR, MOST_DETOURS = 60, 4  # a step that costs a name may lead to one that spares more
Step: TypeAlias = tuple[int, Monomial, Fraction]


@dataclass(frozen=True)
class Extractor:
    """Finds the cheapest expressions over what is defined, and remembers them.

    The search is greedy: a product goes through the step that spares most, again and again, as long
    as it gets cheaper; a sum is tried multiplied out, as a choice, by its names, and grouped.
    """

    definitions: Definitions
    wording: Wording
    like: str = ""  # an array whose dtype the gradients have
    positive: Collection[str] = ()  # the parameters that are taken to be above zero
    apart: bool = False  # whether powers are written as products
    found: dict[str, Scaled] = field(default_factory=dict)
    rewritten: dict[str, tuple[Monomial, Fraction]] = field(default_factory=dict)

    def polynomial(self, value: Polynomial) -> Scaled:
        """An expression, and the number that it must be multiplied by."""
        return self.remembered(value.key, lambda: self.search(value))

    def remembered(self, key: str, search: Callable[[], Scaled]) -> Scaled:
        if key not in self.found:
            self.found[key] = search()
        return self.found[key]

    def value(self, value: Polynomial) -> Node:
        return signed(*self.polynomial(value))

    def search(self, value: Polynomial) -> Scaled:
        """The cheapest way found: a name, a product, a choice, or a sum."""
        match value.terms:
            case []:
                return ONE, ZERO
            case [(monomial, coefficient)]:
                return self.monomial(monomial, coefficient)
        for smooth in smoothed(value):
            return self.polynomial(smooth)
        content, common = common_part(value)
        rest = fold(value.scaled(1 / content, common**-1))
        if not common.powers:
            scale, node = self.factor(rest)
            found = [(content * scale, node)]
            if abs(content) != 1:
                found.append((ONE, self.flat(value)))
                found += [(ONE, spread(content * scale, node))] if isinstance(node, Total) else []
            return cheapest(found)
        candidates = [*self.chosen(value)]
        candidates += [self.monomial(common * Monomial.of({rest: ONE}), content)]
        candidates += ((ONE, self.flat(sum_)) for sum_ in (value, *complemented(value)))
        candidates += self.partly_shared(value, content, common)
        return cheapest(candidates)

    def partly_shared(
        self, value: Polynomial, content: Fraction, common: Monomial
    ) -> Iterator[Scaled]:
        """The sum with one factor taken out of those that all terms have, where powers overflow."""
        if self.apart and len(common.powers) > 1:
            for factor, exponent in common.powers:
                outer = Monomial.of({factor: exponent})
                inner = self.value(value.scaled(1 / content, outer**-1))
                scale, factors = self.factors(outer)
                yield content * scale, product(ONE, [*factors, (inner, ONE)])

    def sum(self, value: Polynomial) -> Node:
        """A sum whose terms have no common factor: multiplied out, chosen, named, or grouped."""
        merged = recombined(expanded(value))
        if len(merged.terms) < len(value.terms):
            return self.value(merged)
        for smooth in smoothed(value):
            return self.value(smooth)
        for sign, node in self.chosen(value):
            return signed(sign, node)
        rewritten = Polynomial.of(self.rewrite(m, c) for m, c in value.terms)
        if len(rewritten.terms) < 2 or common_part(rewritten)[1].powers:
            return self.value(rewritten)
        candidates = [self.flat(rewritten)]
        candidates += map(self.value, tried_for(value, self.wording.regrouped(value)))
        candidates += map(self.value, complemented(value))
        candidates += map(self.value, tried_for(value, gathered(value)))
        if len(value.terms) <= MOST_GROUPED:
            candidates += (total(map(self.polynomial, parts)) for parts in groupings(rewritten))
        return min(candidates, key=lambda node: node.cost)

    def chosen(self, value: Polynomial) -> Iterator[Scaled]:
        """np.where, if every term stands under one condition or its negation, unless in vain."""
        value = with_one_test(value)
        step = stepped(value)
        if step is not None:
            yield self.polynomial(step)
        found = branches(value)
        if found is not None:
            condition, *sides = found
            if sides[0] == sides[1]:
                yield self.polynomial(sides[0])
                return
            clip = clipped(*found, self.positive)
            if clip is not None:
                yield self.polynomial(clip)
                return
            scaled = [*map(self.polynomial, sides)]
            sign = -ONE if all(c < 0 for c, _ in scaled) else ONE
            nodes = (signed(sign * c, node) for c, node in scaled)
            yield sign, Call("np.where", (self.value(condition), *nodes))

    def flat(self, value: Polynomial) -> Node:
        """The terms, each by itself."""
        return total(self.polynomial(Polynomial((term,))) for term in value.terms)

    def monomial(self, monomial: Monomial, coefficient: Fraction) -> Scaled:
        """A product: through what is defined, or with a factor taken into a sum."""
        candidates = [self.polynomial(other.scaled(coefficient)) for other in complements(monomial)]
        quotients = undivided(monomial)
        candidates += [self.monomial(quotients, coefficient)] if quotients else ()
        terms = expanded(Polynomial.of([(monomial, coefficient)]))
        candidates += self.chosen(terms) if len(terms.terms) > 1 else ()
        monomial, coefficient = self.rewrite(monomial, coefficient)
        candidates.append(self.plain(monomial, coefficient))
        for factor, exponent in monomial.powers:
            if factor.atom.kind == "fold" and exponent == 1:
                candidates.append(self.distributed(monomial, coefficient, factor))
        return cheapest(candidates)

    def plain(self, monomial: Monomial, coefficient: Fraction) -> Scaled:
        """The product of its factors as they are."""
        key = f"plain {coefficient} {monomial.key}"
        return self.remembered(key, lambda: self.multiplied(monomial, coefficient))

    def multiplied(self, monomial: Monomial, coefficient: Fraction) -> Scaled:
        """The product of its factors; a sum that is divided by its count is a mean."""
        factors: list[Power] = []
        for sum_, count in averages(monomial):
            scale, node = self.factor(sum_)
            if isinstance(node, Reduced):
                factors.append((Averaged(node.operands, node.bound, self.count(count)), ONE))
                coefficient *= scale
                monomial = monomial / Monomial.of({sum_: ONE}) * count
                break
        scale, others = self.factors(monomial)
        coefficient, factors = turned(coefficient * scale, [*factors, *others])
        sign = Fraction(-1 if coefficient < 0 else 1)
        return sign, product(abs(coefficient), factors)

    def count(self, lengths: Monomial) -> tuple[Power, ...]:
        """A number of elements; nothing where no text says it."""
        with suppress(Unreadable):
            scale, factors = self.factors(lengths)
            return tuple(factors) if scale == 1 else ()
        return ()

    def factors(self, monomial: Monomial) -> tuple[Fraction, list[Power]]:
        """The factors of a product as nodes, and the number that they leave."""
        for mask, _ in monomial.powers:
            if mask.atom.is_condition:
                return self.under(monomial, mask)
        coefficient, factors = ONE, list[Power]()
        for factor, exponent in monomial.powers:
            scale, node = self.factor(factor)
            if exponent.denominator != 1:
                node = signed(scale, node)
            elif scale != 1:
                coefficient *= scale**exponent.numerator
            factors += self.taken_apart(node, exponent)
        return coefficient, factors

    def taken_apart(self, node: Node, exponent: Fraction) -> list[Power]:
        """A power of a node, as the product of as many as it takes where powers overflow."""
        if not self.apart or abs(exponent) < 2:
            return [(node, exponent)]
        one = ONE if exponent > 0 else -ONE
        whole, rest = divmod(abs(exponent), 1)
        return [*[(node, one)] * whole, *([(node, one * rest)] if rest else [])]

    def under(self, monomial: Monomial, mask: Factor) -> tuple[Fraction, list[Power]]:
        """What runs along a condition stands under it: what is not chosen meets no zero."""
        inner = guarded(monomial, mask)
        coefficient, factors = self.factors(monomial / inner / Monomial.of({mask: ONE}))
        if not inner.powers:
            return coefficient, [*factors, (indicator(mask, self.value, self.like), ONE)]
        scale, node = self.polynomial(Polynomial.of([(inner, ONE)]))
        return coefficient * scale, [*factors, (choice(mask, node, self.value), ONE)]

    def distributed(self, monomial: Monomial, coefficient: Fraction, fold_: Factor) -> Scaled:
        """The smaller factors of a product taken into its sum.

        A number times each of the terms may cost no operation on an array.
        """
        rest = monomial / Monomial.of({fold_: ONE})
        small = Monomial.of({f: e for f, e in rest.powers if len(f.labels) < len(fold_.labels)})
        inner = self.flat(fold_.arguments[0].scaled(coefficient, small))
        large = [(self.factor(f), e) for f, e in (rest / small).powers]
        if any(scale != 1 for (scale, _), _ in large):
            return self.plain(monomial, coefficient)
        return ONE, product(ONE, [*((node, e) for (_, node), e in large), (inner, ONE)])

    def rewrite(self, monomial: Monomial, coefficient: Fraction) -> tuple[Monomial, Fraction]:
        """The product with names in it: a term of many sums is looked at once."""
        key = f"{coefficient} {monomial.key}"
        if key not in self.rewritten:
            self.rewritten[key] = self.renamed(monomial, coefficient)
        return self.rewritten[key]

    def renamed(self, monomial: Monomial, coefficient: Fraction) -> tuple[Monomial, Fraction]:
        """The product with names in it, by the best step each time, as long as it gets cheaper."""
        cost = whole_cost(*self.plain(monomial, coefficient))
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
            (whole_cost(*self.plain(m, coefficient * c)) + price, m, coefficient * c)
            for price, c, m in self.wording.ways(monomial)
        )
        return sorted(steps, key=by_cost)

    def factor(self, factor: Factor) -> Scaled:
        """A factor by its name, if it has one."""
        named = self.definitions.named(factor)
        return named or self.remembered(f"factor {factor.key}", lambda: self.atom(factor))

    def atom(self, factor: Factor) -> Scaled:
        """A factor that has no name of its own."""
        match factor.atom.kind:
            case "fold":
                return drawn(self.sum(factor.arguments[0]))
            case "sum":
                return self.summed(factor)
            case "value" | "test" | "scatter":
                return ONE, self.definitions.reference(factor)
            case "number":
                return ONE, Number(factor.atom.name)
            case "size":
                raise Unreadable(f"no axis has the length {factor.atom.name}")
            case "mask" | "unmask":
                return ONE, indicator(factor, self.value, self.like)
            case "opaque":
                return ONE, opaque(factor, self.value)
            case "eye":
                return ONE, identity(factor, self.value, self.like)
            case "apply" if factor.atom.name in COMPARISONS:
                tests = (applied(f, self.value) for f in (factor, *equivalents(factor)))
                return ONE, min(tests, key=lambda node: node.cost)
        return ONE, applied(factor, self.value)

    def summed(self, factor: Factor) -> Scaled:
        content, inside, bound = opened(factor)
        for rest in on_diagonal(inside, bound):
            scale, node = self.polynomial(Polynomial.of([(rest, content)]))
            return scale, Trace((node,), tuple(bound))
        inside, coefficient = self.rewrite(inside, content)
        scale, factors = self.factors(inside)
        return coefficient * scale, summation(factors, tuple(bound))


def tried_for(value: Polynomial, others: Iterator[Polynomial]) -> Iterator[Polynomial]:
    """The other ways to say a sum that are looked at: each leads to as many again."""
    return others if len(value.terms) <= MOST_REGROUPED else islice(others, MOST_WAYS)


def by_cost(step: Step) -> tuple[int, str]:
    return step[0], step[1].key


def cheapest(candidates: list[Scaled]) -> Scaled:
    return min(candidates, key=lambda candidate: whole_cost(*candidate))
