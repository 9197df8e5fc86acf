"""Sums multiplied out, to see what cancels."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from refactorer.algebra.normal_form.terms import ONE, Factor, Monomial, Polynomial

MOST_TERMS = 64


def expanded(sum_: Polynomial) -> Polynomial:
    """The sum with its linear folds multiplied out; itself where that makes too many terms."""
    products = (product for m, c in sum_.terms for product in multiplied_out(m, c))
    terms = list(islice(products, MOST_TERMS + 1))
    return Polynomial.of(terms) if len(terms) <= MOST_TERMS else sum_


def recombined(sum_: Polynomial) -> Polynomial:
    """The sum with p / (p + q) + q / (p + q) = 1, as often as it stands there."""
    for monomial, coefficient in sum_.terms:
        for factor, exponent in monomial.powers:
            if factor.atom.kind == "fold" and exponent < 0:
                inner = factor.arguments[0]
                (first, scale), *_ = inner.terms
                if any(
                    f.atom.is_condition and f not in monomial.exponents for f, _ in first.powers
                ):
                    continue  # nothing can be divided by a condition
                by = monomial / first, coefficient / scale
                parts = Polynomial.of((m * by[0], c * by[1]) for m, c in inner.terms)
                if dict(parts.terms).items() <= dict(sum_.terms).items():
                    whole = by[0] * Monomial.of({factor: ONE})
                    return recombined(sum_ - parts + Polynomial.of([(whole, by[1])]))
    return sum_


def joined(sum_: Polynomial) -> Polynomial:
    """The sum over one denominator, if it then is one product: 1 - 1 / (1 + e) is e / (1 + e)."""
    below: dict[Factor, Fraction] = {}
    for monomial, _ in sum_.terms:
        for factor, exponent in monomial.powers:
            if factor.atom.kind == "fold" and exponent < 0:
                below[factor] = min(exponent, below.get(factor, exponent))
    if not below or len(sum_.terms) < 2:
        return sum_
    denominator = Monomial.of(below)
    above = expanded(sum_.scaled(ONE, denominator**-1))
    return above.scaled(ONE, denominator) if len(above.terms) <= 1 else sum_


def multiplied_out(
    monomial: Monomial, coefficient: Fraction
) -> Iterator[tuple[Monomial, Fraction]]:
    """Only folds to the first power: a square that is multiplied out loses digits."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind == "fold" and exponent == 1:
            rest = monomial / Monomial.of({factor: ONE})
            for m, c in factor.arguments[0].terms:
                yield from multiplied_out(m * rest, c * coefficient)
            return
    yield monomial, coefficient
