"""The ways to write a sum of a product over labels; the cheapest is taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as choices

from refactorer.algebra.index_notation.assemble import Power, first_order, product
from refactorer.algebra.index_notation.nodes import Node
from refactorer.algebra.index_notation.reductions import Einsum, Inner, Matmul, Reduced, Summation
from refactorer.algebra.normal_form.terms import ONE

MOST_SPLIT = 6


def summation(factors: list[Power], bound: tuple[int, ...]) -> Node:
    """The sum over `bound` of the product of the factors."""
    candidates: list[Node] = [Reduced((product(ONE, factors),), bound)]
    candidates += matrix_products(factors, bound)
    candidates += inner_products(factors, bound)
    if is_elementwise(factors):
        candidates += row_products(factors, bound)
        candidates += spread_products(factors, bound)
    else:
        candidates.append(Einsum(tuple(product(ONE, [f]) for f in factors), bound))
    return min(candidates, key=lambda node: node.cost)


def is_elementwise(factors: list[Power]) -> bool:
    """Whether one factor runs along all labels, so that nothing is spread out."""
    everything = frozenset().union(*(node.labels for node, _ in factors))
    return any(node.labels == everything for node, _ in factors)


def halves(factors: list[Power]) -> Iterator[tuple[Node, Node]]:
    """The ways to split a product in two; of a long one, one factor against the others."""
    first, *others = factors
    for sides in splits(len(others)):
        left = [first, *(f for f, goes_left in zip(others, sides, strict=True) if goes_left)]
        right = [f for f, goes_left in zip(others, sides, strict=True) if not goes_left]
        if right:
            yield product(ONE, left), product(ONE, right)


def splits(count: int) -> Iterator[tuple[bool, ...]]:
    """For each of so many factors, whether it goes with the first."""
    if count < MOST_SPLIT:
        yield from choices((False, True), repeat=count)
    else:
        yield (False,) * count
        yield from (tuple(i != k for i in range(count)) for k in range(count))


def matrix_products(factors: list[Power], bound: tuple[int, ...]) -> Iterator[Summation]:
    if len(bound) != 1:
        return
    for left, right in halves(factors):
        shared = left.labels & right.labels
        free = left.labels ^ right.labels
        if shared == set(bound) and free and min(len(left.labels), len(right.labels)) <= 2:
            yield Matmul((left, right), bound)
        if shared > set(bound) and len(left.labels - shared) == len(right.labels - shared) == 1:
            yield Matmul((left, right), bound)  # one product of matrices for each of a batch


def row_products(factors: list[Power], bound: tuple[int, ...]) -> Iterator[Summation]:
    """All inner products of the rows of two arrays, without the array of their products."""
    for left, right in halves(factors):
        if left.labels == right.labels > set(bound):
            yield Einsum(tuple(sorted((left, right), key=first_order)), bound)


def spread_products(factors: list[Power], bound: tuple[int, ...]) -> Iterator[Summation]:
    """What is smaller times an array of three axes or more, without the array of their products."""
    for left, right in halves(factors):
        if left.labels != right.labels and len(left.labels | right.labels) > 2:
            yield Einsum(tuple(sorted((left, right), key=first_order)), bound)


def inner_products(factors: list[Power], bound: tuple[int, ...]) -> Iterator[Summation]:
    for left, right in halves(factors):
        if left.labels == right.labels == set(bound):
            yield Inner(tuple(sorted((left, right), key=first_order)), bound)
