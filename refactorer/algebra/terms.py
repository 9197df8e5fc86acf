"""Sums of products of atoms, each atom along named axes: the normal form of a NumPy value.

A label stands for an axis of the whole value, counted from the right (0 is the last one), as NumPy broadcasts.
A factor is an atom along some labels, X[i, j]; a monomial is a product of powers of factors; a polynomial is
a sum of monomials with rational coefficients. Equal values have equal keys, which are digests of their parts,
so that no comparison walks a deep value twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b
from itertools import permutations
from math import gcd, lcm

MOST_TERMS = 64
ONE = Fraction(1)


def digest(*parts: object) -> str:
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, eq=False)
class Atom:
    """What a monomial is made of; `extents` gives the length of each of its slots.

    Kinds: "value" (a name of the program), "number" (an odd literal), "size" (the length of an axis),
    "apply" (an elementwise function), "mask" and "unmask" (a condition, and its negation), "fold" (a sum that is
    multiplied), "sum" (a product summed over its last slots), "opaque" (any other call).
    """

    kind: str
    name: str
    arguments: tuple[Polynomial, ...] = ()
    extents: tuple[int, ...] = ()

    @cached_property
    def key(self) -> str:
        return digest(self.kind, self.name, self.extents, *(a.key for a in self.arguments))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Factor:
    """An atom along labels; label k of the value runs along the slot at which it stands."""

    atom: Atom
    labels: tuple[int, ...] = ()

    @cached_property
    def key(self) -> str:
        return f"{self.atom.key}{self.labels}"

    def relabel(self, mapping: Mapping[int, int]) -> Factor:
        return Factor(self.atom, tuple(mapping.get(label, label) for label in self.labels))

    def extents(self) -> Iterator[tuple[int, int]]:
        return zip(self.labels, self.atom.extents, strict=False)


@dataclass(frozen=True, eq=False)
class Monomial:
    """A product of powers of factors, sorted by key."""

    powers: tuple[tuple[Factor, Fraction], ...] = ()

    @staticmethod
    def of(powers: Mapping[Factor, Fraction]) -> Monomial:
        kept = {f: clamped(f, e) for f, e in powers.items() if e}
        return Monomial(tuple(sorted(kept.items(), key=lambda item: item[0].key)))

    @cached_property
    def key(self) -> str:
        return digest(*(f"{f.key}^{e}" for f, e in self.powers))

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
        powers = dict(self.powers)
        for factor, exponent in other.powers:
            powers[factor] = powers.get(factor, Fraction(0)) + exponent
        return Monomial.of(powers)

    def __pow__(self, exponent: Fraction | int) -> Monomial:
        return Monomial.of({f: e * exponent for f, e in self.powers})

    def __truediv__(self, other: Monomial) -> Monomial:
        return self * other**-1

    def relabel(self, mapping: Mapping[int, int]) -> Monomial:
        return Monomial.of({f.relabel(mapping): e for f, e in self.powers})

    def contradicts_itself(self) -> bool:
        """Whether a condition and its negation both stand in it, so that it is zero."""
        masks = {
            (f.labels, f.atom.kind, f.atom.arguments)
            for f, _ in self.powers
            if "mask" in f.atom.kind
        }
        return any(
            (labels, "unmask", cond) in masks for labels, kind, cond in masks if kind == "mask"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Monomial) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def clamped(factor: Factor, exponent: Fraction) -> Fraction:
    """A condition times itself is itself."""
    return min(exponent, ONE) if "mask" in factor.atom.kind else exponent


@dataclass(frozen=True, eq=False)
class Polynomial:
    """A sum of monomials with rational coefficients, sorted by key; no coefficient is zero."""

    terms: tuple[tuple[Monomial, Fraction], ...] = ()

    @staticmethod
    def of(terms: Iterable[tuple[Monomial, Fraction]]) -> Polynomial:
        merged: dict[Monomial, Fraction] = {}
        for monomial, coefficient in terms:
            for m, c in spelled_out(monomial, coefficient):
                merged[m] = merged.get(m, Fraction(0)) + c
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

    def number(self) -> Fraction | None:
        """Its value, if it is a rational number."""
        if not self.terms:
            return Fraction(0)
        (monomial, coefficient) = self.terms[0]
        return coefficient if len(self.terms) == 1 and not monomial.powers else None

    def relabel(self, mapping: Mapping[int, int]) -> Polynomial:
        return Polynomial.of((m.relabel(mapping), c) for m, c in self.terms)

    def scaled(self, coefficient: Fraction, monomial: Monomial | None = None) -> Polynomial:
        """Each term times the same thing: nothing is folded."""
        by = monomial or Monomial()
        return Polynomial.of((m * by, c * coefficient) for m, c in self.terms)

    def __add__(self, other: Polynomial) -> Polynomial:
        return Polynomial.of((*self.terms, *other.terms))

    def __neg__(self) -> Polynomial:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + -other

    def __mul__(self, other: Polynomial) -> Polynomial:
        for a, b in ((self, other), (other, self)):
            number = a.number()
            if number is not None:
                return b.scaled(number)
        (c, m), (d, n) = folded(self), folded(other)
        return Polynomial.of([(m * n, c * d)])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


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
        inner = unfolded(factor)
        alone = len(monomial.powers) == 1 and exponent == 1
        if alone or (len(inner.terms) == 1 and exponent.denominator == 1):
            rest = monomial / Monomial.of({factor: exponent})
            for m, c in inner.terms:
                yield from spelled_out(m**exponent * rest, c**exponent.numerator * coefficient)
            return
    yield monomial, coefficient


def unfolded(factor: Factor) -> Polynomial:
    """The sum that a fold holds, along the labels of its factor."""
    return factor.atom.arguments[0].relabel(dict(enumerate(factor.labels)))


def folded(sum_: Polynomial) -> tuple[Fraction, Monomial]:
    """A polynomial as one product: what its terms have in common, times the rest as one factor."""
    content, common = common_part(sum_)
    rest = sum_.scaled(1 / content, common**-1)
    if len(rest.terms) == 1:
        ((monomial, coefficient),) = rest.terms
        return content * coefficient, common * monomial
    factor = function("fold", "", (rest,))
    return content, common * Monomial.of({factor: ONE})


def common_part(sum_: Polynomial) -> tuple[Fraction, Monomial]:
    """The number, sign included, and the monomial that every term has as a factor."""
    coefficients = [c for _, c in sum_.terms]
    content = Fraction(
        gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients))
    )
    sign = -1 if coefficients[0] < 0 else 1
    first, *others = (m.exponents for m, _ in sum_.terms)
    powers = dict(first)
    for exponents in others:
        powers = {f: shared(e, exponents[f]) for f, e in powers.items() if f in exponents}
    return sign * content, Monomial.of(powers)


def shared(a: Fraction, b: Fraction) -> Fraction:
    """The power that both have: the one nearer to zero, nothing where the signs differ."""
    return Fraction(0) if a * b < 0 else min(a, b, key=abs)


def function(kind: str, name: str, arguments: tuple[Polynomial, ...]) -> Factor:
    """A function of its arguments at each index, with its slots in a canonical order."""
    extents: dict[int, int] = {}
    for argument in arguments:
        extents |= argument.extents
    return canonical(kind, name, arguments, extents, {})


def canonical(
    kind: str,
    name: str,
    arguments: tuple[Polynomial, ...],
    free: Mapping[int, int],
    bound: Mapping[int, int],
) -> Factor:
    """The atom whose arguments' keys are the least over all orders of its slots, bound labels last.

    The kind plays no part, so that a condition and its negation run along the same labels.
    """

    def candidates() -> Iterator[Factor]:
        for outer in permutations(sorted(free)):
            for inner in permutations(sorted(bound)):
                slots = {label: slot for slot, label in enumerate(outer + inner)}
                extents = tuple({**free, **bound}[label] for label in outer + inner)
                yield Factor(
                    Atom(kind, name, tuple(a.relabel(slots) for a in arguments), extents), outer
                )

    return min(candidates(), key=lambda factor: [a.key for a in factor.atom.arguments])


def power(base: Polynomial, exponent: Fraction) -> Polynomial:
    """base ** exponent, without assuming a sign that is not known."""
    if exponent == 0:
        return constant(1)
    if not base.terms:
        return ZERO if exponent > 0 else single(function("fold", "", (base,)), exponent)
    coefficient, monomial = folded(base)
    scale = rational_power(coefficient, exponent)
    if scale is not None and (exponent.denominator == 1 or root_distributes(monomial)):
        return Polynomial.of([(monomial**exponent, scale)])
    whole = function("fold", "", (base,))
    return Polynomial.of([(Monomial.of({whole: exponent}), ONE)])


def rational_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator == 1:
        return base**exponent.numerator
    if base <= 0:
        return None
    root = Fraction(round(base.numerator ** (1 / 2)), round(base.denominator ** (1 / 2)))
    return root**exponent.numerator if exponent.denominator == 2 and root**2 == base else None


def root_distributes(monomial: Monomial) -> bool:
    """Whether (a b)^(1/2) is a^(1/2) b^(1/2): nothing in it can be negative, or it is one odd power."""
    if all(never_negative(f) for f, _ in monomial.powers):
        return True
    return len(monomial.powers) == 1 and all(e.numerator % 2 for _, e in monomial.powers)


def never_negative(factor: Factor) -> bool:
    atom = factor.atom
    match atom.kind:
        case "size" | "mask" | "unmask":
            return True
        case "apply":
            return atom.name in ("np.exp", "np.abs", "np.cosh", "np.exp2")
        case "number":
            return not atom.name.startswith("-")
        case "sum" | "fold":
            return all(c > 0 and is_square(m) for m, c in atom.arguments[0].terms)
    return False


def is_square(monomial: Monomial) -> bool:
    return all(
        never_negative(f) or e.numerator % 2 == 0 or e.denominator % 2 == 0
        for f, e in monomial.powers
    )


def expanded(sum_: Polynomial) -> Polynomial:
    """The sum with its linear folds multiplied out; itself where that makes too many terms."""
    terms = [product for m, c in sum_.terms for product in multiplied_out(m, c)]
    return Polynomial.of(terms) if len(terms) <= MOST_TERMS else sum_


def multiplied_out(monomial: Monomial, coefficient: Fraction) -> list[tuple[Monomial, Fraction]]:
    """Only folds to the first power: a square that is multiplied out loses digits."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind == "fold" and exponent == 1:
            rest = monomial / Monomial.of({factor: ONE})
            return [
                product
                for m, c in unfolded(factor).terms
                for product in multiplied_out(m * rest, c * coefficient)
            ]
    return [(monomial, coefficient)]
