"""Ranks by the matrix products of a function, beside the names of its arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from refactorer.arguments.hints import conventions, evidence, targets

BATCH = re.compile(r"[xhz]\d*")  # names of what a layer is given: a row for each case
Operands = tuple[ast.expr, ast.expr]


def ranks(names: Collection[str], source: str) -> Mapping[str, int | None]:
    """Return the ranks that names say, and the uses of those that are no matrices by name.

    What is reduced along the last axis has another one, whatever its name. A layer is given a row
    for each case, unless it goes through the rows.
    """
    tree = ast.parse(source)
    said = dict(conventions.ranks(names))
    reduced = frozenset().union(*evidence.names_reduced(source, "-1"))
    several = evidence.computed_by_entry(tree, reduced)
    said |= {name: 2 for name in several & said.keys() if said[name] != 0}
    pairs = [*products(tree)]
    rows = {name for pair in pairs for name in map(row_of, pair)} - {""}
    wide = {name for name in said if said[name] == 2}
    batches = {name for pair in pairs for name in batch(pair, wide)} if not rows else set()
    right = {node.id for _, node in pairs if isinstance(node, ast.Name)}
    said |= dict.fromkeys((rows | (batches - right)) & said.keys(), 2)
    weights = {name for pair in pairs for name in weight(pair)}
    return targets.ranks_by_targets(tree, said | dict.fromkeys(weights & said.keys(), 0))


def products(tree: ast.AST) -> Iterator[Operands]:
    """Yield the operands of matrix products."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(left, ast.MatMult(), right):
                yield left, right
            case ast.Call(ast.Attribute(ast.Name("np" | "numpy"), "dot" | "matmul"), [left, right]):
                yield left, right
            case ast.Call(ast.Attribute(left, "dot"), [right]):
                yield left, right


def row_of(operand: ast.expr) -> str:
    """Return the name of the array of which an operand is one row; "" for other operands."""
    match operand:
        case ast.Subscript(ast.Name(name), ast.Name()):
            return name
    return ""


def batch(pair: Operands, wide: Collection[str]) -> Iterator[str]:
    """Yield what a layer is given, in `x @ W`: one vector would stand on the right of a matrix."""
    match pair:
        case ast.Name(name), ast.Name(matrix) | ast.Attribute(ast.Name(matrix), "T"):
            if matrix in wide and BATCH.fullmatch(name):
                yield name


def weight(pair: Operands) -> Iterator[str]:
    """Yield the numbers that weigh a quadratic form, as in `gamma * w @ S @ w`."""
    match pair:
        case ast.BinOp(ast.BinOp(weights, ast.Mult(), ast.Name(left)), ast.MatMult(), _), ast.Name(
            right
        ) if left == right:
            yield from (node.id for node in ast.walk(weights) if isinstance(node, ast.Name))
