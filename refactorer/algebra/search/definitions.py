"""The names that can be read: the values they hold, and the price of reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from refactorer.algebra.index_notation.nodes import Ref
from refactorer.algebra.normal_form.expansion import joined
from refactorer.algebra.normal_form.layouts import laid_out
from refactorer.algebra.normal_form.products import common_part, fold, folded
from refactorer.algebra.normal_form.tensor import Tensor, leaf
from refactorer.algebra.normal_form.terms import ZERO, Factor, Monomial, Polynomial, single
from refactorer.algebra.once import cached_property
from refactorer.algebra.search.matching import mappings, shrinks


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

    def ref(self, mapping: Mapping[int, int], price: int) -> Ref:
        """The name with its axes along other labels, at a price."""
        labels = laid_out(self.tensor.shape)
        layout = tuple(None if label is None else mapping[label] for label in labels)
        return Ref(self.name, layout, self.order, price, self.is_count)

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
        """Its value, if that is a product of more than its own name."""
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

    @cached_property
    def leading(self) -> tuple[Monomial, Fraction]:
        """The term of its value that is the least likely in another sum: of the most factors."""
        return max(self.value.terms, key=lambda term: len(term[0].powers))

    def put_into(self, sum_: Polynomial) -> Iterator[Polynomial]:
        """The sum with some of its terms, each times the same thing, read from the name."""
        terms, (leading, coefficient) = dict(sum_.terms), self.leading
        for monomial, scale in sum_.terms:
            for mapping in mappings(leading, monomial):
                if not shrinks(monomial, placed := leading.relabel(mapping), 1):
                    continue
                number, rest = scale / coefficient, monomial / placed
                own = ((m.relabel(mapping) * rest, c * number) for m, c in self.value.terms)
                if all(terms.get(m) == c for m, c in own):
                    whole = self.value.relabel(mapping).scaled(number, rest)
                    name = single(self.factor.relabel(mapping)).scaled(number, rest)
                    yield sum_ - whole + name


def is_view(monomial: Monomial) -> bool:
    """Whether it is a name as it stands, or another view of one."""
    (factor, exponent), *others = monomial.powers
    return factor.atom.kind == "value" and exponent == 1 and not others


def is_literal(monomial: Monomial) -> bool:
    """Whether it is made of numbers alone: they are written as they are."""
    return all(f.atom.kind == "number" for f, _ in monomial.powers)


@dataclass(frozen=True)
class Definitions:
    """All that can be read, in the order of the program; names that are `paid` cost nothing."""

    known: Sequence[Definition]
    paid: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, Definition]:
        return {d.name: d for d in self.known}

    @cached_property
    def wholes(self) -> dict[str, Definition]:
        """The cheapest name of each atom that is the whole value of a name, by the atom's key."""
        found: dict[str, Definition] = {}
        for d in sorted(self.known, key=self.price):
            if d.whole is not None:
                found.setdefault(d.whole[1].atom.key, d)
        return found

    def price(self, definition: Definition) -> int:
        return 0 if definition.name in self.paid else definition.price

    def named(self, factor: Factor) -> tuple[Fraction, Ref] | None:
        """A factor as a number times a name."""
        definition = self.wholes.get(factor.atom.key)
        if definition is None or definition.whole is None:
            return None
        coefficient, own = definition.whole
        return 1 / coefficient, self.ref(definition, own.labels, factor.labels)

    def reference(self, factor: Factor) -> Ref:
        """The name that a factor is."""
        definition = self.by_name[factor.atom.name]
        return self.ref(definition, definition.factor.labels, factor.labels)

    def ref(self, definition: Definition, own: Sequence[int], labels: Sequence[int]) -> Ref:
        """A name along other labels than its own."""
        return definition.ref(dict(zip(own, labels, strict=True)), self.price(definition))
