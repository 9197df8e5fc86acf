"""Arguments whose ranks follow from their neighbours: targets, masks, weights of a kernel."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refactorer.arguments.hints.evidence import has_new
from refactorer.arguments.hints.expression_ranks import ExpressionRanks, Said

MASK = re.compile(r"(?:\w+_)?mask|observed|visible")
PRODUCTS = ("einsum", "dot", "matmul", "tensordot")
MATRIX = 2


def ranks_by_targets(tree: ast.AST, said: Said) -> Said:
    """Return the ranks of arguments with those that follow from the text.

    What is subtracted from a product is its target, and has its rank; so has the mask of an array.
    """
    found = dict(said)
    for rule in (of_sums, of_targets, of_masks):
        for name, rank in rule(tree, ExpressionRanks.read(tree, {**found})):
            if found.get(name, 0) != 0 and max(MATRIX, (found[name] or 0) + 1) <= rank:
                found[name] = rank
    return found | dict.fromkeys(beside_identity(tree) & lower(found), 0)


def of_sums(tree: ast.AST, ranks: ExpressionRanks) -> Iterator[tuple[str, int]]:
    """Yield what is added up and then reduced along the second axis, where all are alike."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=[value, *_], keywords=[ast.keyword("axis", ast.Constant(1)), *_]):
                names = [term.id for term in summands(value) if isinstance(term, ast.Name)]
                alike = len(names) == len(summands(value)) > 1 and {*names} <= ranks.said.keys()
                if alike and not any(ranks.said[name] == MATRIX for name in names):
                    yield from ((name, MATRIX) for name in names)


def summands(node: ast.expr) -> list[ast.expr]:
    """Return the terms of a sum, or of a difference, that may be squared."""
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            return [*summands(left), *summands(right)]
        case ast.BinOp(base, ast.Pow(), ast.Constant(2)):
            return summands(base)
    return [node]


def of_targets(tree: ast.AST, ranks: ExpressionRanks) -> Iterator[tuple[str, int]]:
    """Yield what is subtracted from a prediction, or whose rows are, and its rank."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(left, ast.Sub(), right):
                for own, other in ((left, right), (right, left)):
                    rank = ranks.of(other)
                    if rank is not None and predicts(other, own, ranks):
                        yield from target(own, rank, ranks)


def target(own: ast.expr, rank: int, ranks: ExpressionRanks) -> Iterator[tuple[str, int]]:
    """Yield the argument that an operand is, or is a row of, if its row has a rank."""
    match own:
        case ast.Name(name):
            yield name, rank
        case ast.Subscript(ast.Name(name), ast.Name(counter)) if counter in ranks.counters:
            yield name, rank + 1


def predicts(node: ast.expr, own: ast.expr, ranks: ExpressionRanks) -> bool:
    """Tell whether an expression is computed with a product of arrays.

    Beside a word that says no rank, as `targets`, it may also be with new axes.
    """
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    values = [ranks.values[name] for name in names if name in ranks.values]
    parts = [part for value in (node, *values) for part in ast.walk(value)]
    word = isinstance(own, ast.Name) and ranks.said.get(own.id, 0) is None
    return any(map(is_product, parts)) or (word and any(map(puts_axes, parts)))


def is_product(node: ast.AST) -> bool:
    """Tell whether a node is a product of arrays."""
    match node:
        case ast.BinOp(op=ast.MatMult()):
            return True
        case ast.Call(ast.Attribute(attr=name)):
            return name in PRODUCTS
    return False


def puts_axes(node: ast.AST) -> bool:
    """Tell whether a node puts new axes into an array."""
    return isinstance(node, ast.Subscript) and has_new(node.slice)


def of_masks(tree: ast.AST, ranks: ExpressionRanks) -> Iterator[tuple[str, int]]:
    """Yield the masks that multiply or choose from arrays, and the ranks of these."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(ast.Name(name), ast.Mult(), other):
                rank = ranks.of(other)
            case ast.BinOp(other, ast.Mult(), ast.Name(name)):
                rank = ranks.of(other)
            case ast.Call(ast.Attribute(attr="where"), [ast.Name(name), other, _]):
                rank = ranks.of(other)
            case _:
                continue
        if MASK.fullmatch(name) and rank is not None:
            yield name, rank


def beside_identity(tree: ast.AST) -> frozenset[str]:
    """Return the names of what weighs the terms of a sum of which one is an identity matrix."""
    sums = [n for n in ast.walk(tree) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Add)]
    terms = [[n.left, n.right] for n in sums]
    beside = [term for pair in terms if any(map(is_identity, pair)) for term in pair]
    return frozenset(name for term in beside for name in weights(term))


def is_identity(node: ast.expr) -> bool:
    """Tell whether a term is the identity matrix, or a multiple of it."""
    calls = [n.func for n in factors(node) if isinstance(n, ast.Call)]
    return any(isinstance(f, ast.Attribute) and f.attr in ("eye", "identity") for f in calls)


def weights(term: ast.expr) -> Iterator[str]:
    """Yield the names that are factors of a product, themselves or as powers."""
    for factor in factors(term) if isinstance(term, ast.BinOp) else ():
        match factor:
            case ast.Name(name) | ast.BinOp(ast.Name(name), ast.Pow()):
                yield name


def factors(node: ast.expr) -> list[ast.expr]:
    """Return the factors of a product."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            return [*factors(left), *factors(right)]
    return [node]


def lower(said: Said) -> frozenset[str]:
    """Return the names of what need be no matrix."""
    return frozenset(name for name, rank in said.items() if (rank or 0) < MATRIX)
