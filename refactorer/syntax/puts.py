"""Assignments into parts of arrays, called puts: `a[i] = v`, `a[i] += v`, `a.fill(v)`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import libcst as cst

from refactorer.syntax.dataflow import mutates, reads, writes
from refactorer.syntax.expressions import code, without_sign
from refactorer.syntax.indices import between_brackets
from refactorer.syntax.suites import Statement


class How(Enum):
    """How a value is put: in place of what is there, added to it, or added for each repetition."""

    SET = "{0}[{1}] = {2}"
    ADDED = "{0}[{1}] += {2}"
    ADDED_AT = "np.add.at({0}, {1}, {2})"


@dataclass(frozen=True)
class Put:
    """A value that a statement puts into a part of an array."""

    array: str
    index: str
    value: str
    how: How

    @property
    def statement(self) -> Statement:
        """The statement; a negative value is subtracted."""
        positive = without_sign(self.value) if self.how is How.ADDED else ""
        text = f"{self.array}[{self.index}] -= {positive}" if positive else self.text
        return cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)

    @property
    def text(self) -> str:
        """The statement as it is said."""
        return self.how.value.format(self.array, self.index, self.value)

    def negated(self) -> Put:
        """The same with the negative of the value."""
        return replace(self, value=negative(self.value))


def negative(value: str) -> str:
    """Return the negative of a value."""
    return without_sign(value) or ast.unparse(
        ast.UnaryOp(ast.USub(), ast.parse(value, mode="eval").body)
    )


def put(statement: Statement) -> Put | None:
    """Return what a statement puts where, None where it does not."""
    match ast.parse(code(statement).strip()).body:
        case [ast.Assign([ast.Subscript(ast.Name(array)) as place], value)]:
            return Put(array, between_brackets(place.slice), ast.unparse(value), How.SET)
        case [ast.AugAssign(ast.Subscript(ast.Name(array)) as place, ast.Add(), value)]:
            return Put(array, between_brackets(place.slice), ast.unparse(value), How.ADDED)
        case [ast.AugAssign(ast.Subscript(ast.Name(array)) as place, ast.Sub(), value)]:
            return Put(
                array, between_brackets(place.slice), negative(ast.unparse(value)), How.ADDED
            )
        case [ast.Expr(ast.Call(args=[ast.Name(array), index, value], keywords=[]) as call)]:
            function, where, what = map(ast.unparse, (call.func, index, value))
            return Put(array, where, what, How.ADDED_AT) if function == "np.add.at" else None
    return None


def may_wait(puts: Sequence[Statement], body: Sequence[Statement], place: int) -> bool:
    """Tell whether puts may stand together at a later place of the body.

    Nothing in between may change what they read, nor read the arrays that they change.
    """
    return all(
        is_same_later(s, [other for other in body[body.index(s) : place] if other not in puts])
        for s in puts
    )


def is_same_later(statement: Statement, between: Sequence[Statement]) -> bool:
    """Tell whether a statement does the same behind others."""
    read, changed = reads(statement).keys(), mutates(statement)
    return not any(writes(s) & read or changed & reads(s).keys() for s in between)


@dataclass(frozen=True)
class PutByCall:
    """A call that does what `array[index] = value` does, or what `+=` does if it `adds`."""

    array: str
    index: str
    value: ast.expr
    adds: bool = False


def put_by_call(node: ast.AST) -> PutByCall | None:
    """Return what a call puts where; None where it is no such call.

    What `np.add.at` adds has the cotangent that `+=` gives it, however often an index is repeated.
    """
    match node:
        case ast.Call(
            func=ast.Attribute(ast.Attribute(attr="add"), "at"),
            args=[ast.Name(array), index, value],
            keywords=[],
        ):
            return PutByCall(array, between_brackets(index), value, adds=True)
        case ast.Call(
            func=ast.Attribute(numpy, "fill_diagonal"), args=[ast.Name(array), value], keywords=[]
        ):
            return PutByCall(array, f"{ast.unparse(numpy)}.diag_indices_from({array})", value)
        case (
            ast.Call(
                func=ast.Attribute(ast.Name("np" | "numpy"), "copyto"),
                args=[ast.Name(array), value],
                keywords=[],
            )
            | ast.Call(func=ast.Attribute(ast.Name(array), "fill"), args=[value], keywords=[])
        ):
            return PutByCall(array, "...", value)
    return None
