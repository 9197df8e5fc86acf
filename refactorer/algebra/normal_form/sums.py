"""Sums over axes: factors that do not run along them are taken out, and what cancels is dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import count, permutations

from refactorer.algebra.normal_form.expansion import expanded
from refactorer.algebra.normal_form.products import canonical, folded, size
from refactorer.algebra.normal_form.terms import ONE, Factor, Monomial, Polynomial, constant


def sum_over(value: Polynomial, bound: Mapping[int, int]) -> Polynomial:
    """The sum of a value over labels of the given extents.

    The sum is taken term by term only where that makes terms merge, vanish, or lose their sum:
    sum(x - mean(x)) = 0, sum((g - c) * p) = sum(g * p) - c where sum(p) = 1.
    """
    if not value.terms:
        return value
    terms = expanded(value).terms
    termwise = Polynomial.of(product for m, c in terms for product in summed(m, c, bound))
    running = sum(bool(bound.keys() & m.labels) for m, _ in terms)
    if len(terms) == 1 or sums_in(termwise) < running or stops_running(value, bound):
        return termwise
    coefficient, monomial = folded(value)
    return Polynomial.of(summed(monomial, coefficient, bound))


def stops_running(value: Polynomial, bound: Mapping[int, int]) -> bool:
    """Whether multiplying out lets a factor along some labels cancel, as x in x * (a / x + b)."""
    before = all(bound.keys() & labels for m, _ in value.terms for labels in labels_of(m))
    return before and not all(bound.keys() & m.labels for m, _ in expanded(value).terms)


def labels_of(monomial: Monomial) -> Iterator[frozenset[int]]:
    """The labels of each of its terms when it is multiplied out, and nothing cancels."""
    for factor, exponent in monomial.powers:
        if factor.atom.kind == "fold" and exponent == 1:
            rest = monomial / Monomial.of({factor: ONE})
            for inner, _ in factor.arguments[0].terms:
                yield from (rest.labels | labels for labels in labels_of(inner))
            return
    yield monomial.labels


def sums_in(value: Polynomial) -> int:
    """In how many terms a sum is left."""
    return sum(any(f.atom.kind == "sum" for f, _ in m.powers) for m, _ in value.terms)


def summed(
    monomial: Monomial, coefficient: Fraction, bound: Mapping[int, int]
) -> list[tuple[Monomial, Fraction]]:
    """The sum of one product: factors that do not run along the bound labels go out of it."""
    inside = Monomial.of({f: e for f, e in monomial.powers if bound.keys() & set(f.labels)})
    outside = monomial / inside
    for label, extent in bound.items():
        if label not in inside.labels:
            outside = outside * Monomial.of({size(extent): ONE})
    if not inside.powers:
        return [(outside, coefficient)]
    runs = {label: extent for label, extent in bound.items() if label in inside.labels}
    for rest, left in along_identity(inside, runs):
        return [(outside * m, c) for m, c in summed(rest, coefficient, left)]
    for value, left in along_rows(inside, runs):
        rows = sum_over(value, left) if left else expanded(value)
        return [(outside * m, coefficient * c) for m, c in rows.terms]
    for number, rest, left in whole(inside, runs):
        terms = summed(rest, coefficient * number, left) if left else [(rest, coefficient * number)]
        return [(outside * m, c) for m, c in terms]
    sign, factor = contraction(inside, runs)
    return [(outside * Monomial.of({factor: ONE}), coefficient * sign)]


def whole(
    inside: Monomial, bound: Mapping[int, int]
) -> Iterator[tuple[Fraction, Monomial, dict[int, int]]]:
    """Sum a product over labels along which its numerators add up to a denominator.

    sum(w / sum(w)) is 1; sums in the product may be opened to see that. Returns what is left of the
    product, and the labels that are still to be summed over.
    """
    nested = [f for f, e in inside.powers if f.atom.kind == "sum" and e == 1]
    for total in (None, *nested):
        number, product, labels = ONE, inside, {**bound}
        if total is not None:
            number, content, own = opened(total, frozenset(bound) | inside.labels)
            product, labels = inside / Monomial.of({total: ONE}) * content, {**bound, **own}
        for divisor in (f for f, e in product.powers if f.atom.kind == "sum" and e < 0):
            for scale, rest, gone in cancelled(product, divisor, labels):
                yield number * scale, rest, {k: n for k, n in labels.items() if k not in gone}


def cancelled(
    product: Monomial, divisor: Factor, labels: Mapping[int, int]
) -> Iterator[tuple[Fraction, Monomial, frozenset[int]]]:
    """A product summed over the labels along which its numerators add up to a divisor."""
    content, numerator, own = opened(divisor, product.labels)
    for places in permutations(labels, len(own)):
        placed = numerator.relabel(dict(zip(own, places, strict=True)))
        rest = product / placed
        divides = all(product.exponents.get(f, 0) >= e > 0 for f, e in placed.powers)
        if divides and rest.labels.isdisjoint(places):
            yield 1 / content, rest * Monomial.of({divisor: ONE}), frozenset(places)


def along_identity(
    inside: Monomial, bound: Mapping[int, int]
) -> Iterator[tuple[Monomial, dict[int, int]]]:
    """Sum a product with an identity matrix along one of its labels: the others take the other.

    No factor may run along both already, since none of ours is read along its diagonal.
    """
    for eye, exponent in inside.powers:
        if eye.atom.kind != "eye" or exponent != 1:
            continue
        rest = inside / Monomial.of({eye: ONE})
        for gone, kept in permutations(eye.labels):
            meeting = [{*f.labels} for f, _ in rest.powers if gone in f.labels]
            if gone in bound and meeting and not any(kept in labels for labels in meeting):
                yield rest.relabel({gone: kept}), {k: n for k, n in bound.items() if k != gone}


def along_rows(
    inside: Monomial, bound: Mapping[int, int]
) -> Iterator[tuple[Polynomial, dict[int, int]]]:
    """Sum a lone scatter or identity along its rows; return it with the labels still to sum over.

    Each row and each column of the identity sums to one.
    """
    match inside.powers:
        case ((factor, exponent),) if factor.atom.kind == "eye" and exponent == 1:
            along = next(label for label in factor.labels if label in bound)
            yield constant(1), {k: n for k, n in bound.items() if k != along}
        case ((factor, exponent),) if factor.atom.kind == "scatter" and exponent == 1:
            along, _ = factor.labels
            if along in bound:
                yield factor.arguments[0], {k: n for k, n in bound.items() if k != along}


def contraction(inside: Monomial, bound: Mapping[int, int]) -> tuple[Fraction, Factor]:
    """A number times the atom of a product that is summed; a sum of a sum is one sum."""
    if len(inside.powers) == 1:
        ((factor, exponent),) = inside.powers
        if factor.atom.kind == "sum" and exponent == 1:
            scale, inner, inner_bound = opened(factor, frozenset(bound))
            sign, whole = contraction(inner, {**bound, **inner_bound})
            return scale * sign, whole
    free = {label: extent for label, extent in inside.extents.items() if label not in bound}
    return ONE, canonical("sum", str(len(bound)), (Polynomial.of([(inside, ONE)]),), free, bound)


def opened(
    factor: Factor, taken: frozenset[int] = frozenset()
) -> tuple[Fraction, Monomial, dict[int, int]]:
    """The number and product that a sum ranges over, and its bound labels with their extents.

    No bound label is one of those that are taken.
    """
    rank, extents = len(factor.labels), factor.atom.extents
    free = (label for label in count(-1, -1) if label not in taken and label not in factor.labels)
    bound = {slot: next(free) for slot in range(rank, len(extents))}
    content, monomial = folded(factor.atom.arguments[0])
    inside = monomial.relabel({**dict(enumerate(factor.labels)), **bound})
    return content, inside, {label: extents[slot] for slot, label in bound.items()}
