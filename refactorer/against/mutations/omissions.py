"""What is left out of one expression: for each, its description and the expression without."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from refactorer.against.mutations.mistakes import Make

OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
}


def of_conditions(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a condition chooses without asking it, and chosen the other way round."""
    match node:
        case ast.Call(ast.Attribute(ast.Name("np"), "where") as function, [test, one, other]):
            asked = ast.unparse(test)
            if isinstance(test, ast.Name) and ast.unparse(other) == "0":
                yield not_asked(asked), ast.Call(function, [always(asked), one, other], [])
            words = f"the condition `{asked}` is the wrong way round"
            yield words, ast.Call(function, [test, other, one], [])
        case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in OPPOSITE:
            asked = ast.unparse(node)
            yield not_asked(asked), always(asked)
            words = f"the condition `{asked}` is the wrong way round"
            yield words, ast.Compare(left, [OPPOSITE[type(op)]()], right)


def not_asked(condition: str) -> str:
    """Return what is said where a condition is not asked."""
    return f"the condition `{condition}` is not asked"


def always(condition: str) -> ast.expr:
    """Return a condition of the same shape that always holds."""
    return ast.parse(f"np.ones_like({condition})", mode="eval").body


def dropped_term(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a sum without each of its terms."""
    match node:
        case ast.BinOp(left=ast.Constant(), op=ast.Add() | ast.Sub()):
            return  # what is left is a constant: the whole is a factor
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            minus = isinstance(op, ast.Sub)
            yield f"the term `{'-' if minus else '+'} {ast.unparse(right)}` is missing", left
            rest = ast.UnaryOp(ast.USub(), right) if minus else right
            yield f"the term `{ast.unparse(left)}` is missing", rest


def dropped_factor(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a product without each of its factors, and what is left out of it besides."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):
            yield f"the factor `{ast.unparse(right)}` is missing", left
            yield f"the factor `{ast.unparse(left)}` is missing", right
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield from undivided(left, right)
        case ast.BinOp(left=left, op=ast.Pow()):
            yield f"`{ast.unparse(left)}` is not raised to its power", left
        case ast.Attribute(value=value, attr="T"):
            yield f"`{ast.unparse(value)}` is not transposed", value
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="where")):
            return  # a condition, of which more is said
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=name), args=[first, *_]):
            yield f"`{name}` of `{ast.unparse(first)}` is not taken", first
        case ast.Call(func=ast.Attribute(value=value, attr=name)):
            yield f"`.{name}(...)` of `{ast.unparse(value)}` is missing", value


def undivided(above: ast.expr, below: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a quotient without what it is divided by, or a factor of that, or what is divided."""
    words = f"the division by `{ast.unparse(below)}` is missing"
    yield words, above
    ones = ast.parse(f"np.ones_like({ast.unparse(below)})", mode="eval").body
    yield words, ast.BinOp(above, ast.Mult(), ones)  # as long as the quotient is
    match below:
        case ast.BinOp(left, ast.Mult(), right):
            for gone, kept in ((right, left), (left, right)):
                words = f"the division by `{ast.unparse(gone)}` is missing"
                yield words, ast.BinOp(above, ast.Div(), kept)
    one = ast.Constant(1.0)
    yield f"`{ast.unparse(above)}` is missing above", ast.BinOp(one, ast.Div(), below)


def of_sums(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield products that are not summed, and one entry in the place of a sum."""
    match node:
        case ast.Subscript(value=ast.Call(args=[ast.Constant(value="ij,ij->i"), one, other])) | (
            ast.Call(func=ast.Attribute(ast.Name("np"), "vdot"), args=[one, other])
        ):
            words = f"`{ast.unparse(node)}` is not summed, as if the Jacobian were diagonal"
            yield words, ast.BinOp(one, ast.Mult(), other)
        case ast.Call(ast.Attribute(value, "sum"), [], [ast.keyword("axis", ast.Constant(0))]):
            for index in (0, -1):
                entry = ast.Subscript(value, ast.Constant(index), ast.Load())
                yield f"{ONLY_ONE} `{ast.unparse(node)}` is there: {SET_ANEW}", entry
        case ast.BinOp(ast.Attribute(one, "T"), ast.MatMult(), other):
            for row in ("0", "-1"):
                text = f"np.outer({ast.unparse(one)}[{row}], {ast.unparse(other)}[{row}])"
                words = f"{ONLY_ONE} the sum `{ast.unparse(node)}` is there: {SET_ANEW}"
                yield words, ast.parse(text, mode="eval").body


ONLY_ONE = "only one term of"


SET_ANEW = "`=` may stand for `+=`"


def passed(cotangents: Collection[str]) -> Make:
    """Return what yields a cotangent in the place of what is made of it."""

    def make(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in cotangents]
        if isinstance(node, ast.BinOp) and len({name.id for name in names}) == 1:
            words = f"`{names[0].id}` goes through as it is, in place of `{ast.unparse(node)}`"
            yield words, names[0]

    return make


def unsigned(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield what is clipped by its size without its sign where it is large."""
    match node:
        case ast.Call(ast.Attribute(ast.Name("np"), "clip"), [x, ast.UnaryOp(ast.USub(), low), c]):
            if ast.unparse(low) == ast.unparse(c):
                inner, bound = ast.unparse(x), ast.unparse(c)
                text = f"np.where(np.abs({inner}) <= {bound}, {inner}, {bound})"
                yield f"the factor `np.sign({inner})` is missing", ast.parse(text, mode="eval").body
