"""Indices: their parts, how they are spelled, and which elements they take."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import UnknownShape, code, is_call_of, parse, quote, shape_of
from refactorer.syntax.suites import Statement

ONCE = ("np.arange", "np.argsort", "np.argpartition", "range")  # they name each place once
WHOLE = "slice(None)"


def sliced(index: ast.expr) -> ast.expr:
    """Return an index with `a:b` in place of `slice(a, b, None)`."""
    match index:
        case ast.Tuple(elts=parts):
            return ast.Tuple([sliced(part) for part in parts], ast.Load())
        case ast.Call(func=ast.Name(id="slice"), args=[lower, upper, step]):
            return ast.Slice(
                *(None if ast.unparse(p) == "None" else p for p in (lower, upper, step))
            )
    return index


def index_parts(index: cst.BaseExpression) -> list[ast.expr]:
    """Return the parts of an index, one for each comma."""
    parts = sliced(ast.parse(code(index), mode="eval").body)
    return parts.elts if isinstance(parts, ast.Tuple) else [parts]


def item(array: cst.BaseExpression | str, index: cst.BaseExpression) -> cst.BaseExpression:
    """Return `array[index]`."""
    place = sliced(ast.parse(code(index), mode="eval").body)
    return quote(f"{{array}}[{between_brackets(place)}]", array=array)


def between_brackets(index: ast.expr) -> str:
    """Return the text of an index, as it stands between brackets."""
    return ast.unparse(ast.Subscript(ast.Name("_"), index))[2:-1]


def argument(index: cst.BaseExpression) -> str:
    """Return the text of an index as an argument; whole axes at its end need not be said."""
    parts = [*map(outside_brackets, index_parts(index))]
    while len(parts) > 1 and parts[-1] == WHOLE and "..." not in parts:
        parts.pop()
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def outside_brackets(part: ast.expr) -> str:
    """Return the text of a part of an index outside of brackets."""
    match part:
        case ast.Slice(None, end, None):
            return f"slice({ast.unparse(end) if end else None})"
        case ast.Slice(start, end, step):
            given = [start, end, step] if step else [start, end]
            return f"slice({', '.join(ast.unparse(p) if p else 'None' for p in given)})"
    return ast.unparse(part)


@dataclass(frozen=True)
class Reads:
    """Which elements indices read, where `forward` sets the names in them, of these shapes."""

    forward: Sequence[Statement]
    shapes: Mapping[str, Array]

    def apart(self, one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
        """Tell whether two indices take no item both: on one axis, they take different ones."""
        for mine, theirs in zip(index_parts(one), index_parts(other), strict=False):
            pair = [part for part in (mine, theirs) if not isinstance(part, ast.Slice)]
            numbers = [*map(ast.unparse, pair)]
            if not all(map(str.isdecimal, numbers)):
                return False  # such as a mask, which may take several axes
            if len(set(numbers)) > 1 or self.ends(mine, theirs) or self.ends(theirs, mine):
                return True
        return False

    def ends(self, one: ast.expr, other: ast.expr) -> bool:
        """Tell whether a slice ends where another one begins, or before: `:n` before `2 * n:`."""
        match one, other:
            case ast.Slice(upper=ast.expr() as end, step=None), ast.Slice(
                lower=ast.expr() as start, step=None
            ):
                (k, length), (m, same) = self.multiple(end), self.multiple(start)
                return length == same and (k == m or 0 <= k < m)
        return False

    def multiple(self, end: ast.expr) -> tuple[int, str]:
        """Return a bound of a slice as a number times a length."""
        match end:
            case ast.Constant(int(value)):
                return value, ""
            case ast.BinOp(ast.Constant(int(value)), ast.Mult(), length):
                k, same = self.multiple(length)
                return value * k, same
            case ast.Name():
                for found in self.bound_to(end):
                    return self.multiple(ast.parse(code(found), mode="eval").body)
        return 1, ast.unparse(end)

    def once(self, index: cst.BaseExpression) -> bool:
        """Tell whether an index reads no element twice: a mask, or one that counts or orders."""
        arrays = [part for part in index_parts(index) if self.is_array(part)]
        if all(isinstance(a, ast.Name) and self.shapes[a.id].dtype == "bool" for a in arrays):
            return True
        return any(map(self.counts, arrays)) and all(map(self.is_vector, arrays))

    def counts(self, part: ast.expr) -> bool:
        """Tell whether a part of an index holds each place once."""
        match part:
            case ast.Name():
                return any(is_call_of(value, *ONCE) for value in self.bound_to(part))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant()):
                return self.counts(left)
        return is_call_of(parse(ast.unparse(part)), *ONCE)

    def bound_to(self, part: ast.expr) -> list[cst.BaseExpression]:
        """Return what the forward part sets a name to."""
        name = ast.unparse(part)
        return [value_of(s) for s in self.forward if bound(s) == name]

    def is_vector(self, part: ast.expr) -> bool:
        """Tell whether a part of an index surely has one axis."""
        if any(is_call_of(value, "range") for value in self.bound_to(part)):
            return True
        try:
            return len(shape_of(ast.unparse(part), self.shapes)) == 1
        except UnknownShape:
            return False

    def is_array(self, part: ast.expr) -> bool:
        """Tell whether a part of an index may hold several places."""
        match part:
            case ast.Slice() | ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
                return False
            case ast.Name(id=name):
                return bool(self.shapes[name].shape) or self.shapes[name].dtype == "object"
        return True
