"""Mistakes in one expression: for each, its description and the expression with the mistake."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

Make = Callable[[ast.expr], Iterator[tuple[str, ast.expr]]]
REDUCTIONS = {"sum": "mean", "mean": "sum"}
AXES = (0, 1, 2, None)


def with_factor_transposed(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a matrix product with one factor transposed that is not."""
    match node:
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            for place, factor in (("left", left), ("right", right)):
                if isinstance(factor, ast.Name):
                    other = ast.Attribute(factor, "T", ast.Load())
                    factors = {"left": left, "right": right} | {place: other}
                    words = f"`{factor.id}` and its transpose are taken for one another"
                    yield words, ast.BinOp(factors["left"], ast.MatMult(), factors["right"])


def resized(node: ast.expr, axis: int, other: int) -> ast.expr | None:
    """Return a mean, or the size of an axis, by the size of another axis; None if it is neither."""
    match node:
        case ast.Subscript(ast.Attribute(_, "shape") as shape, ast.Constant(value)):
            return ast.Subscript(shape, ast.Constant(other), ast.Load()) if value == axis else None
        case ast.Call(
            ast.Attribute(array, "mean"), [], [ast.keyword("axis", ast.Constant(value)), *_]
        ) if value == axis:
            total = ast.Call(ast.Attribute(array, "sum", ast.Load()), [], node.keywords)
            size = f"{ast.unparse(array)}.shape[{other}]"
            return ast.BinOp(total, ast.Div(), ast.parse(size, mode="eval").body)
    return None


def flipped(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield an expression with another sign, or with the opposite operation."""
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            other = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
            term = ast.unparse(right)
            yield f"the term `{term}` has the wrong sign", ast.BinOp(left, other, right)
        case ast.BinOp(left, ast.Mult(), right):
            wrong = f"it is divided by `{ast.unparse(right)}` in place of multiplied"
            yield wrong, ast.BinOp(left, ast.Div(), right)
        case ast.BinOp(left, ast.Div(), right):
            wrong = f"it is multiplied by `{ast.unparse(right)}` in place of divided"
            yield wrong, ast.BinOp(left, ast.Mult(), right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield f"the sign of `{ast.unparse(operand)}` is wrong", operand


def over_another_axis(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a reduction over another axis."""
    match node:
        case ast.Call(func=func, args=args, keywords=keywords):
            said = {k.arg: k.value.value for k in keywords if isinstance(k.value, ast.Constant)}
            for other in AXES if "axis" in said else ():
                if other != said["axis"]:
                    words = f"`{ast.unparse(node)}` is taken over axis {other}"
                    changed = ast.keyword("axis", ast.Constant(other))
                    given = [changed if k.arg == "axis" else k for k in keywords]
                    yield words, ast.Call(func, args, given)
        case ast.Subscript(
            value=ast.Call(args=[ast.Constant(value="ij,ij->i"), one, other_factor])
        ):
            rows = ast.parse("(a * b).sum(axis=0, keepdims=True)", mode="eval").body
            words = f"`{ast.unparse(node)}` is taken over axis 0"
            yield words, substituted(rows, {"a": one, "b": other_factor})


def substituted(template: ast.expr, parts: Mapping[str, ast.expr]) -> ast.expr:
    """Return a template with expressions in place of its names."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return parts.get(node.id, node)

    filled: ast.expr = Fill().visit(template)
    return filled


def misplaced(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield an expression at another index, or with another reduction."""
    match node:
        case ast.Subscript(value=value, slice=ast.Slice(lower, None, None)) if lower:
            other = ast.Subscript(value, ast.Slice(None, ast.UnaryOp(ast.USub(), lower)), node.ctx)
            yield f"there is `{ast.unparse(other)}` in place of `{ast.unparse(node)}`", other
        case ast.Subscript(
            value=value, slice=ast.Slice(None, ast.UnaryOp(ast.USub(), upper), None)
        ):
            other = ast.Subscript(value, ast.Slice(upper, None), node.ctx)
            yield f"there is `{ast.unparse(other)}` in place of `{ast.unparse(node)}`", other
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in REDUCTIONS:
            taken = REDUCTIONS[name]
            yield (
                f"the {taken} is taken in place of the {name}",
                ast.Call(ast.Attribute(value, taken, ast.Load()), node.args, node.keywords),
            )
        case ast.Subscript(value=value) if ast.unparse(node.slice) == REVERSED:
            if (inner := unreversed(value)) is not None:
                yield f"`{ast.unparse(node)}` is not reversed", inner
            yield f"`{ast.unparse(value)}` is not reversed", value
        case ast.Subscript(value=value):
            yield f"it takes `{ast.unparse(value)}` in place of `{ast.unparse(node)}`", value
        case ast.Constant(value=int(value)) if type(value) is int:
            for other_value in (value - 1, value + 1):
                yield f"there is {other_value} in place of {value}", ast.Constant(other_value)
        case ast.Name(ctx=ast.Load()):
            for step in (1, -1):
                op = ast.Add() if step > 0 else ast.Sub()
                yield f"`{node.id}` is off by one", ast.BinOp(node, op, ast.Constant(1))


REVERSED = "::-1"


def unreversed(node: ast.expr) -> ast.expr | None:
    """Return an expression in which something is reversed without that; None for any other."""

    class Forwards(ast.NodeTransformer):
        def visit_Subscript(self, inner: ast.Subscript) -> ast.expr:
            self.generic_visit(inner)
            return inner.value if ast.unparse(inner.slice) == REVERSED else inner

    found: ast.expr = Forwards().visit(ast.parse(ast.unparse(node), mode="eval").body)
    return found if ast.unparse(found) != ast.unparse(node) else None


def weighted(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a sum in which a term has another factor."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            for times, words in ((2.0, "is taken twice"), (0.5, "is halved")):
                weight = ast.Constant(times)
                yield (
                    f"the term `{ast.unparse(right)}` {words}",
                    ast.BinOp(left, op, ast.BinOp(weight, ast.Mult(), right)),
                )
                yield (
                    f"the term `{ast.unparse(left)}` {words}",
                    ast.BinOp(ast.BinOp(weight, ast.Mult(), left), op, right),
                )
