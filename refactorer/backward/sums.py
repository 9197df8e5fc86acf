"""Sums in a backward part: their other terms, and a line of their own for one in an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.syntax.dataflow import assignment, bound, value_of, with_value, writes
from refactorer.syntax.expressions import code, names_read, operands, parse
from refactorer.syntax.renaming import fresh
from refactorer.syntax.suites import Statement


def with_sum(adjoint: Adjoint, name: str) -> Adjoint:
    """Return the adjoint with a line of its own for the sum, within an expression, with a name."""
    body = [*adjoint.backward.body]
    zeros = next(s for s in body if bound(s) == name)
    reader = next((s for s in body if bound(s) and name in names_read(value_of(s))), zeros)
    whole = tree_of(reader)
    parts = [n for n in ast.walk(whole) if isinstance(n, ast.BinOp)]
    sums = [n for n in parts if name in {ast.unparse(term) for term, _ in terms(n, True)}]
    if not sums or sums[0] is whole:
        return adjoint
    value = code(like(zeros))
    own = fresh(f"b{value}", {*adjoint.shapes, *(n for s in body for n in writes(s))})
    rest = ast.unparse(InPlaceOf(sums[0], own).visit(whole))
    place = body.index(reader)
    lines = [assignment(own, parse(ast.unparse(sums[0]))), with_value(reader, parse(rest))]
    return replace(
        adjoint,
        backward=cst.Module([*body[:place], *lines, *body[place + 1 :]]),
        cotangents={**adjoint.cotangents, own: value},
        shapes={**adjoint.shapes, own: adjoint.shapes[name]},
    )


class InPlaceOf(ast.NodeTransformer):
    """Puts a name in the place of a part of an expression."""

    def __init__(self, part: ast.expr, name: str) -> None:
        self.part, self.name = part, name

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a node with the name in place of the part."""
        found: ast.AST = super().visit(node)
        return ast.Name(self.name, ast.Load()) if node is self.part else found


def tree_of(statement: Statement) -> ast.expr:
    """Return the value of a statement `name = value` as a tree."""
    return ast.parse(code(value_of(statement)).strip(), mode="eval").body


def like(zeros: Statement) -> cst.BaseExpression:
    """Return the array that zeros are like."""
    return operands(cst.ensure_type(value_of(zeros), cst.Call))[0]


def rest_of(statement: Statement, name: str) -> tuple[str, bool]:
    """Return the other terms of the sum that a statement binds, and whether the name is added.

    "" where it binds no such sum.
    """
    if bound(statement) is None:
        return "", True
    found = [*terms(tree_of(statement), True)]
    signs = [sign for term, sign in found if ast.unparse(term) == name]
    others = [(term, sign) for term, sign in found if ast.unparse(term) != name]
    if len(signs) != 1 or not others or any(name in names_read(ast.unparse(t)) for t, _ in others):
        return "", True
    return sum_text(sorted(others, key=lambda term: not term[1])), signs[0]


def terms(value: ast.expr, sign: bool) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the terms of a sum, and whether each is added."""
    match value:
        case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right):
            yield from terms(left, sign)
            yield from terms(right, sign == isinstance(operator, ast.Add))
        case _:
            yield value, sign


def sum_text(parts: Sequence[tuple[ast.expr, bool]]) -> str:
    """Return the text of a sum."""
    (first, sign), *others = parts
    total = first if sign else ast.UnaryOp(ast.USub(), first)
    for term, added in others:
        total = ast.BinOp(total, ast.Add() if added else ast.Sub(), term)
    return ast.unparse(total)
