"""What the forward part has already computed, and where a value of the backward part can be read from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from refactorer.algebra.nodes import Layout, Ref
from refactorer.algebra.tensor import Tensor, leaf
from refactorer.algebra.terms import (
    Factor,
    Monomial,
    Polynomial,
    common_part,
    function,
    single,
)

LARGEST_POWER = 3


@dataclass(frozen=True)
class Definition:
    """A name, the value it holds, where it stands in a product, and the price of reading it."""

    name: str
    tensor: Tensor
    order: int = 0
    price: int = 0

    @cached_property
    def layout(self) -> Layout:
        rank = self.tensor.rank
        return tuple(rank - 1 - i if n != 1 else None for i, n in enumerate(self.tensor.shape))

    @cached_property
    def factor(self) -> Factor:
        """The name as an atom of its own."""
        ((monomial, _),) = leaf(self.name, self.tensor.shape).value.terms
        return monomial.powers[0][0]

    def ref(self, mapping: Mapping[int, int]) -> Ref:
        layout = tuple(None if label is None else mapping[label] for label in self.layout)
        return Ref(self.name, layout, self.order, self.price, self.is_count)

    @cached_property
    def is_count(self) -> bool:
        """Whether it is a Python integer: a length, or a product of them."""
        return all(f.atom.kind == "size" for m, _ in self.tensor.value.terms for f, _ in m.powers)

    @cached_property
    def product(self) -> tuple[Fraction, Monomial] | None:
        """Its value, if that is one product which is more than its own name."""
        match self.tensor.value.terms:
            case [(monomial, coefficient)] if monomial.powers and not is_view(monomial):
                return coefficient, monomial
        return None

    @cached_property
    def sum(self) -> tuple[Fraction, Factor] | None:
        """Its value as a number times a sum of two terms or more."""
        if len(self.tensor.value.terms) <= 1:
            return None
        content, common = common_part(self.tensor.value)
        if common.powers:
            return None
        return content, function("fold", "", (self.tensor.value.scaled(1 / content),))


def is_view(monomial: Monomial) -> bool:
    """Whether it is a name as it stands, or another view of one."""
    (factor, exponent), *others = monomial.powers
    return factor.atom.kind == "value" and exponent == 1 and not others


@dataclass(frozen=True)
class Definitions:
    """All that can be read, in the order of the program."""

    known: Sequence[Definition]

    @cached_property
    def by_name(self) -> dict[str, Definition]:
        return {d.name: d for d in self.known}

    @cached_property
    def sums(self) -> dict[str, tuple[Definition, Fraction, Factor]]:
        """The first name of each sum, by the key of its fold."""
        found: dict[str, tuple[Definition, Fraction, Factor]] = {}
        for d in sorted(self.known, key=lambda d: d.price):
            if d.sum is not None:
                found.setdefault(d.sum[1].atom.key, (d, *d.sum))
        return found

    @cached_property
    def factors(self) -> dict[str, tuple[Definition, Fraction, Factor]]:
        """The first name of each atom that is the whole value of a name, by its key."""
        found: dict[str, tuple[Definition, Fraction, Factor]] = {}
        for d in sorted(self.known, key=lambda d: d.price):
            if d.product is not None and len(d.product[1].powers) == 1:
                ((factor, exponent),) = d.product[1].powers
                if exponent == 1:
                    found.setdefault(factor.atom.key, (d, d.product[0], factor))
        return found

    def named_factor(self, factor: Factor) -> tuple[Fraction, Ref] | None:
        """An atom as a number times a name."""
        if factor.atom.key not in self.factors:
            return None
        definition, coefficient, own = self.factors[factor.atom.key]
        return 1 / coefficient, definition.ref(dict(zip(own.labels, factor.labels, strict=True)))

    def named_sum(self, fold: Factor) -> tuple[Fraction, Ref] | None:
        """A folded sum as a number times a name."""
        if fold.atom.key not in self.sums:
            return None
        definition, content, own = self.sums[fold.atom.key]
        return 1 / content, definition.ref(dict(zip(own.labels, fold.labels, strict=True)))

    def regrouped(self, value: Polynomial) -> Iterator[Polynomial]:
        """The sum with some of its terms read from a definition that is their sum."""
        for d in self.known:
            if d.sum is None or len(d.tensor.value.terms) >= len(value.terms):
                continue
            (first, coefficient), *_ = d.tensor.value.terms
            for monomial, scale in value.terms:
                for mapping in mappings(first, monomial):
                    placed = d.tensor.value.relabel(mapping).scaled(scale / coefficient)
                    rest = value - placed
                    if len(rest.terms) == len(value.terms) - len(placed.terms):
                        yield rest + single(d.factor.relabel(mapping)).scaled(scale / coefficient)

    def rewritten(self, monomial: Monomial) -> Iterator[tuple[Fraction, Monomial]]:
        """The monomial divided by a power of each definition that shares a factor with it, times its name."""
        atoms = {f.atom.key for f, _ in monomial.powers}
        for d in self.known:
            if d.product is None:
                continue
            coefficient, own = d.product
            if atoms.isdisjoint(f.atom.key for f, _ in own.powers):
                continue
            for mapping in mappings(own, monomial):
                placed = own.relabel(mapping)
                name = Monomial.of({d.factor.relabel(mapping): Fraction(1)})
                for k in useful_powers(placed, monomial):
                    rest = monomial / placed**k
                    if shrinks(monomial, rest):
                        yield coefficient**-k, rest * name**k


def shrinks(before: Monomial, after: Monomial) -> bool:
    """Whether nothing is multiplied or divided by that was not before, lengths of axes apart.

    A division that was not there could be by zero; a length never is.
    """
    return all(
        f.atom.kind == "size" or 0 <= e / before.exponents.get(f, -e) <= 1 for f, e in after.powers
    )


def useful_powers(own: Monomial, monomial: Monomial) -> set[int]:
    """The whole powers of a definition that bring some exponent nearer to zero."""
    powers: set[int] = set()
    for factor, exponent in own.powers:
        ratio = monomial.exponents.get(factor, Fraction(0)) / exponent
        largest = min(int(abs(ratio) + Fraction(1, 2)), LARGEST_POWER)
        powers |= {k if ratio > 0 else -k for k in range(1, largest + 1)}
    return powers


def mappings(own: Monomial, monomial: Monomial) -> Iterator[dict[int, int]]:
    """The ways to lay a definition's labels onto those of a monomial, so that some factor of each is the same."""
    if not own.labels:
        yield {}
        return
    seen: set[tuple[tuple[int, int], ...]] = set()
    for mapping in extended({}, own, monomial):
        marks = tuple(sorted(mapping.items()))
        if marks not in seen:
            seen.add(marks)
            yield mapping


def extended(
    mapping: dict[int, int], own: Monomial, monomial: Monomial
) -> Iterator[dict[int, int]]:
    if own.labels <= mapping.keys():
        yield mapping
        return
    for factor, _ in own.powers:
        if set(factor.labels) <= mapping.keys():
            continue
        for other, _ in monomial.powers:
            if other.atom.key == factor.atom.key:
                wider = {**mapping, **dict(zip(factor.labels, other.labels, strict=True))}
                consistent = all(wider[label] == to for label, to in mapping.items())
                if consistent and len(set(wider.values())) == len(wider):
                    yield from extended(wider, own, monomial)
