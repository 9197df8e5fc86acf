"""Products and sums in which small things meet first, in the order that a reader expects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from typing import TypeAlias, TypeVar

from refactorer.algebra.index_notation.elementwise import Product, Total
from refactorer.algebra.index_notation.nodes import ZERO, Node, Number, Ref, is_one, is_zero
from refactorer.algebra.normal_form.terms import ONE

Part = TypeVar("Part")
Labels: TypeAlias = frozenset[int]
Power: TypeAlias = tuple[Node, Fraction]
Scaled: TypeAlias = tuple[Fraction, Node]


def product(coefficient: Fraction, factors: Iterable[Power]) -> Node:
    """A product in which small things meet before they meet large ones: (d / n) * X."""
    factors = [power for power in factors if not is_one(power[0])]
    if any(is_zero(node) for node, _ in factors):
        return ZERO
    groups = by_labels(factors, lambda factor: factor[0])
    for labels in sorted(groups, key=lambda ls: (len(ls), sorted(ls))):
        home = wider(labels, groups)
        if home is not None:
            coefficient, small = combined(coefficient, groups.pop(labels))
            groups[home] = [small, *groups[home]]
    tops = [group for _, group in sorted(groups.items(), key=lambda group: sorted(group[0]))]
    if len(tops) == 1:
        return flat_product(coefficient, tops[0])
    return flat_product(coefficient, [(flat_product(ONE, top), ONE) for top in tops])


def by_labels(parts: Iterable[Part], node: Callable[[Part], Node]) -> dict[Labels, list[Part]]:
    groups: dict[Labels, list[Part]] = {}
    for part in parts:
        groups.setdefault(node(part).labels, []).append(part)
    return groups


def wider(labels: Labels, groups: Collection[Labels]) -> Labels | None:
    """The least of the groups that run along these labels and others."""
    return min((other for other in groups if labels < other), key=len, default=None)


def combined(coefficient: Fraction, factors: list[Power]) -> tuple[Fraction, Power]:
    """The factors as one, which takes the number unless all of them divide."""
    if any(exponent.numerator > 0 for _, exponent in factors):
        return ONE, (flat_product(coefficient, factors), ONE)
    if len(factors) == 1:
        return coefficient, factors[0]
    return coefficient, (flat_product(ONE, [(node, -e) for node, e in factors]), -ONE)


def flat_product(coefficient: Fraction, factors: list[Power]) -> Node:
    match factors:
        case []:
            return Number(str(coefficient))
        case [(node, exponent)] if coefficient == exponent == 1:
            return node
    return Product(coefficient, tuple(sorted(factors, key=place_in_product)))


def place_in_product(factor: Power) -> tuple[bool, int, bool, bool, int, str]:
    """What multiplies first, small before large, names before sums, cotangents before values.

    Literals stand before them all.
    """
    node, exponent = factor
    is_name, is_literal = isinstance(node, Ref), isinstance(node, Number)
    tie = "" if is_name else node.key
    place = not is_literal, not is_name, first_order(node)
    return exponent.numerator < 0, len(node.labels), *place, tie


def first_order(node: Node) -> int:
    """Where a reader expects the first of the names in a node."""
    return min((ref.order for ref in node.refs), default=0)


def total(terms: Iterable[Scaled]) -> Node:
    """A sum in which small things are added before they meet large ones."""
    groups = by_labels((t for t in terms if not is_zero(t[1])), lambda term: term[1])
    for labels in sorted(groups, key=len):
        home = wider(labels, groups)
        if home is not None and len(groups[labels]) > 1:
            groups[home] = [*groups[home], (ONE, flat_total(groups.pop(labels)))]
    return flat_total([term for group in groups.values() for term in group])


def flat_total(terms: list[Scaled]) -> Node:
    match terms:
        case []:
            return ZERO
        case [(coefficient, node)] if coefficient == 1:
            return node
    return Total(tuple(sorted(terms, key=place_in_sum)))


def place_in_sum(term: Scaled) -> tuple[bool, bool, int, int]:
    """Return what sorts the terms of a sum: added before subtracted, ones and cheap terms first."""
    coefficient, node = term
    return coefficient.numerator < 0, not is_one(node), node.cost, first_order(node)
