"""Where a minus goes: expressions with a number that is still to be multiplied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from refactorer.algebra.assemble import Power, Scaled, product, total
from refactorer.algebra.elementwise import Product, Total
from refactorer.algebra.nodes import Node, is_zero
from refactorer.algebra.terms import ONE


def signed(coefficient: Fraction, node: Node) -> Node:
    """The number multiplied in."""
    if coefficient == 1 or is_zero(node):
        return node
    coefficient, ((node, _),) = turned(coefficient, [(node, ONE)])
    scaled = product(abs(coefficient), [(node, ONE)])
    return scaled if coefficient > 0 else total([(-ONE, scaled)])


def whole_cost(coefficient: Fraction, node: Node) -> int:
    """What it costs with the number multiplied in; a minus may vanish in what is around it."""
    if coefficient in (1, -1):
        return node.cost
    return product(abs(coefficient), [(node, ONE)]).cost


def turned(coefficient: Fraction, factors: Sequence[Power]) -> tuple[Fraction, list[Power]]:
    """A product in which no sum is negative throughout, and a difference takes the minus."""
    factors = [*factors]
    for i, (node, exponent) in enumerate(factors):
        if not isinstance(node, Total) or exponent % 2 != 1:
            continue  # neither a square nor a root changes its sign with its base
        if node.is_negative or (coefficient < 0 and takes_minus(node)):
            coefficient = -coefficient
            factors[i] = (total(settled(-c, part) for c, part in node.terms), exponent)
    return coefficient, factors


def takes_minus(node: Total) -> bool:
    """Tell whether a sum begins with no minus if its sign changes: one of its terms takes it."""
    return node.is_difference or any(settled(-c, part)[0] > 0 for c, part in node.terms)


def settled(coefficient: Fraction, node: Node) -> Scaled:
    """A term of a sum, without a minus where a difference in it can take it."""
    if not isinstance(node, Product):
        return coefficient, node
    sign, factors = turned(coefficient / abs(coefficient), node.factors)
    return abs(coefficient) * sign, replace(node, factors=tuple(factors))
