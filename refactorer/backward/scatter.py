"""Additions at an index, written as what NumPy does to an array of zeros."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeGuard

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.shapes import Array
from refactorer.syntax.dataflow import assignment, bound, value_of
from refactorer.syntax.expressions import code, is_call_of, operands, quote
from refactorer.syntax.indices import Reads, argument, index_parts, item
from refactorer.syntax.renaming import fresh
from refactorer.syntax.suites import Statement


class Scatter:
    """Writes the additions at an index of a block."""

    def __init__(self, adjoint: Adjoint) -> None:
        self.adjoint = adjoint
        self.shapes = dict(adjoint.shapes)
        self.reads = Reads(adjoint.forward.body, self.shapes)
        self.filled: dict[str, list[cst.BaseExpression]] = {}
        self.owners = owners(adjoint.backward.body)
        self.turned = {n for n, by in self.owners.items() if self.is_turned(n, by)}

    def run(self) -> list[Statement]:
        return [put for s in self.adjoint.backward.body for put in self.rewritten(s)]

    def rewritten(self, statement: Statement) -> Iterator[Statement]:
        name = bound(statement)
        value = value_of(statement) if name else statement
        if name is not None and is_add_at(value) and not isinstance(operands(value)[0], cst.Name):
            yield from self.filled_anew(statement, name, value)
        elif name is None or name not in self.adjoint.cotangents:
            yield statement
        elif name in self.turned:
            if is_add_at(value):
                _, index, g = operands(value)
                yield assignment(name, item(g, index), statement)
        elif name in self.owners and is_call_of(value, "tangent.init_grad"):
            yield assignment(name, zeros(operands(value)[0]), statement)
        elif is_add_at(value):
            yield from self.added(statement, name, *operands(value)[1:])
        else:
            yield statement

    def is_turned(self, name: str, additions: Sequence[cst.Call]) -> bool:
        """Tell whether a cotangent is one of the same shape, with whole axes turned or as is."""
        match [operands(call) for call in additions]:
            case [[_, index, cst.Name(g)]] if name in self.adjoint.cotangents:
                whole, own = (self.shapes.get(n) for n in (self.adjoint.cotangents[name], g))
                alike = whole is not None and own is not None and whole.shape == own.shape
                return alike and {":", "::-1"}.issuperset(map(ast.unparse, index_parts(index)))
        return False

    def filled_anew(self, statement: Statement, name: str, value: cst.Call) -> Iterator[Statement]:
        """Yield the statements for an array that is made in the same expression."""
        array, index, g = operands(value)
        if is_add_at(array):
            yield from self.filled_anew(statement, name, array)
        else:
            yield assignment(name, array, statement)
        yield self.written(name, index, g)

    def added(
        self, statement: Statement, name: str, index: cst.BaseExpression, g: cst.BaseExpression
    ) -> Iterator[Statement]:
        """Yield the statements that add a cotangent at an index of another one."""
        if name in self.owners:
            yield self.written(name, index, g).with_changes(leading_lines=statement.leading_lines)
            return
        own, primal = fresh(f"_{name}", self.shapes), self.adjoint.cotangents[name]
        self.shapes[own] = Array(self.shapes[primal].shape, "float64")
        yield assignment(own, zeros(cst.Name(primal)), statement)
        yield self.written(own, index, g)
        yield assignment(name, quote("tangent.add_grad({a}, {b})", a=name, b=own))

    def written(
        self, array: str, index: cst.BaseExpression, g: cst.BaseExpression
    ) -> cst.SimpleStatementLine:
        """Return the statement that adds at an index of an array, or overwrites its zeros."""
        before = self.filled.setdefault(array, [])
        is_zero = all(self.reads.apart(index, other) for other in before)
        before.append(index)
        if not self.reads.once(index):
            return line(f"np.add.at({array}, {argument(index)}, {code(g)})")
        return line(f"{code(item(array, index))} {'=' if is_zero else '+='} {code(g)}")


def owners(statements: Sequence[Statement]) -> dict[str, list[cst.Call]]:
    """Return what is added at indices to the names that start as zeros and get nothing else."""
    values: dict[str, list[cst.BaseExpression]] = {}
    for statement in statements:
        if (name := bound(statement)) is not None:
            values.setdefault(name, []).append(value_of(statement))
    found: dict[str, list[cst.Call]] = {}
    for name, (first, *rest) in values.items():
        added = [value for value in rest if is_add_at(value)]
        if is_call_of(first, "tangent.init_grad") and rest and len(added) == len(rest):
            found[name] = added
    return found


def is_add_at(value: cst.CSTNode) -> TypeGuard[cst.Call]:
    return is_call_of(value, "tangent.add_grad_at_index")


def zeros(like: cst.BaseExpression) -> cst.BaseExpression:
    return quote("np.zeros_like({x})", x=like)


def line(text: str) -> cst.SimpleStatementLine:
    return cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
