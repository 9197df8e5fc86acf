"""Gradients with several mistakes: how often each term of ours occurs in theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from refactorer.against.diagnosis.monomials import columns, product_of_columns, right_times_product
from refactorer.against.mutations.mutants import pulling, with_nodes_replaced
from refactorer.against.points import Point, agree
from refactorer.execution.evaluation import Floats

NEAR = 1e-5
FEWEST, FEWEST_ENTRIES = 3, 4  # samples, and entries of each: fewer explain anything


class Split(NamedTuple):
    """A sum in our code: its two terms, its line, and our code with each term in its place."""

    terms: tuple[str, str]
    line: int
    trees: tuple[ast.Module, ast.Module]


class Share(NamedTuple):
    """At one point: how many times each term is in what was written, and what is added to all."""

    first: float
    second: float
    added: float


def splits(tree: ast.Module) -> Iterator[Split]:
    """Yield the sums of our code."""
    for node in pulling(tree):
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                second = ast.UnaryOp(ast.USub(), right) if isinstance(op, ast.Sub) else right
                terms = ast.unparse(left), ast.unparse(right)
                trees = (
                    with_nodes_replaced(tree, node, left),
                    with_nodes_replaced(tree, node, second),
                )
                yield Split(terms, node.lineno, trees)


def share(point: Point, first: Floats, second: Floats) -> Share | None:
    """Return how much of two terms is in what was written; None if that is not all there is."""
    if not first.shape == second.shape == point.got.shape or point.got.size < FEWEST_ENTRIES:
        return None
    rows = np.stack([np.ravel(first), np.ravel(second), np.ones(first.size)], axis=1)
    if not np.isfinite(rows).all() or not agree(first + second, point.want):
        return None
    found, _, rank, _ = np.linalg.lstsq(rows, np.ravel(point.got), rcond=None)
    if rank < 3 or not agree(point.got, (rows @ found).reshape(point.got.shape)):
        return None
    return Share(*map(float, found))


def in_words(terms: tuple[str, str], points: Sequence[Point], shares: Sequence[Share]) -> str:
    """Return what is wrong about each of two terms, and about what is added; empty if unclear."""
    if len(shares) < FEWEST:
        return ""
    said = [
        of_term(term, points, np.array([found[place] for found in shares]))
        for place, term in enumerate(terms)
    ]
    largest = max(float(np.abs(point.got).max()) for point in points)
    if any(abs(found.added) > NEAR * largest for found in shares):
        said.append("the same number is added to all entries")
    return "; ".join(filter(None, said))


def of_term(term: str, points: Sequence[Point], counts: Floats) -> str:
    """Return the cause if a term occurs so many times at some points."""
    if np.allclose(counts, 1, rtol=0, atol=NEAR):
        return ""
    if np.allclose(counts, 0, rtol=0, atol=NEAR):
        return f"the term `{term}` is missing"
    if np.allclose(counts, counts[0], rtol=NEAR):
        return f"the term `{term}` is there {counts[0]:.6g} times"
    scalars = [as_number(point) for point in points]
    found = product_of_columns(counts, columns(scalars))
    if found is None:
        return f"the term `{term}` has another factor"
    cause = right_times_product(found).replace("the gradient", "itself").removeprefix("it ")
    return f"the term `{term}` {cause}"


def as_number(point: Point) -> Point:
    """Return a point of one number, with what is one number in its scope."""
    numbers = {name: value for name, value in point.scope.items() if not value.shape}
    return replace(point, scope=numbers, want=np.zeros(()))
