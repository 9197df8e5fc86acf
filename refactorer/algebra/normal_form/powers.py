"""Powers of values that may be negative."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from refactorer.algebra.normal_form.products import fold, folded
from refactorer.algebra.normal_form.terms import (
    ONE,
    ZERO,
    Factor,
    Monomial,
    Polynomial,
    constant,
    single,
)

POSITIVE = ("np.exp", "np.abs", "np.cosh", "np.exp2")  # nowhere negative


def power(base: Polynomial, exponent: Fraction) -> Polynomial:
    """base ** exponent, without assuming a sign that is not known: sqrt(x**2) is not x."""
    if exponent == 0:
        return constant(1)
    if not base.terms:
        return ZERO if exponent > 0 else single(fold(base), exponent)
    coefficient, monomial = folded(base)
    scale = rational_power(coefficient, exponent)
    if scale is not None and (exponent.denominator == 1 or root_distributes(monomial)):
        return Polynomial.of([(monomial**exponent, scale)])
    return Polynomial.of([(Monomial.of({fold(base): exponent}), ONE)])


def rational_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base ** exponent, if that is rational and easily told."""
    if exponent.denominator == 1:
        return base**exponent.numerator
    if base <= 0:
        return None
    root = Fraction(isqrt(base.numerator), isqrt(base.denominator))
    return root**exponent.numerator if exponent.denominator == 2 and root**2 == base else None


def root_distributes(monomial: Monomial) -> bool:
    """Whether (a b)^(1/2) is a^(1/2) b^(1/2): no factor can be negative, or it is one odd power."""
    if all(never_negative(f) for f, _ in monomial.powers):
        return True
    return len(monomial.powers) == 1 and all(e.numerator % 2 for _, e in monomial.powers)


def never_negative(factor: Factor) -> bool:
    atom = factor.atom
    match atom.kind:
        case "size" | "mask" | "unmask":
            return True
        case "apply":
            return atom.name in POSITIVE
        case "number":
            return not atom.name.startswith("-")
        case "sum" | "fold":
            return all(c > 0 and is_square(m) for m, c in atom.arguments[0].terms)
    return False


def is_square(monomial: Monomial) -> bool:
    """Whether no factor of a product can be negative."""
    return all(
        never_negative(f) or e.numerator % 2 == 0 or e.denominator % 2 == 0
        for f, e in monomial.powers
    )
