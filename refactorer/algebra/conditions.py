"""Conditions as factors: a mask is one where its condition holds and zero elsewhere."""

from __future__ import annotations

from dataclasses import replace

from refactorer.algebra.products import function, multiplied
from refactorer.algebra.terms import ONE, Factor, Monomial, Polynomial, single

COMPARISONS = frozenset({">", ">=", "<", "<=", "==", "!="})
LOGIC = frozenset({"&", "|"})
MASKS = ("mask", "unmask")


def as_mask(value: Polynomial) -> Polynomial:
    """A condition that is multiplied chooses; it is kept apart from numbers."""
    match value.terms:
        case [(Monomial(powers=((factor, _),)), coefficient)] if coefficient == 1:
            if factor.atom.kind == "apply" and factor.atom.name in COMPARISONS | LOGIC:
                return single(function("mask", "", (value,)))
    return value


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
