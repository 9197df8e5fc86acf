"""Products of sums: the common factors of a sum stay a product, the rest becomes one factor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import permutations
from math import gcd, lcm

from refactorer.algebra.normal_form.expansion import joined
from refactorer.algebra.normal_form.terms import ONE, Atom, Factor, Monomial, Polynomial

REMEMBERED = 1 << 14  # sums that were looked into


def multiplied(a: Polynomial, b: Polynomial) -> Polynomial:
    """a times b: one product, unless one of them is a number."""
    for one, other in ((a, b), (b, a)):
        number = one.number()
        if number is not None:
            return other.scaled(number)
    (c, m), (d, n) = folded(a), folded(b)
    return Polynomial.of([(m * n, c * d)])


@lru_cache(REMEMBERED)
def folded(sum_: Polynomial) -> tuple[Fraction, Monomial]:
    """A polynomial as one product: what its terms have in common, times the rest as one factor."""
    content, common = common_part(sum_)
    rest = joined(sum_.scaled(1 / content, common**-1))
    if len(rest.terms) == 1:
        ((monomial, coefficient),) = rest.terms
        return content * coefficient, common * monomial
    return content, common * Monomial.of({fold(rest): ONE})


def common_part(sum_: Polynomial) -> tuple[Fraction, Monomial]:
    """The number, sign included, and the monomial that every term has as a factor.

    The sign is that of a sum wherever it stands: along any labels, times any factor.
    """
    coefficients = [c for _, c in sum_.terms]
    content = Fraction(
        gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients))
    )
    first, *others = (m.exponents for m, _ in sum_.terms)
    powers = dict(first)
    for exponents in others:
        powers = {f: shared(e, exponents[f]) for f, e in powers.items() if f in exponents}
    common = Monomial.of(powers)
    _, leading = min(sum_.terms, key=lambda term: (term[0] / common).kinds)
    return content if leading > 0 else -content, common


def shared(a: Fraction, b: Fraction) -> Fraction:
    """The power of a factor that two terms share: the one nearer to zero, none if signs differ.

    If the powers differ by a whole number and are not whole, it is the lower one:
    1 / sqrt(n) + sqrt(n) is (1 + n) / sqrt(n).
    """
    if a * b < 0:
        are_roots = a.denominator != 1 and (a - b).denominator == 1
        return min(a, b) if are_roots else Fraction(0)
    return min(a, b, key=abs)


def fold(sum_: Polynomial) -> Factor:
    """A sum as one factor."""
    return function("fold", "", (sum_,))


def size(extent: int) -> Factor:
    """The length of an axis."""
    return Factor(Atom("size", str(extent)))


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
    """The same atom for every order of its slots: that in which its arguments' keys are the least.

    Bound labels come last. The kind plays no part, so that a condition and its negation run along
    the same labels.
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
