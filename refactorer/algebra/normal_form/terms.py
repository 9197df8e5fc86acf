"""The normal form of a NumPy value: sums of products of powers of atoms along labelled axes.

A `Polynomial` is a sum of `Monomial`s with rational coefficients, a monomial a product of powers
of `Factor`s, and a factor an `Atom` along labels: 2 * X[i, j] * n[i]**-1 is one monomial of the
factors X[i, j] and n[i].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from refactorer.algebra.normal_form.keys import Keyed, digest
from refactorer.algebra.once import cached_property

ONE = Fraction(1)


@dataclass(frozen=True, eq=False)
class Atom(Keyed):
    """The array of a factor. It has a slot for each axis; `extents` are the slots' lengths.

    The kinds are

    - "value", a name of the program; "test", a name that holds a condition;
    - "number", a literal that is no small fraction; "size", the length of an axis;
    - "apply", an elementwise function of its arguments;
    - "mask", one where a condition holds and zero elsewhere; "unmask", the same of its negation;
    - "fold", a sum that is multiplied as a whole;
    - "sum", a product summed over its last slots, whose number is its `name`;
    - "eye", ones on a diagonal;
    - "opaque", any other call.
    """

    kind: str
    name: str
    arguments: tuple[Polynomial, ...] = ()
    extents: tuple[int, ...] = ()

    @cached_property
    def key(self) -> str:
        return digest(self.kind, self.name, self.extents, *(a.key for a in self.arguments))

    @cached_property
    def weight(self) -> int:
        """The number of atoms in it, itself included, each as often as it occurs.

        Those within an opaque call are not counted.
        """
        return 1 + sum(a.weight for a in self.arguments if self.kind != "opaque")

    @cached_property
    def is_condition(self) -> bool:
        return self.kind in ("mask", "unmask")


@dataclass(frozen=True, eq=False)
class Factor(Keyed):
    """An atom along labels, X[i, j]: slot k of the atom runs along the k-th of the labels.

    A label is the number of an axis of the whole value, counted from the right (0 is the last one),
    because NumPy broadcasts from the right.
    """

    atom: Atom
    labels: tuple[int, ...] = ()

    @cached_property
    def key(self) -> str:
        return f"{self.atom.key}{self.labels}"

    @cached_property
    def arguments(self) -> tuple[Polynomial, ...]:
        """The arguments of its atom, along the labels of the factor."""
        mapping = dict(enumerate(self.labels))
        return tuple(argument.relabel(mapping) for argument in self.atom.arguments)

    def relabel(self, mapping: Mapping[int, int]) -> Factor:
        return Factor(self.atom, tuple(mapping.get(label, label) for label in self.labels))

    def extents(self) -> Iterator[tuple[int, int]]:
        return zip(self.labels, self.atom.extents, strict=False)


@dataclass(frozen=True, eq=False)
class Monomial(Keyed):
    """A product of powers of factors, sorted by key."""

    powers: tuple[tuple[Factor, Fraction], ...] = ()

    @staticmethod
    def of(powers: Mapping[Factor, Fraction]) -> Monomial:
        """The product of powers; a condition times itself is itself."""
        kept = [
            (f, min(exponent, ONE)) if f.atom.is_condition else (f, exponent)
            for f, exponent in powers.items()
            if exponent.numerator
        ]
        return Monomial(tuple(sorted(kept, key=lambda item: item[0].key)))

    @cached_property
    def key(self) -> str:
        return digest(*(f"{f.key}^{e}" for f, e in self.powers))

    @cached_property
    def kinds(self) -> tuple[tuple[str, Fraction], ...]:
        """What it is made of, whatever the labels."""
        return tuple(sorted((f.atom.key, e) for f, e in self.powers))

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset(label for f, _ in self.powers for label in f.labels)

    @cached_property
    def extents(self) -> dict[int, int]:
        return {label: extent for f, _ in self.powers for label, extent in f.extents()}

    @cached_property
    def exponents(self) -> dict[Factor, Fraction]:
        return dict(self.powers)

    def __mul__(self, other: Monomial) -> Monomial:
        if not self.powers or not other.powers:
            return self if self.powers else other
        powers = self.exponents.copy()
        for factor, exponent in other.powers:
            powers[factor] = powers[factor] + exponent if factor in powers else exponent
        return Monomial.of(powers)

    def __pow__(self, exponent: Fraction | int) -> Monomial:
        return self if exponent == 1 else Monomial.of({f: e * exponent for f, e in self.powers})

    def __truediv__(self, other: Monomial) -> Monomial:
        if not other.powers:
            return self
        powers = self.exponents.copy()
        for factor, exponent in other.powers:
            powers[factor] = powers[factor] - exponent if factor in powers else -exponent
        return Monomial.of(powers)

    def relabel(self, mapping: Mapping[int, int]) -> Monomial:
        return Monomial.of({f.relabel(mapping): e for f, e in self.powers})

    def contradicts_itself(self) -> bool:
        """Whether a condition and its negation both stand in it, so that it is zero."""
        conditions = [(f.labels, f.atom.arguments) for f, _ in self.powers if f.atom.is_condition]
        return len(set(conditions)) < len(conditions)


@dataclass(frozen=True, eq=False)
class Polynomial(Keyed):
    """A sum of monomials with rational coefficients, sorted by key; no coefficient is zero."""

    terms: tuple[tuple[Monomial, Fraction], ...] = ()

    @staticmethod
    def of(terms: Iterable[tuple[Monomial, Fraction]]) -> Polynomial:
        """The sum of terms: like terms are one term, and what cancels is gone."""
        merged: dict[Monomial, Fraction] = {}
        for monomial, coefficient in terms:
            for m, c in spelled_out(monomial, coefficient):
                merged[m] = merged[m] + c if m in merged else c
        kept = [(m, c) for m, c in merged.items() if c and not m.contradicts_itself()]
        return Polynomial(tuple(sorted(kept, key=lambda term: term[0].key)))

    @cached_property
    def key(self) -> str:
        return digest(*(f"{c}*{m.key}" for m, c in self.terms))

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset(label for m, _ in self.terms for label in m.labels)

    @cached_property
    def extents(self) -> dict[int, int]:
        return {label: extent for m, _ in self.terms for label, extent in m.extents.items()}

    @property
    def weight(self) -> int:
        """The number of atoms in it, each as often as it stands there."""
        return sum(f.atom.weight for m, _ in self.terms for f, _ in m.powers)

    def number(self) -> Fraction | None:
        """Its value, if it is a rational number."""
        if not self.terms:
            return Fraction(0)
        (monomial, coefficient) = self.terms[0]
        return coefficient if len(self.terms) == 1 and not monomial.powers else None

    def relabel(self, mapping: Mapping[int, int]) -> Polynomial:
        """The same along other labels, which stay apart."""
        if all(mapping.get(label, label) == label for label in self.labels):
            return self
        terms = ((m.relabel(mapping), c) for m, c in self.terms)
        return Polynomial(tuple(sorted(terms, key=lambda term: term[0].key)))

    def scaled(self, coefficient: Fraction, monomial: Monomial | None = None) -> Polynomial:
        """Each term times the same thing: nothing is folded."""
        by = monomial or Monomial()
        if coefficient == 1 and not by.powers:
            return self
        return Polynomial.of((m * by, c * coefficient) for m, c in self.terms)

    def __add__(self, other: Polynomial) -> Polynomial:
        return Polynomial.of((*self.terms, *other.terms))

    def __neg__(self) -> Polynomial:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + -other


ZERO = Polynomial()


def constant(value: Fraction | int) -> Polynomial:
    return Polynomial.of([(Monomial(), Fraction(value))])


def single(factor: Factor, exponent: Fraction = ONE) -> Polynomial:
    return Polynomial.of([(Monomial.of({factor: exponent}), ONE)])


def spelled_out(monomial: Monomial, coefficient: Fraction) -> Iterator[tuple[Monomial, Fraction]]:
    """The terms of a sum that stands alone, or of a folded product with a whole exponent."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind != "fold":
            continue
        alone = len(monomial.powers) == 1 and exponent == 1
        if alone or (len(factor.atom.arguments[0].terms) == 1 and exponent.denominator == 1):
            rest = monomial / Monomial.of({factor: exponent})
            for m, c in factor.arguments[0].terms:
                yield from spelled_out(m**exponent * rest, c**exponent.numerator * coefficient)
            return
    yield monomial, coefficient
