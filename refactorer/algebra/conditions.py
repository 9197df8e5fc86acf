"""Conditions as factors: a mask is one where its condition holds and zero elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from refactorer.algebra.powers import power
from refactorer.algebra.products import function, multiplied
from refactorer.algebra.terms import ONE, Factor, Monomial, Polynomial, single

COMPARISONS = frozenset({">", ">=", "<", "<=", "==", "!="})
EQUALITIES = frozenset({"==", "!="})
TURNED = str.maketrans("<>", "><")  # a < b is b > a
CLAMPS = {">": "np.maximum", "<": "np.minimum"}
LOGIC = frozenset({"&", "|"})
MASKS = ("mask", "unmask")


def as_mask(value: Polynomial) -> Polynomial:
    """A condition that is multiplied chooses; it is kept apart from numbers."""
    return single(function("mask", "", (value,))) if is_test(value) else value


def is_test(value: Polynomial) -> bool:
    """Whether it is a comparison, or the name of one."""
    match value.terms:
        case [(Monomial(powers=((factor, _),)), coefficient)] if coefficient == 1:
            atom = factor.atom
            return atom.kind == "test" or (
                atom.kind == "apply" and atom.name in COMPARISONS | LOGIC
            )
    return False


def equivalents(test: Factor) -> Iterator[Factor]:
    """Other comparisons that hold where this one does.

    a - b > 0 where a > b, which takes no difference, and x > 0 where max(x, 0) > 0.
    """
    x, bound = test.arguments
    if bound.terms:
        return
    if test.atom.name in CLAMPS:
        clamp = single(function("apply", CLAMPS[test.atom.name], (x, bound)))
        yield function("apply", test.atom.name, (clamp, bound))
    match sorted(x.terms, key=lambda term: term[1]):
        case [(less, low), (more, high)] if (low, high) == (-ONE, ONE):
            a, b = Polynomial.of([(more, ONE)]), Polynomial.of([(less, ONE)])
            turned = a.number() is not None
            name = test.atom.name.translate(TURNED) if turned else test.atom.name
            yield function("apply", name, (b, a) if turned else (a, b))


def where(condition: Polynomial, yes: Polynomial, no: Polynomial) -> Polynomial:
    """mask * yes + unmask * no; printed, what is not chosen is never multiplied by zero."""
    mask, unmask = (single(function(kind, "", (condition,))) for kind in MASKS)
    return multiplied(mask, yes) + multiplied(unmask, no)


def branches(value: Polynomial) -> tuple[Polynomial, Polynomial, Polynomial] | None:
    """A condition such that each term stands under it or its negation, and the sums of both sides.

    None where there is no such condition, or where it chooses between numbers.
    """
    conditions = {f: None for m, _ in value.terms for f, _ in m.powers if f.atom.is_condition}
    for factor in conditions:
        mask, unmask = (replace(factor, atom=replace(factor.atom, kind=k)) for k in MASKS)
        if all(mask in m.exponents or unmask in m.exponents for m, _ in value.terms):
            yes, no = under(value, mask), under(value, unmask)
            if yes.labels | no.labels:
                return factor.arguments[0], yes, no
    return None


def clipped(condition: Polynomial, yes: Polynomial, no: Polynomial) -> Polynomial | None:
    """k * clip(x, -c, c) for k * x where abs(x) < c, else k * c * sign(x), with a number c."""
    match condition.terms:
        case [(Monomial(powers=((test, _),)), _)] if test.atom.name in COMPARISONS - EQUALITIES:
            size, bound = test.arguments
            inner, outer = (yes, no) if test.atom.name in ("<", "<=") else (no, yes)
            for factor in factors(size):
                if factor.atom.name == "np.abs" and is_positive(bound):
                    (x,) = factor.arguments
                    sign = single(function("apply", "np.sign", (x,)))
                    by = multiplied(outer, power(multiplied(bound, sign), -ONE))
                    alike = is_either(inner, by, x, multiplied(size, sign))
                    if size == single(factor) and alike and not divides(by, sign):
                        clip = single(function("apply", "np.clip", (x, -bound, bound)))
                        return multiplied(by, clip)
    return None


def is_either(product: Polynomial, by: Polynomial, *others: Polynomial) -> bool:
    """Whether a product is something times one of others."""
    return any(product == multiplied(by, other) for other in others)


def divides(value: Polynomial, by: Polynomial) -> bool:
    """Whether a value is divided by a factor, which could be zero."""
    (factor,) = factors(by)
    return any(m.exponents.get(factor, 0) < 0 for m, _ in value.terms)


def factors(value: Polynomial) -> list[Factor]:
    return [factor for m, _ in value.terms for factor, _ in m.powers]


def is_positive(value: Polynomial) -> bool:
    """Whether it is a number above zero."""
    are_numbers = all(f.atom.kind == "number" for f in factors(value))
    return are_numbers and len(value.terms) == 1 and value.terms[0][1] > 0


def under(value: Polynomial, mask: Factor) -> Polynomial:
    """The terms that stand under a condition, without it."""
    terms = ((m, c) for m, c in value.terms if mask in m.exponents)
    return Polynomial.of((m / Monomial.of({mask: ONE}), c) for m, c in terms)


def guarded(monomial: Monomial, mask: Factor) -> Monomial:
    """What of a product runs along the axes of a condition in it and no others."""
    along = set(mask.labels)
    return Monomial.of(
        {f: e for f, e in monomial.powers if f.labels and set(f.labels) <= along and f != mask}
    )
