"""The factors of products as expressions: by their names, or by what they are made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction

from refactorer.algebra.index_notation.assemble import Power, Scaled
from refactorer.algebra.index_notation.contract import summation
from refactorer.algebra.index_notation.nodes import Node, Number
from refactorer.algebra.index_notation.reductions import Trace
from refactorer.algebra.index_notation.signs import drawn, signed, whole_cost
from refactorer.algebra.normal_form.conditions import COMPARISONS, equivalents, guarded
from refactorer.algebra.normal_form.sums import opened
from refactorer.algebra.normal_form.terms import ONE, Factor, Monomial, Polynomial
from refactorer.algebra.once import cached_property
from refactorer.algebra.reading.syntax import Unreadable
from refactorer.algebra.search.atoms import applied, choice, identity, indicator, opaque
from refactorer.algebra.search.definitions import Definitions
from refactorer.algebra.search.descent import Descent
from refactorer.algebra.search.moves import on_diagonal
from refactorer.algebra.search.wording import Wording


@dataclass(frozen=True)
class Factors(ABC):
    """Finds expressions of factors over what is defined, and remembers what was found."""

    definitions: Definitions
    wording: Wording
    like: str = ""  # an array whose dtype the gradients have
    apart: bool = False  # whether powers are written as products
    found: dict[str, Scaled] = field(default_factory=dict)

    @abstractmethod
    def polynomial(self, value: Polynomial) -> Scaled:
        """An expression, and the number that it must be multiplied by."""

    @abstractmethod
    def sum(self, value: Polynomial) -> Node:
        """A sum whose terms have no common factor."""

    @abstractmethod
    def plain(self, monomial: Monomial, coefficient: Fraction) -> Scaled:
        """The product of its factors as they are."""

    def remembered(self, key: str, search: Callable[[], Scaled]) -> Scaled:
        if key not in self.found:
            self.found[key] = search()
        return self.found[key]

    def value(self, value: Polynomial) -> Node:
        return signed(*self.polynomial(value))

    @cached_property
    def descent(self) -> Descent:
        """What puts names into products."""
        return Descent(self.wording, lambda m, c: whole_cost(*self.plain(m, c)))

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
            factors += as_single_powers(node, exponent) if self.apart else [(node, exponent)]
        return coefficient, factors

    def under(self, monomial: Monomial, mask: Factor) -> tuple[Fraction, list[Power]]:
        """What runs along a condition stands under it: what is not chosen meets no zero."""
        inner = guarded(monomial, mask)
        coefficient, factors = self.factors(monomial / inner / Monomial.of({mask: ONE}))
        if not inner.powers:
            return coefficient, [*factors, (indicator(mask, self.value, self.like), ONE)]
        scale, node = self.polynomial(Polynomial.of([(inner, ONE)]))
        return coefficient * scale, [*factors, (choice(mask, node, self.value), ONE)]

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
        inside, coefficient = self.descent.rewritten(inside, content)
        scale, factors = self.factors(inside)
        return coefficient * scale, summation(factors, tuple(bound))


def as_single_powers(node: Node, exponent: Fraction) -> list[Power]:
    """A power of a node, as the product of as many as it takes: none of them overflows."""
    if abs(exponent) < 2:
        return [(node, exponent)]
    one = ONE if exponent > 0 else -ONE
    whole, rest = divmod(abs(exponent), 1)
    return [*[(node, one)] * whole, *([(node, one * rest)] if rest else [])]
