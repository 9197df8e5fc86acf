"""What has been computed under a name, and where a value can be read from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from refactorer.algebra.expansion import joined
from refactorer.algebra.layouts import laid_out
from refactorer.algebra.matching import mappings, useful_powers
from refactorer.algebra.nodes import Ref
from refactorer.algebra.products import common_part, fold, folded
from refactorer.algebra.tensor import Tensor, leaf
from refactorer.algebra.terms import ONE, ZERO, Atom, Factor, Monomial, Polynomial, single


@dataclass(frozen=True)
class Definition:
    """A name, the value it holds, where it stands in a product, and the price of reading it."""

    name: str
    tensor: Tensor
    order: int = 0
    price: int = 0

    @property
    def value(self) -> Polynomial:
        return self.tensor.value

    @cached_property
    def factor(self) -> Factor:
        """The name as an atom of its own."""
        ((monomial, _),) = leaf(self.name, self.tensor.shape).value.terms
        return monomial.powers[0][0]

    def ref(self, mapping: Mapping[int, int]) -> Ref:
        """The name with its axes along other labels."""
        labels = laid_out(self.tensor.shape)
        layout = tuple(None if label is None else mapping[label] for label in labels)
        return Ref(self.name, layout, self.order, self.price, self.is_count)

    @cached_property
    def is_count(self) -> bool:
        """Whether it is a Python integer: a length, or a product of them."""
        return all(f.atom.kind == "size" for m, _ in self.value.terms for f, _ in m.powers)

    @property
    def offered(self) -> Polynomial:
        """Its value; nothing where that is spread out to the shape of the name."""
        return self.value if self.tensor.is_full else ZERO

    @cached_property
    def product(self) -> tuple[Fraction, Monomial] | None:
        """Its value, if that is one product which is more than its own name."""
        value = joined(self.offered)
        match value.terms:
            case [(monomial, coefficient)] if not is_literal(monomial) and not is_view(monomial):
                return coefficient, monomial
            case [_, _, *_]:
                content, product = folded(value)
                return (content, product) if len(product.powers) > 1 else None
        return None

    @cached_property
    def sum(self) -> tuple[Fraction, Factor] | None:
        """Its value as a number times a sum of two terms or more."""
        if len(self.offered.terms) <= 1:
            return None
        content, common = common_part(self.value)
        return None if common.powers else (content, fold(self.value.scaled(1 / content)))

    @cached_property
    def whole(self) -> tuple[Fraction, Factor] | None:
        """Its value as a number times one factor."""
        match self.product:
            case (coefficient, Monomial(powers=((factor, exponent),))) if exponent == 1:
                return coefficient, factor
        return self.sum

    def put_into(self, sum_: Polynomial) -> Iterator[Polynomial]:
        """The sum with some of its terms read from the name."""
        terms, ((first, coefficient), *_) = dict(sum_.terms), self.value.terms
        for monomial, scale in sum_.terms:
            for mapping in mappings(first, monomial):
                placed = self.value.relabel(mapping).scaled(scale / coefficient)
                if all(terms.get(m) == c for m, c in placed.terms):
                    name = single(self.factor.relabel(mapping)).scaled(scale / coefficient)
                    yield sum_ - placed + name


def is_view(monomial: Monomial) -> bool:
    """Whether it is a name as it stands, or another view of one."""
    (factor, exponent), *others = monomial.powers
    return factor.atom.kind == "value" and exponent == 1 and not others


def is_literal(monomial: Monomial) -> bool:
    """Whether it is made of numbers alone: they are written as they are."""
    return all(f.atom.kind == "number" for f, _ in monomial.powers)


def is_root(monomial: Monomial) -> bool:
    """Whether it is a root of one factor."""
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
            k = power / exponent
            if factor.atom.key == base.atom.key and k.denominator == 1 != power.denominator:
                mapping = dict(zip(base.labels, factor.labels, strict=True))
                name = Monomial.of({self.definition.factor.relabel(mapping): k})
                rest = monomial / Monomial.of({factor: power})
                return number * self.coefficient**-k.numerator, rest * name
        return number, monomial


@dataclass(frozen=True)
class Definitions:
    """All that can be read, in the order of the program."""

    known: Sequence[Definition]

    @cached_property
    def by_name(self) -> dict[str, Definition]:
        return {d.name: d for d in self.known}

    @cached_property
    def wholes(self) -> dict[str, Definition]:
        """The cheapest name of each atom that is the whole value of a name, by the atom's key."""
        found: dict[str, Definition] = {}
        for d in sorted(self.known, key=lambda d: d.price):
            if d.whole is not None:
                found.setdefault(d.whole[1].atom.key, d)
        return found

    def named(self, factor: Factor) -> tuple[Fraction, Ref] | None:
        """A factor as a number times a name."""
        definition = self.wholes.get(factor.atom.key)
        if definition is None or definition.whole is None:
            return None
        coefficient, own = definition.whole
        return 1 / coefficient, definition.ref(dict(zip(own.labels, factor.labels, strict=True)))

    @cached_property
    def forms(self) -> list[Form]:
        """The products that have names, also with the names of roots in them."""
        found = []
        for form in (Form(d, *d.product) for d in self.known if d.product is not None):
            found.append(form)
            number, product = self.rooted(form.coefficient, form.product)
            if product != form.product and not is_root(form.product):
                found.append(Form(form.definition, number, product))
        return found

    @cached_property
    def roots(self) -> list[Form]:
        """The names of roots."""
        plain = (Form(d, *d.product) for d in self.known if d.product is not None)
        return [form for form in plain if is_root(form.product)]

    def rooted(self, number: Fraction, monomial: Monomial) -> tuple[Fraction, Monomial]:
        """A number times a monomial with the names of roots in it."""
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

    def rewritten(self, monomial: Monomial) -> Iterator[tuple[Fraction, Monomial]]:
        """The monomial through each definition that shares a factor with it."""
        for key in {f.atom.key: None for f, _ in monomial.powers}:
            for form in self.products.get(key, ()):
                for number, rest in form.taken_out(monomial):
                    yield self.rooted(number, rest)

    def regrouped(self, sum_: Polynomial) -> Iterator[Polynomial]:
        """The sum through each definition that is the sum of some of its terms."""
        for d in self.known:
            if d.sum is not None and len(d.value.terms) < len(sum_.terms):
                yield from d.put_into(sum_)
