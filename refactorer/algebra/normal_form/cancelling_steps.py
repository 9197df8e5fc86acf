"""Steps and signs of one value that cancel at its zero: written as one choice between two sides."""

from __future__ import annotations

from collections.abc import Iterator

from refactorer.algebra.normal_form.conditions import of_kinds, under
from refactorer.algebra.normal_form.expansion import joined
from refactorer.algebra.normal_form.powers import power
from refactorer.algebra.normal_form.products import function, multiplied
from refactorer.algebra.normal_form.terms import (
    ONE,
    ZERO,
    Factor,
    Monomial,
    Polynomial,
    constant,
    single,
)

AT_ZERO = {"np.exp": 1, "np.cosh": 1, "np.log1p": 0, "np.expm1": 0, "np.sinh": 0, "np.tanh": 0}


def smoothed(value: Polynomial) -> Iterator[Polynomial]:
    """The sum with a * step(x) + b * sign(x) as a + b above zero and -b below.

    That is done only if both sides are equal at zero, so that the function has no kink there: its
    derivative at zero is that of either side, though sign(0) is neither 1 nor -1.
    """
    for mask in dict.fromkeys(f for m, _ in value.terms for f, _ in m.powers):
        if not mask.atom.is_condition:
            continue
        (condition,) = mask.arguments
        match condition.terms:
            case [(Monomial(powers=((test, _),)), _)] if test.atom.name in (">", ">=", "<", "<="):
                x, bound = test.arguments
                if bound == ZERO:
                    yield from sides(value, mask, test.atom.name[0] == ">", x)


def sides(
    value: Polynomial, mask: Factor, holds_above: bool, x: Polynomial
) -> Iterator[Polynomial]:
    """The sum with what stands under a condition on the sign of x, or has it, as two sides."""
    yes, no = of_kinds(mask)
    up, down = (yes, no) if holds_above else (no, yes)
    sign = function("apply", "np.sign", (x,))
    found = [term for term in value.terms if {up, down, sign} & term[0].exponents.keys()]
    taken = Polynomial(tuple(found))
    exponents = [m.exponents[sign] for m, _ in found if sign in m.exponents]
    if exponents and all(e == 1 for e in exponents):
        above = joined(under(taken, up) + under(taken, sign))
        below = joined(under(taken, down) - under(taken, sign))
        if not at_zero(above - below, x).terms:
            put = [
                side.scaled(ONE, Monomial.of({f: ONE})) for side, f in ((above, up), (below, down))
            ]
            yield value - taken + put[0] + put[1]


def at_zero(value: Polynomial, x: Polynomial) -> Polynomial:
    """A value where x is zero, as far as abs(x) tells."""
    found = ZERO
    for monomial, coefficient in value.terms:
        product = constant(coefficient)
        for factor, exponent in monomial.powers:
            product = multiplied(product, power(factor_at_zero(factor, x), exponent))
        found = found + product
    return found


def factor_at_zero(factor: Factor, x: Polynomial) -> Polynomial:
    if factor.atom.kind not in ("apply", "fold"):
        return single(factor)
    if factor.atom.name == "np.abs" and factor.arguments == (x,):
        return ZERO
    arguments = tuple(at_zero(argument, x) for argument in factor.arguments)
    if factor.atom.kind == "fold":
        return arguments[0]
    if arguments == (ZERO,) and factor.atom.name in AT_ZERO:
        return constant(AT_ZERO[factor.atom.name])
    return single(function("apply", factor.atom.name, arguments))
