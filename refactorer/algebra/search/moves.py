"""Other ways to write a product or a sum, which are tried on the way to the cheapest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from itertools import combinations, compress, permutations
from operator import not_
from typing import TypeAlias

from refactorer.algebra.normal_form.conditions import CLAMPS
from refactorer.algebra.normal_form.expansion import expanded, recombined
from refactorer.algebra.normal_form.products import folded, function
from refactorer.algebra.normal_form.sums import contraction, opened, summed
from refactorer.algebra.normal_form.tensor import lengths
from refactorer.algebra.normal_form.terms import ONE, Factor, Monomial, Polynomial, constant

Term: TypeAlias = tuple[Monomial, Fraction]
ZERO = Fraction(0)
NUMBER_IN_SUM = 15  # what a number in a sum must spare to be worth it


def complements(monomial: Monomial) -> Iterator[Polynomial]:
    """b / (c + b) for a number c, as 1 - c / (c + b), which stays finite where b overflows."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind != "fold" or exponent.numerator > 0 or exponent.denominator != 1:
            continue
        match sorted(factor.arguments[0].terms, key=lambda term: len(term[0].powers)):
            case [(Monomial(powers=()), number), (b, scale)]:
                if all(monomial.exponents.get(f, 0) >= e > 0 for f, e in b.powers):
                    rest = monomial / b
                    whole = rest * Monomial.of({factor: ONE})
                    yield Polynomial.of([(whole, 1 / scale), (rest, -number / scale)])


def complemented(value: Polynomial) -> Iterator[Polynomial]:
    """The sum with the complement of one of its terms, where that merges with the others."""
    for term in value.terms:
        monomial, coefficient = term
        for other in complements(monomial):
            found = value - Polynomial((term,)) + other.scaled(coefficient)
            if len(found.terms) <= len(value.terms):
                yield found


def cancelled(monomial: Monomial) -> Iterator[tuple[int, Fraction, Monomial]]:
    """The ways to take factors into a sum of quotients that they are divided by.

    p * q * (a / p - b / q) is a * q - b * p; with q = 1 - p and b = 1 - a that is a - p.
    """
    for sum_, exponent in monomial.powers:
        if sum_.atom.kind != "fold" or exponent != 1:
            continue
        inner = sum_.arguments[0]
        below = {f for m, _ in inner.terms for f, e in m.powers if e < 0}
        taken = Monomial.of({f: e for f, e in monomial.powers if f in below and e > 0})
        if taken.powers:
            rest = monomial / Monomial.of({sum_: ONE}) / taken
            for by in (Monomial(), *denominators(rest)):
                whole = recombined(expanded(inner.scaled(ONE, taken * by)))
                if whole.terms and len(whole.terms) <= len(inner.terms):
                    number, product = folded(whole)
                    yield 0, number, rest / by * product


def denominators(monomial: Monomial) -> Iterator[Monomial]:
    """The sums that a product is divided by."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind == "fold" and exponent < 0:
            yield Monomial.of({factor: exponent})


def averages(monomial: Monomial) -> Iterator[tuple[Factor, Monomial]]:
    """The sums in a product that is divided by the number of what they sum, and those numbers."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind == "sum" and exponent == 1:
            count = lengths(factor.atom.extents[len(factor.labels) :])
            if all(monomial.exponents.get(f, Fraction(0)) <= -e for f, e in count.powers):
                yield factor, count


def on_diagonal(inside: Monomial, bound: Collection[int]) -> Iterator[Monomial]:
    """The other factors of a product with ones on a diagonal alone, whose sum is a trace."""
    for eye, exponent in inside.powers:
        rest = inside / Monomial.of({eye: exponent})
        if eye.atom.kind == "eye" and {*eye.labels} == {*bound} == rest.labels:
            yield rest


def absorbed(monomial: Monomial) -> Iterator[tuple[int, Fraction, Monomial]]:
    """The ways to take a factor into a sum that it does not run along, each with its price.

    e / s * sum(e * g) is sum(e / s * g).
    """
    for total, exponent in monomial.powers:
        if total.atom.kind != "sum" or exponent != 1:
            continue
        content, inside, bound = opened(total)
        for factor, power in monomial.powers:
            if factor == total or not set(factor.labels) <= set(total.labels):
                continue
            for moved in portions(factor, power):
                sign, whole = contraction(inside * moved, bound)
                rest = monomial / Monomial.of({total: ONE}) / moved
                price = 0 if factor.labels else NUMBER_IN_SUM
                yield price, content * sign, rest * Monomial.of({whole: ONE})


def identities(monomial: Monomial) -> Iterator[tuple[int, Fraction, Monomial]]:
    """The pairs of functions of one value that are a simpler one: sign(x) * abs(x) is x."""
    functions = [(f, e) for f, e in monomial.powers if f.atom.kind == "apply"]
    for (one, e), (other, k) in permutations(functions, 2):
        if one.arguments != other.arguments:
            continue
        match one.atom.name, other.atom.name:
            case ("np.sign", "np.abs") if e >= 1 and k >= 1:
                content, value = folded(one.arguments[0])
                yield 0, content, monomial / Monomial.of({one: ONE, other: ONE}) * value
            case ("np.sinh", "np.cosh") if e >= 1 and k <= -1:
                tanh = function("apply", "np.tanh", one.arguments)
                pair = Monomial.of({one: ONE, other: -ONE})
                yield 0, ONE, monomial / pair * Monomial.of({tanh: ONE})


def merged_powers(monomial: Monomial) -> Iterator[tuple[int, Fraction, Monomial]]:
    """The powers in a product that are multiplied by their bases: x * x**(k - 1) is x**k."""
    for power, exponent in monomial.powers:
        if power.atom.name != "**" or exponent != 1:
            continue
        base, by = power.arguments
        content, value = folded(base)
        if all(monomial.exponents.get(f, 0) >= e for f, e in value.powers if e > 0):
            higher = function("apply", "**", (base, by + constant(1)))
            rest = monomial / Monomial.of({power: ONE}) / value
            yield 0, 1 / content, rest * Monomial.of({higher: ONE})


def clamped(monomial: Monomial) -> Iterator[tuple[int, Fraction, Monomial]]:
    """The product without a condition outside of which a factor is zero: x > 0, times max(x, 0)."""
    for mask, _ in monomial.powers:
        if mask.atom.kind != "mask":
            continue
        match mask.arguments[0].terms:
            case [(Monomial(powers=((test, _),)), _)] if test.atom.name[:1] in CLAMPS:
                x, bound = test.arguments
                pairs = ((x, bound), (bound, x))
                clamp = CLAMPS[test.atom.name[0]]
                zeros = [function("apply", clamp, pair) for pair in pairs]
                if not bound.terms and any(monomial.exponents.get(f, 0) > 0 for f in zeros):
                    yield 0, ONE, monomial / Monomial.of({mask: ONE})


def gathered(value: Polynomial) -> Iterator[Polynomial]:
    """The sum with two products along one axis as one: W @ a + W @ b is W @ (a + b)."""
    contracted = [
        (term, factor)
        for term in value.terms
        for factor, exponent in term[0].powers
        if factor.atom.kind == "sum" and factor.atom.name == "1" and exponent == 1
    ]
    for (one, f), (other, g) in combinations(contracted, 2):
        if one is not other and f.labels and {*f.labels} == {*g.labels}:
            for together in in_one_sum(one, f, other, g):
                yield value - Polynomial((one,)) - Polynomial((other,)) + together


def in_one_sum(one: Term, f: Factor, other: Term, g: Factor) -> Iterator[Polynomial]:
    """The sum of two terms, each with a sum along one axis, as one sum of what they share."""
    (content, inside, bound), (number, beside, along) = opened(f), opened(g)
    alike = (power for power in inside.powers if power in beside.powers)
    shared = Monomial.of({h: e for h, e in alike if bound.keys() & {*h.labels}})
    left = one[0] / Monomial.of({f: ONE}) * inside / shared, one[1] * content
    right = other[0] / Monomial.of({g: ONE}) * beside / shared, other[1] * number
    smaller = left[0].labels == right[0].labels != inside.labels
    if shared.powers and bound == along and smaller:
        scale, rest = folded(Polynomial.of([left, right]))
        yield Polynomial.of(summed(shared * rest, scale, bound))


def portions(factor: Factor, exponent: Fraction) -> Iterator[Monomial]:
    """A power, and its base or its root if it is a higher power of that."""
    steps = (ONE / exponent.denominator, ONE)
    whole = dict.fromkeys([abs(exponent), *(step for step in steps if step < abs(exponent))])
    return (Monomial.of({factor: step if exponent > 0 else -step}) for step in whole)


def groupings(value: Polynomial) -> Iterator[tuple[Polynomial, Polynomial]]:
    """The ways to take a factor out of some terms of a sum but not of all, each once."""
    every = {f: None for m, _ in value.terms for f, _ in m.powers}
    ways = {
        tuple(m.exponents.get(factor, ZERO).numerator * sign > 0 for m, _ in value.terms): None
        for factor in every
        for sign in (1, -1)
    }
    for way in ways:
        if 1 < sum(way) < len(way):
            yield some_of(value, way), some_of(value, map(not_, way))


def some_of(value: Polynomial, way: Iterable[bool]) -> Polynomial:
    """The terms of a sum that are chosen."""
    return Polynomial(tuple(compress(value.terms, way)))
