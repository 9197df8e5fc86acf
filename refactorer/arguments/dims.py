"""Sizes as texts, such as n, 3 and 4*o, and the numbers that they are evaluated at."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping

from refactorer.errors import Usage

Dims = tuple[str, ...]

PRIMES = tuple(p for p in range(2, 200) if all(p % q for q in range(2, p)))
NAMES = ("n", "d", "m", "k", "p", "q", "h", "l", "s", "t", "u", "v", "w")
OPERATORS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Mult: operator.mul,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
}


def parsed(text: str) -> ast.expr:
    """Return the syntax tree of a size; Usage if it is none."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        tree = None
    if tree is None or not is_size(tree):
        raise Usage(
            f"'{text}' is no size", "A size is a name, a number, a product such as 4*o, or a sum"
        )
    return tree


def is_size(tree: ast.expr) -> bool:
    """Tell whether a tree is made of names, positive integers, products, sums and differences."""
    match tree:
        case ast.Name():
            return True
        case ast.Constant(value=int(value)):
            return value > 0 and value is not True
        case ast.BinOp(left=left, op=op, right=right):
            return type(op) in OPERATORS and is_size(left) and is_size(right)
    return False


def evaluate(tree: ast.expr, sizes: Mapping[str, int]) -> int:
    """Return the number that a size is."""
    match tree:
        case ast.Name(id=name):
            return sizes[name]
        case ast.Constant(value=int(value)):
            return value
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](evaluate(left, sizes), evaluate(right, sizes))
    raise AssertionError(ast.dump(tree))


def shape(dims: Dims, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return the shape that dims are at these sizes."""
    return tuple(sizes[dim] if dim in sizes else evaluate(parsed(dim), sizes) for dim in dims)


def names(dims: Iterable[str]) -> Dims:
    """Return the names in dims, each once, in order."""
    return tuple(dict.fromkeys(name for dim in dims for name in names_in(dim)))


def names_in(dim: str) -> list[str]:
    """Return the names in one size; Usage if it is none."""
    if dim.isidentifier():
        return [dim]
    return [node.id for node in ast.walk(parsed(dim)) if isinstance(node, ast.Name)]


def numbers(dims: Iterable[str]) -> frozenset[int]:
    """Return the integers that are written in dims."""
    nodes = (node for dim in dims if not dim.isidentifier() for node in ast.walk(parsed(dim)))
    values = (node.value for node in nodes if isinstance(node, ast.Constant))
    return frozenset(value for value in values if isinstance(value, int))


def primes(dims: Iterable[str], start: int = 3) -> dict[str, int]:
    """Return distinct primes from `start` for the names in dims, none of them written there.

    2 is left out: it is one less than 3, and X[1:] would look as if it had another named size.
    """
    dims = tuple(dims)
    written = numbers(dims)
    free = (p for p in PRIMES if p >= start and p not in written)
    return dict(zip(names(dims), free, strict=False))


def reverse(sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the same numbers, the last name's first."""
    return dict(zip(sizes, reversed(list(sizes.values())), strict=True))
