"""Searches for the cheapest expression of a value in normal form, over the names defined."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from refactorer.algebra.index_notation.assemble import Power, Scaled, product, total
from refactorer.algebra.index_notation.elementwise import Call, Total
from refactorer.algebra.index_notation.nodes import ZERO, Node
from refactorer.algebra.index_notation.reductions import Averaged, Reduced
from refactorer.algebra.index_notation.signs import signed, times_each_term, turned, whole_cost
from refactorer.algebra.normal_form.cancelling_steps import smoothed
from refactorer.algebra.normal_form.conditions import (
    branches,
    clipped,
    stepped,
    undivided,
    with_one_test,
)
from refactorer.algebra.normal_form.expansion import expanded, recombined
from refactorer.algebra.normal_form.products import common_part, fold
from refactorer.algebra.normal_form.terms import ONE, Factor, Monomial, Polynomial
from refactorer.algebra.search.factors import Factors
from refactorer.algebra.search.moves import averages, complemented, complements, gathered, groupings

MOST_GROUPED = 12
MOST_REGROUPED, MOST_WAYS = 6, 2  # terms of a sum in all its ways, and ways of a longer one


@dataclass(frozen=True)
class Extractor(Factors):
    """Finds the cheapest expressions over what is defined, and remembers them.

    The search is greedy: a product goes through the step that spares most, again and again, as long
    as it gets cheaper; a sum is tried multiplied out, as a choice, by its names, and grouped.
    """

    positive: Collection[str] = ()  # the parameters that are taken to be above zero

    def polynomial(self, value: Polynomial) -> Scaled:
        """An expression, and the number that it must be multiplied by."""
        return self.remembered(value.key, lambda: self.search(value))

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
                found += (
                    [(ONE, times_each_term(content * scale, node))]
                    if isinstance(node, Total)
                    else []
                )
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
        rewritten = Polynomial.of(self.descent.rewritten(m, c) for m, c in value.terms)
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
        monomial, coefficient = self.descent.rewritten(monomial, coefficient)
        candidates.append(self.plain(monomial, coefficient))
        candidates += (self.monomial(m, coefficient * c) for m, c in self.cancelling(monomial))
        for factor, exponent in monomial.powers:
            if factor.atom.kind == "fold" and exponent == 1:
                candidates.append(self.distributed(monomial, coefficient, factor))
        return cheapest(candidates)

    def cancelling(self, monomial: Monomial) -> Iterator[tuple[Monomial, Fraction]]:
        """The product without what divides it, and stands in all terms of a sum by their names.

        With s = n * mean, (s * a + n * b) / n**2 is (mean * a + b) / n.
        """
        for sum_, exponent in monomial.powers:
            if sum_.atom.kind == "fold" and exponent == 1:
                named = Polynomial.of(
                    self.descent.rewritten(m, c) for m, c in sum_.arguments[0].terms
                )
                content, common = common_part(named)
                rest = monomial / Monomial.of({sum_: ONE})
                if any(rest.exponents.get(f, 0) * e < 0 for f, e in common.powers):
                    inner = fold(named.scaled(1 / content, common**-1))
                    yield rest * common * Monomial.of({inner: ONE}), content

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


def tried_for(value: Polynomial, others: Iterator[Polynomial]) -> Iterator[Polynomial]:
    """The other ways to say a sum that are looked at: each leads to as many again."""
    return others if len(value.terms) <= MOST_REGROUPED else islice(others, MOST_WAYS)


def cheapest(candidates: list[Scaled]) -> Scaled:
    return min(candidates, key=lambda candidate: whole_cost(*candidate))
