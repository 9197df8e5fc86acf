"""Conditions as factors: a mask is one where its condition holds and zero elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice

from refactorer.algebra.normal_form.expansion import expanded
from refactorer.algebra.normal_form.powers import power
from refactorer.algebra.normal_form.products import fold, function, multiplied
from refactorer.algebra.normal_form.terms import ONE, Factor, Monomial, Polynomial, constant, single

COMPARISONS = frozenset({">", ">=", "<", "<=", "==", "!="})
EQUALITIES = frozenset({"==", "!="})
NEGATED = {">": "<=", "<=": ">", "<": ">=", ">=": "<", "==": "!=", "!=": "=="}
TURNED = str.maketrans("<>", "><")  # a < b is b > a
CLAMPS = {">": "np.maximum", "<": "np.minimum"}
LOGIC = frozenset({"&", "|"})
MASKS = ("mask", "unmask")


def as_mask(value: Polynomial) -> Polynomial:
    """Return a condition as a factor: times a value, it is that value where the condition holds."""
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
    """Yield other comparisons that hold exactly where this one does.

    They are max(x, 0) > 0 for x > 0, and a > b, which takes no difference, for a - b > 0.
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
    """Return a condition that every term has as a factor, or its negation, and the two sums.

    Returns None if there is no such condition, or if it chooses between numbers.
    """
    for factor, yes, no in divisions(value):
        if yes.labels | no.labels:
            return factor.arguments[0], yes, no
    return None


def stepped(value: Polynomial) -> Polynomial | None:
    """b + (a - b) * mask for a choice between numbers, a or b, where a - b is one term."""
    for factor, yes, no in divisions(value):
        (mask, _), step = of_kinds(factor), yes - no
        if no.terms and len(step.terms) == 1 and not yes.labels | no.labels:
            return no + step.scaled(ONE, Monomial.of({mask: ONE}))
    return None


def undivided(monomial: Monomial) -> Monomial | None:
    """Return a product over choices as one choice of quotients; None if it has no such divisor."""
    found, divides = constant(ONE), False
    arrays = Monomial.of({f: e for f, e in monomial.powers if f.labels})
    for factor, exponent in arrays.powers:
        value = single(factor, exponent)
        if factor.atom.kind == "fold" and exponent < 0:
            for condition, *sides in islice(divisions(factor.arguments[0]), 1):
                divides = True
                value = where(condition.arguments[0], *(power(side, exponent) for side in sides))
        found = multiplied(found, value)
    return monomial / arrays * Monomial.of({fold(expanded(found)): ONE}) if divides else None


def divisions(value: Polynomial) -> Iterator[tuple[Factor, Polynomial, Polynomial]]:
    """The conditions that each term stands under or not, with the sums of both sides."""
    for factor in conditions(value):
        mask, unmask = of_kinds(factor)
        if all(mask in m.exponents or unmask in m.exponents for m, _ in value.terms):
            yield factor, under(value, mask), under(value, unmask)


def conditions(value: Polynomial) -> list[Factor]:
    """The conditions that stand in a sum, each once."""
    every = (f for m, _ in value.terms for f, _ in m.powers if f.atom.is_condition)
    return [*dict.fromkeys(every)]


def of_kinds(condition: Factor) -> tuple[Factor, Factor]:
    """A condition as a factor, and its negation as one."""
    mask, unmask = (replace(condition, atom=replace(condition.atom, kind=k)) for k in MASKS)
    return mask, unmask


def with_one_test(value: Polynomial) -> Polynomial:
    """The sum with "not a > b" in place of a <= b, where a > b stands in it too."""
    kept, turned = list[Factor](), dict[Factor, Factor]()
    for condition in sorted(conditions(value), key=holds_where_equal):
        other = otherwise(condition)
        if any(other.arguments == known.arguments for known in kept):
            turned[condition] = other
        else:
            kept.append(condition)
    terms = ((Monomial.of({turned.get(f, f): e for f, e in m.powers}), c) for m, c in value.terms)
    return Polynomial.of(terms) if turned else value


def otherwise(condition: Factor) -> Factor:
    """The same condition by the negated comparison, where it is one."""
    for test in comparisons(condition):
        negated = single(function("apply", NEGATED[test.atom.name], test.arguments))
        return function(MASKS[condition.atom.kind == "mask"], "", (negated,))
    return condition


def holds_where_equal(condition: Factor) -> bool:
    """Whether it is a comparison that holds for equal values, or fails for them."""
    return any("=" in test.atom.name for test in comparisons(condition))


def comparisons(condition: Factor) -> Iterator[Factor]:
    """Yield the comparison that a condition is, if it is one without a name."""
    match condition.arguments[0].terms:
        case [(Monomial(powers=((test, _),)), _)] if test.atom.name in COMPARISONS:
            yield test


def clipped(
    condition: Polynomial, yes: Polynomial, no: Polynomial, positive: Collection[str]
) -> Polynomial | None:
    """k * clip(x, -c, c) for k * x where abs(x) < c, else k * c * sign(x), with c above zero."""
    match condition.terms:
        case [(Monomial(powers=((test, _),)), _)] if test.atom.name in COMPARISONS - EQUALITIES:
            size, bound = test.arguments
            inner, outer = (yes, no) if test.atom.name in ("<", "<=") else (no, yes)
            for factor in factors(size):
                if factor.atom.name == "np.abs" and is_positive(bound, positive):
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


def is_positive(value: Polynomial, positive: Collection[str]) -> bool:
    """Whether it is a product of numbers above zero and of names of such."""
    atoms = [f.atom for f in factors(value)]
    are_positive = all(a.kind == "number" or a.name in positive for a in atoms)
    return are_positive and len(value.terms) == 1 and value.terms[0][1] > 0


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
