"""Names in place of parts: the ways to write a product or a sum through what is defined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import TypeAlias

from refactorer.algebra.normal_form.terms import ONE, Atom, Monomial, Polynomial
from refactorer.algebra.once import cached_property
from refactorer.algebra.search.definitions import Definition
from refactorer.algebra.search.matching import mappings, useful_powers
from refactorer.algebra.search.moves import absorbed, cancelled, clamped, identities, merged_powers

Way: TypeAlias = tuple[int, Fraction, Monomial]


def is_root(monomial: Monomial) -> bool:
    """Whether a product is a root of one factor."""
    ((_, exponent), *others) = monomial.powers
    return exponent.denominator != 1 and not others


@dataclass(frozen=True)
class Form:
    """A way to say the value of a name as one product."""

    definition: Definition
    coefficient: Fraction
    product: Monomial

    @property
    def atoms(self) -> list[Atom]:
        """What another product must have for the name to be used in it: not its lengths alone."""
        atoms = [f.atom for f, _ in self.product.powers]
        return [atom for atom in atoms if atom.kind != "size"] or atoms

    def taken_out(self, monomial: Monomial) -> Iterator[tuple[Fraction, Monomial]]:
        """The monomial divided by a power of the value, times as many of the name."""
        for mapping in mappings(self.product, monomial):
            placed = self.product.relabel(mapping)
            name = Monomial.of({self.definition.factor.relabel(mapping): ONE})
            for k in useful_powers(placed, monomial):
                yield self.coefficient**-k, monomial / placed**k * name**k

    def named_in(self, number: Fraction, monomial: Monomial) -> tuple[Fraction, Monomial]:
        """A number times a monomial with the name of this root in it, where it has one."""
        ((base, exponent),) = self.product.powers
        for factor, power in monomial.powers:
            is_root = power.denominator != 1 and factor.atom.key == base.atom.key
            if is_root and (k := power / exponent).denominator == 1:
                mapping = dict(zip(base.labels, factor.labels, strict=True))
                name = Monomial.of({self.definition.factor.relabel(mapping): k})
                rest = monomial / Monomial.of({factor: power})
                return number * self.coefficient**-k.numerator, rest * name
        return number, monomial


@dataclass(frozen=True)
class Wording:
    """Replaces products and sums by the names that hold them, and remembers what it found."""

    telling: Sequence[Definition]
    found: dict[Monomial, tuple[Way, ...]] = field(default_factory=dict)

    def ways(self, monomial: Monomial) -> tuple[Way, ...]:
        """Other ways to say a product, each with its price and the number that it leaves."""
        if monomial not in self.found:
            named = ((0, *way) for way in self.rewritten(monomial))
            moves = (absorbed, identities, merged_powers, cancelled, clamped)
            others = chain.from_iterable(move(monomial) for move in moves)
            self.found[monomial] = (*named, *others)
        return self.found[monomial]

    @cached_property
    def forms(self) -> list[Form]:
        """The products that have names, also with the names of roots in them."""
        found = []
        for form in (Form(d, *d.product) for d in self.telling if d.product is not None):
            found.append(form)
            number, product = self.rooted(form.coefficient, form.product)
            if product != form.product and not is_root(form.product):
                found.append(Form(form.definition, number, product))
        return found

    @cached_property
    def roots(self) -> list[Form]:
        """The names of roots."""
        plain = (Form(d, *d.product) for d in self.telling if d.product is not None)
        return [form for form in plain if is_root(form.product)]

    def rooted(self, number: Fraction, monomial: Monomial) -> tuple[Fraction, Monomial]:
        """A number times a monomial with the names of roots in it."""
        if any(exponent.denominator != 1 for _, exponent in monomial.powers):
            for root in self.roots:
                number, monomial = root.named_in(number, monomial)
        return number, monomial

    @cached_property
    def products(self) -> dict[str, list[Form]]:
        """The names of products, by the key of the rarest atom that it takes to use them."""
        times = Counter(atom for form in self.forms for atom in form.atoms)
        found: dict[str, list[Form]] = {}
        for form in self.forms:
            found.setdefault(min(form.atoms, key=lambda atom: times[atom]).key, []).append(form)
        return found

    @cached_property
    def sums(self) -> dict[str, list[Definition]]:
        """The names of sums, by the key of an atom that it takes to use them."""
        found: dict[str, list[Definition]] = {}
        for d in self.telling:
            if d.sum is not None:
                ((factor, _), *_) = d.leading[0].powers
                found.setdefault(factor.atom.key, []).append(d)
        return found

    def rewritten(self, monomial: Monomial) -> Iterator[tuple[Fraction, Monomial]]:
        """The monomial through each definition that shares a factor with it."""
        for key in {f.atom.key: None for f, _ in monomial.powers}:
            for form in self.products.get(key, ()):
                for number, rest in form.taken_out(monomial):
                    yield self.rooted(number, rest)

    def regrouped(self, sum_: Polynomial) -> Iterator[Polynomial]:
        """The sum through each definition that some of its terms are, times the same thing."""
        for key in {f.atom.key: None for m, _ in sum_.terms for f, _ in m.powers}:
            for d in self.sums.get(key, ()):
                if len(d.value.terms) < len(sum_.terms):
                    yield from d.put_into(sum_)
