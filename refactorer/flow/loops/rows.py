"""Parts of a cotangent that belong to one turn each: they are set, not added to."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeGuard

import libcst as cst

from refactorer.flow.loops.turns import Turns, in_other_order
from refactorer.flow.names import expression, loaded, parsed
from refactorer.flow.weaving.assembly import is_zeros
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line


def with_rows_set(turns: Turns) -> Turns:
    """Return the reverse of a loop that sets what each turn adds to zeros at a place of its own."""
    zeros = {bound(s) for s in turns.first if bound(s) and is_zeros(value_of(s))}
    own = frozenset(name for name, text in turns.heads if is_range(text)) | spans(turns.body)
    nodes = [n for s in (*turns.first, *turns.body) for n in ast.walk(parsed(s))]
    named = Counter(n.id for n in nodes if isinstance(n, ast.Name))
    alone = frozenset(name for name in zeros if name and named[name] == 2)
    return replace(turns, body=tuple(put(turns.body, alone, own)))


def spans(body: Sequence[Statement]) -> frozenset[str]:
    """Return the index of the part that a turn goes on by, as text: of start : start + length."""
    match [*map(parsed, body)]:
        case [*before, ast.Module([ast.AugAssign(ast.Name(start), ast.Add(), step)])]:
            set_here = {n.id for s in before for n in ast.walk(s) if is_set(n)}
            if set_here.isdisjoint({start, *loaded(step)}):
                return frozenset({f"{start}:{start} + {ast.unparse(step)}"})
    return frozenset()


def is_set(node: ast.AST) -> TypeGuard[ast.Name]:
    """Tell whether a node is a name that gets a value."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def is_range(text: str) -> bool:
    """Tell whether numbers are run over, each of them once, in either order."""
    return any(one.startswith("range(") for one in (text, in_other_order(text)))


def put(body: Sequence[Statement], alone: Collection[str], own: Collection[str]) -> list[Statement]:
    """Return statements in which parts are set."""
    return [as_put(s, alone, own) if isinstance(s, cst.SimpleStatementLine) else s for s in body]


def as_put(
    statement: cst.SimpleStatementLine, alone: Collection[str], own: Collection[str]
) -> Statement:
    """Return `array[number] = value` for a statement that adds the value there."""
    match statement.body:
        case [
            cst.AugAssign(
                target=cst.Subscript(value=cst.Name(name)) as place,
                operator=cst.AddAssign() | cst.SubtractAssign() as operator,
                value=value,
            )
        ] if name in alone and is_own(code(place), own):
            text = code(value)
            if isinstance(operator, cst.SubtractAssign):
                loose = isinstance(value, cst.BinaryOperation) and isinstance(
                    value.operator, cst.Add | cst.Subtract
                )
                text = f"-({text})" if loose else f"-{text}"
            return line(f"{code(place)} = {text}")
    return statement


def is_own(place: str, own: Collection[str]) -> bool:
    """Tell whether a part of an array is found by what no two turns share."""
    node = expression(place)
    assert isinstance(node, ast.Subscript)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return any(ast.unparse(part) in own for part in parts)
