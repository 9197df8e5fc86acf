"""The ranks of expressions, as far as the ranks of arguments and the text tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

REDUCTIONS = ("sum", "mean", "max", "min", "prod", "std", "var", "logsumexp")
SQUARE = ("eye", "identity", "outer")
ALIKE = ("copy", "inv", "softmax", "zeros_like", "ones_like")
Said = Mapping[str, int | None]


@dataclass(frozen=True)
class ExpressionRanks:
    """The ranks of arguments, and the first values of other names.

    `of_names` has the ranks of both; None where one is not known.
    """

    said: Said
    values: Mapping[str, ast.expr]
    counters: frozenset[str]
    of_names: Mapping[str, int | None]

    @classmethod
    def read(cls, tree: ast.AST, said: Said) -> ExpressionRanks:
        """Return what the text of a function tells beside the ranks of its arguments.

        An argument of which none is said is a vector. Names are gone through in the order of the
        text, each once, so that a long chain of them takes no time and no depth.
        """
        nodes = [*ast.walk(tree)]
        pairs = (pair for node in nodes for pair in bindings(node))
        first: dict[str, ast.expr] = {}
        for name, value in sorted(pairs, key=lambda pair: (pair[1].lineno, pair[1].col_offset)):
            first.setdefault(name, value)
        loops = [node.target for node in nodes if isinstance(node, ast.For | ast.comprehension)]
        counters = frozenset(name for target in loops for name in names_bound(target))
        known: dict[str, int | None] = {n: 1 if rank is None else rank for n, rank in said.items()}
        found = cls(said, first, counters, known)
        for name, value in first.items():
            if name not in known:
                known[name] = found.of(value)
        return found

    def of(self, node: ast.expr) -> int | None:
        """Return the rank of an expression; None where it is not known."""
        match node:
            case ast.Name(name):
                return self.of_names.get(name)
            case ast.Constant() | ast.Call(ast.Name("len" | "float")):
                return 0
            case ast.Attribute(attr="shape"):
                return 1
            case ast.Attribute(value, "T") | ast.UnaryOp(operand=value):
                return self.of(value)
            case ast.BinOp(left, ast.MatMult(), right):
                return rank_of_product(self.of(left), self.of(right))
            case ast.BinOp(left, _, right):
                return widest([self.of(left), self.of(right)])
            case ast.Subscript(value, index):
                return self.of_item(self.of(value), index)
            case ast.Call(ast.Attribute(owner, name), args, options):
                return self.of_call(name, [*owners(owner), *args], options)
        return None

    def of_item(self, rank: int | None, index: ast.expr) -> int | None:
        """Return the rank of what an index takes of an array."""
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        moves = [self.move(part) for part in parts]
        return None if rank is None or None in moves else rank + sum(filter(None, moves))

    def move(self, part: ast.expr) -> int | None:
        """Return how many axes a part of an index adds; None where it is not known."""
        match part:
            case ast.Slice():
                return 0
            case ast.Constant(None):
                return 1
            case ast.Constant(int()) | ast.UnaryOp(operand=ast.Constant(int())):
                return -1
        counts = isinstance(part, ast.Name) and part.id in self.counters
        return -1 if counts else None

    def of_call(
        self, name: str, args: Sequence[ast.expr], options: Sequence[ast.keyword]
    ) -> int | None:
        """Return the rank of what a function of arrays returns."""
        said = {option.arg: option.value for option in options}
        match name, args:
            case "einsum", [ast.Constant(str(text)), *_] if "->" in text and "." not in text:
                return len(text.replace(" ", "").partition("->")[2])
            case "dot" | "matmul", [left, right]:
                return rank_of_product(self.of(left), self.of(right))
            case "where", [_, *values]:
                return widest([self.of(value) for value in values])
            case _, [value, *_] if name in REDUCTIONS:
                return rank_of_reduced(self.of(value), said.get("axis"), "keepdims" in said)
            case _, [value] if name in ALIKE or isinstance(getattr(np, name, None), np.ufunc):
                return self.of(value)
        return 2 if name in SQUARE else None


def bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that an assignment binds, and the value of each."""
    match node:
        case ast.Assign([ast.Name(name)], value):
            yield name, value
        case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
            for target, value in zip(targets, values, strict=False):
                yield from bindings(ast.Assign([target], value))


def names_bound(target: ast.expr) -> list[str]:
    """Return the names in what a loop binds."""
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def owners(owner: ast.expr) -> list[ast.expr]:
    """Return the array whose method is called; nothing for a function of a module."""
    modules = (
        "np",
        "numpy",
        "xp",
        "np.linalg",
        "numpy.linalg",
        "xp.linalg",
        "special",
        "scipy.special",
    )
    return [] if ast.unparse(owner) in modules else [owner]


def rank_of_product(left: int | None, right: int | None) -> int | None:
    """Return the rank of a matrix product."""
    if left is None or right is None or 0 in (left, right):
        return None
    return left + right - 2 if 1 in (left, right) else max(left, right)


def widest(ranks: Sequence[int | None]) -> int | None:
    """Return the rank of what is computed entry by entry."""
    known = [rank for rank in ranks if rank is not None]
    return max(known) if len(known) == len(ranks) else None


def rank_of_reduced(rank: int | None, axis: ast.expr | None, keepdims: bool) -> int | None:
    """Return the rank of what is reduced along an axis, or along all."""
    if keepdims or rank is None:
        return rank
    count = len(axis.elts) if isinstance(axis, ast.Tuple) else 1
    return rank - count if axis else 0
