"""Cotangents that are spread over an array stay as they were where what they meet is as large."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Sequence

import libcst as cst

from refactorer.flow.names import parsed
from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound, value_of, with_value
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, blockwise, lines

ArrayOf = Callable[[str], Array | None]


def unspread(
    statements: Sequence[Statement], returned: Collection[str], array_of: ArrayOf
) -> list[Statement]:
    """Return the lines of a callback without arrays filled with what may stay a number.

    It may where all that reads the array multiplies it with one of its shape and kind, or divides
    it by one: broadcasting gives the same product. What is `returned` stays an array.
    """
    nodes = [node for s in statements for node in ast.walk(parsed(s))]
    filled = {
        name: array
        for node in nodes
        if (name := filling(node)[0]) and name not in returned and (array := array_of(name))
    }
    free = {name for name, array in filled.items() if meets(name, array, nodes, array_of)}

    def of(block: Sequence[Statement]) -> list[Statement]:
        return [without_filling(s) if bound(s) in free else s for s in block]

    return [without_twin_ways(s) for s in blockwise(statements, of)] if free else [*statements]


def filling(node: ast.AST) -> tuple[str, str]:
    """Return the names of `name = np.full_like(array, value)`; "" for another statement."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(func=ast.Attribute(attr="full_like"), args=[like, _], keywords=[]),
        ):
            return name, ast.unparse(like)
    return "", ""


def meets(name: str, whole: Array, nodes: Sequence[ast.AST], array_of: ArrayOf) -> bool:
    """Tell whether a name is filled as large as it is, and read for products that are so too."""
    likes = [like for own, like in map(filling, nodes) if own == name]
    read = [n for n in nodes if isinstance(n, ast.Name) and n.id == name and is_read(n)]
    changed = [n for n in nodes if isinstance(n, ast.AugAssign) and is_of(n.target, name)]
    factors = [text for n in nodes if isinstance(n, ast.BinOp) and (text := other(n, name))]
    alike = all(array_of(text) == whole for text in (*likes, *factors))
    return alike and not changed and len(read) == len(factors)


def is_read(name: ast.Name) -> bool:
    """Tell whether a name is read where it stands."""
    return isinstance(name.ctx, ast.Load)


def is_of(target: ast.expr, name: str) -> bool:
    """Tell whether a target is a name, or a part of what it holds."""
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target))


def other(product: ast.BinOp, name: str) -> str:
    """Return what a name is multiplied with, or divided by; "" where it is not."""
    match product:
        case ast.BinOp(left, ast.Mult() | ast.Div(), factor) if is_name(left, name):
            return ast.unparse(factor)
        case ast.BinOp(factor, ast.Mult(), right) if is_name(right, name):
            return ast.unparse(factor)
    return ""


def is_name(node: ast.expr, name: str) -> bool:
    """Tell whether an operand is a name, or the negative of what it holds."""
    operand = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(operand, ast.Name) and operand.id == name


def without_filling(statement: Statement) -> Statement:
    """Return `name = value` where it was filled with the value."""
    match value_of(statement):
        case cst.Call(func=cst.Attribute(attr=cst.Name("full_like")), args=[_, value]):
            return with_value(statement, value.value)
    return statement


def without_twin_ways(statement: Statement) -> Statement:
    """Return an `if` without a last condition both of whose ways are the same."""
    if not isinstance(statement, cst.If) or not isinstance(statement.orelse, cst.If):
        return statement
    last = without_twin_ways(statement.orelse)
    assert isinstance(last, cst.If)
    rest = last.orelse
    if isinstance(rest, cst.Else) and body_of(last) == body_of(rest):
        return statement.with_changes(orelse=rest)
    return statement.with_changes(orelse=last)


def body_of(way: cst.If | cst.Else) -> list[str]:
    """Return the texts of the lines of a way."""
    return [code(line).strip() for line in lines(way.body)]
