"""Where a minus goes in an expression that is to be multiplied by a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm

from refactorer.algebra.index_notation.assemble import Power, Scaled, flat_product, product, total
from refactorer.algebra.index_notation.elementwise import Product, Total
from refactorer.algebra.index_notation.linear import operand
from refactorer.algebra.index_notation.nodes import Node, Opaque, is_zero
from refactorer.algebra.normal_form.terms import ONE


def signed(coefficient: Fraction, node: Node) -> Node:
    """The number multiplied in."""
    if coefficient == 1 or is_zero(node):
        return node
    coefficient, ((node, _),) = turned(coefficient, [(node, ONE)])
    scaled = product(abs(coefficient), [(node, ONE)])
    return scaled if coefficient > 0 else total([(-ONE, scaled)])


def drawn(node: Node) -> Scaled:
    """A node without the number that it, or each of its terms, is multiplied by; and the number."""
    match node:
        case Product():
            return node.coefficient, flat_product(ONE, [*node.factors])
        case Total(((coefficient, part),)):
            number, rest = drawn(part)
            return coefficient * number, rest
        case Total():
            return drawn_from_terms(node)
    return ONE, node


def drawn_from_terms(node: Total) -> Scaled:
    own = [c * part.coefficient if isinstance(part, Product) else c for c, part in node.terms]
    numbers = [(abs(c.numerator), c.denominator) for c in own]
    content = Fraction(gcd(*(n for n, _ in numbers)), lcm(*(d for _, d in numbers)))
    return (ONE, node) if content == 1 else (content, times_each_term(1 / content, node))


def times_each_term(number: Fraction, node: Total) -> Node:
    """A sum with a number multiplied into each of its terms."""
    return total(settled(*multiplied(number * c, part)) for c, part in node.terms)


def multiplied(coefficient: Fraction, node: Node) -> Scaled:
    """A term of a sum, with its number in the product that it is."""
    if not isinstance(node, Product):
        return coefficient, node
    sign = coefficient / abs(coefficient)
    return sign, flat_product(abs(coefficient) * node.coefficient, [*node.factors])


def whole_cost(coefficient: Fraction, node: Node) -> int:
    """What it costs with the number multiplied in; a minus may vanish in what is around it."""
    if coefficient in (1, -1):
        return node.cost
    return product(abs(coefficient), [(node, ONE)]).cost


def turned(coefficient: Fraction, factors: Sequence[Power]) -> tuple[Fraction, list[Power]]:
    """A product in which no sum is negative throughout, and a difference takes the minus."""
    factors = [*factors]
    for i, (node, exponent) in enumerate(factors):
        if exponent % 2 != 1:
            continue  # neither a square nor a root changes its sign with its base
        for other in opposite(node, coefficient < 0):
            coefficient = -coefficient
            factors[i] = (other, exponent)
    return coefficient, factors


def opposite(node: Node, is_wanted: bool) -> Iterator[Node]:
    """A sum with the other sign, if it is negative or a minus is to go in; inside a call too."""
    match node:
        case Total() if node.is_negative or (is_wanted and takes_minus(node)):
            yield total(settled(-c, part) for c, part in node.terms)
        case Opaque() if (place := operand(node)) is not None:
            for other in opposite(node.arrays[place], is_wanted):
                arrays = [*node.arrays[:place], other, *node.arrays[place + 1 :]]
                yield node.with_parts(tuple(arrays))


def takes_minus(node: Total) -> bool:
    """Tell whether a sum begins with no minus if its sign changes: one of its terms takes it."""
    return node.is_difference or any(settled(-c, part)[0] > 0 for c, part in node.terms)


def settled(coefficient: Fraction, node: Node) -> Scaled:
    """A term of a sum, without a minus where a difference in it can take it."""
    if not isinstance(node, Product):
        return coefficient, node
    sign, factors = turned(coefficient / abs(coefficient), node.factors)
    return abs(coefficient) * sign, replace(node, factors=tuple(factors))
