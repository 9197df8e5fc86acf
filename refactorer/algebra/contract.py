"""The ways to write a sum of a product over labels; the cheapest is taken."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product as choices

from refactorer.algebra.nodes import (
    Einsum,
    Inner,
    Matmul,
    Node,
    Reduced,
    Summation,
    product,
)
from refactorer.algebra.terms import ONE

Factors = list[tuple[Node, Fraction]]


def summation(factors: Factors, bound: tuple[int, ...]) -> Node:
    """The sum over `bound` of the product of the factors."""
    candidates: list[Node] = [Reduced((product(ONE, factors),), bound)]
    candidates += matrix_products(factors, bound)
    candidates += inner_products(factors, bound)
    if not elementwise(factors):
        candidates.append(Einsum(tuple(product(ONE, [f]) for f in factors), bound))
    return min(candidates, key=lambda node: node.cost)


def elementwise(factors: Factors) -> bool:
    """Whether one factor runs along all labels, so that nothing is spread out."""
    everything = frozenset().union(*(node.labels for node, _ in factors))
    return any(node.labels == everything for node, _ in factors)


def halves(factors: Factors) -> Iterator[tuple[Node, Node]]:
    """The ways to split a product in two."""
    for sides in choices((False, True), repeat=len(factors) - 1):
        left = [factors[0], *(f for f, s in zip(factors[1:], sides, strict=True) if s)]
        right = [f for f, s in zip(factors[1:], sides, strict=True) if not s]
        if right:
            yield product(ONE, left), product(ONE, right)


def matrix_products(factors: Factors, bound: tuple[int, ...]) -> Iterator[Summation]:
    if len(bound) != 1:
        return
    for left, right in halves(factors):
        shared = left.labels & right.labels
        free = left.labels ^ right.labels
        if shared == set(bound) and free and min(len(left.labels), len(right.labels)) <= 2:
            yield Matmul((left, right), bound)


def inner_products(factors: Factors, bound: tuple[int, ...]) -> Iterator[Summation]:
    for left, right in halves(factors):
        if left.labels == right.labels == set(bound):
            yield Inner((left, right), bound)
