"""Names for subexpressions: `xnorm * ynorm` is norms, `np.exp(X)` is exp_X.

An expression is a tree of `ast` in which NumPy is spelled `np`. The best name comes first.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain

from refactorer.printing.names.forms import KINDS, base, function_and_operand, kind, without_eps
from refactorer.printing.names.words import (
    FACTORS,
    NUMBERS,
    REDUCTIONS,
    SHIFTS,
    SPREADS,
    TRUTHS,
    as_one_name,
    common_noun,
    plural,
    side_by_side,
    squared,
)

SUBSCRIPT = 2  # characters of an index that is written small
COLUMN = re.compile(r"(?:\((?:(?::|\.\.\.), )+)?(\d+)\)?")  # or an entry
NEW_AXES = re.compile(r"\(?(?:(?:None|:|\.\.\.)(?:, )?)+\)?")


def of_value(expression: ast.expr) -> Iterator[str]:
    """Yield names for the value of an expression that has none."""
    yield from chain(idiom(expression), phrase(expression), kind(expression), ("value", "term"))


def word(expression: ast.expr) -> str:
    """Return what an expression is called inside a longer name, or ""."""
    match expression:
        case ast.Name(name):
            return name
        case ast.Constant(bool() | int() | float() as value):
            return NUMBERS.get(value, "")
        case ast.Subscript(whole, index) if NEW_AXES.fullmatch(ast.unparse(index)):
            return word(whole)
    return next(chain(idiom(expression), phrase(expression)), "")


def idiom(expression: ast.expr) -> Iterator[str]:
    """Yield the names of well-known forms."""
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    if names <= {"np"}:
        yield from ("scale", "constant")
    match expression, *function_and_operand(expression):
        case ast.BinOp(ast.Constant(1), ast.Div(), ast.BinOp(ast.Constant(1), ast.Add(), e)), _, _:
            if function_and_operand(e)[0] == "exp" and isinstance(
                function_and_operand(e)[1], ast.UnaryOp
            ):
                yield "sigmoid"
        case _, "exp", ast.BinOp(ast.UnaryOp(ast.USub()), ast.Mult()):
            yield "decay"
        case _, "log1p", e if function_and_operand(e)[0] == "exp":
            yield "softplus"
        case _, "sqrt", e:
            yield from of_root(without_eps(e))
        case _, "sum", ast.BinOp(ast.Name(a), ast.Mult(), ast.Name(b)) if a != b:
            yield "dot"
        case _, "sum", e if (root := base(e)) and len(word(root)) > 3:
            yield "sum_of_squares"


def of_root(square: ast.expr) -> Iterator[str]:
    """Yield the names of well-known square roots."""
    function, inner = function_and_operand(square)
    x = base(inner)
    if word(square).startswith("var"):
        yield "std"
    if x is not None and function == "mean":
        yield "rms"
    if x is not None and function == "sum":
        yield from as_one_name(word(x), "norm")


def phrase(expression: ast.expr) -> Iterator[str]:
    """Yield names that are put together of those in the expression."""
    match expression:
        case ast.BinOp(a, op, b):
            yield from OPERATORS.get(type(op), lambda a, b: iter(()))(a, b)
        case ast.UnaryOp(ast.USub(), operand):
            yield from as_one_name("neg", word(operand))
        case ast.Subscript(whole, index):
            yield from part(whole, ast.unparse(index))
        case ast.Attribute(whole, attribute):
            yield from side_by_side(word(whole), attribute)
            yield from as_one_name(word(whole), attribute)
        case ast.Call(ast.Name(function), []):
            yield f"{function}_value"
        case ast.Call(args=[*_, last]) if function_and_operand(expression)[0]:
            yield from call(*function_and_operand(expression), last)
        case ast.Call() if function_and_operand(expression)[0]:
            yield from call(*function_and_operand(expression), function_and_operand(expression)[1])


def product(left: ast.expr, right: ast.expr) -> Iterator[str]:
    """Yield names for left * right."""
    if isinstance(right, ast.Constant):
        left, right = right, left
    a, b = word(left), word(right)
    if isinstance(left, ast.Constant):
        yield from as_one_name(FACTORS.get(float(ast.unparse(left)), "scaled"), b)
        return
    if (noun := common_noun(a, b)) and is_noun(left) and is_noun(right):
        yield plural(noun)
    yield from chain(side_by_side(a, b), squared(a) if a == b else ())
    for factor, other in ((a, b), (b, a)):
        if factor in ("w", "weight", "weights"):
            yield from as_one_name("weighted", other)
    if all(isinstance(x, ast.Name) or "_" not in word(x) for x in (left, right)):
        yield from as_one_name(a, b)


def is_noun(expression: ast.expr) -> bool:
    """Tell whether an expression is called by a noun: a name, or a reduction such as X_norm."""
    return isinstance(expression, ast.Name) or function_and_operand(expression)[0] in REDUCTIONS


def quotient(left: ast.expr, right: ast.expr) -> Iterator[str]:
    """Yield names for left / right."""
    a, b = word(left), word(right)
    if a == "one":
        yield from as_one_name("inv", b)
    elif b == "two":
        yield from as_one_name("half", a)
    elif "norm" in b:
        yield from ["cosine"] if a.startswith("dot") else as_one_name("unit", a)
    elif b in SPREADS:
        yield "normalised"
    elif isinstance(right, ast.Name | ast.Constant) and a.count("_") < 2:
        yield from as_one_name("scaled", a)


def addition(left: ast.expr, right: ast.expr) -> Iterator[str]:
    """Yield names for left + right."""
    a, b = word(left), word(right)
    if any(isinstance(t, ast.BinOp) and isinstance(t.op, ast.MatMult) for t in terms(left)):
        yield "scores"
    if isinstance(right, ast.Constant) and not b:
        yield from as_one_name("shifted", a)
    yield from chain(as_one_name("total", common_noun(a, b)), as_one_name(a, "plus", b))


def terms(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the terms of a sum."""
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from chain(terms(left), terms(right))
        case _:
            yield value


def difference(left: ast.expr, right: ast.expr) -> Iterator[str]:
    """Yield names for left - right."""
    a, b = word(left), word(right)
    shift = function_and_operand(right)[0] or b
    if shift in SHIFTS:
        yield from (SHIFTS[shift], *as_one_name(SHIFTS[shift], a))
    is_shift = isinstance(left, ast.Constant) or isinstance(right, ast.Constant)
    if {a, b} & TRUTHS and not is_shift:
        yield "error"
    yield from chain(() if is_shift else ["diff"], () if a == b else as_one_name(a, "minus", b))


def power(left: ast.expr, right: ast.expr) -> Iterator[str]:
    """Yield names for left ** right."""
    match ast.unparse(right):
        case "2":
            yield from squared(word(left))
        case "3":
            yield from as_one_name(word(left), "cubed")
        case "0.5":
            yield from as_one_name("sqrt", word(left))


def matrix_product(left: ast.expr, right: ast.expr) -> Iterator[str]:
    """Yield names for left @ right; a transpose does not show."""
    a, b = (word(x.value if isinstance(x, ast.Attribute) else x) for x in (left, right))
    yield from chain(side_by_side(a, b), as_one_name(a, b))


def whole_quotient(left: ast.expr, right: ast.expr) -> Iterator[str]:
    """Yield names for left // right."""
    if word(right) == "two":
        yield from as_one_name("half", word(left))


OPERATORS = {
    ast.FloorDiv: whole_quotient,
    ast.Mult: product,
    ast.Div: quotient,
    ast.Add: addition,
    ast.Sub: difference,
    ast.Pow: power,
    ast.MatMult: matrix_product,
}


def call(function: str, first: ast.expr, last: ast.expr) -> Iterator[str]:
    """Yield names for a call of NumPy, of which the first and the last argument are known."""
    match first:
        case ast.List([ast.Name(left), ast.Name(right)]):
            yield from as_one_name(left, "and", right)
    if function == "len":
        yield from ("n", "length", "count")
    elif function in ("matmul", "dot", "vdot"):
        yield from matrix_product(first, last)
    elif function in REDUCTIONS:
        yield from as_one_name(word(first), REDUCTIONS[function][0])
    elif function not in KINDS:
        yield from as_one_name(function, word(first))


def part(whole: ast.expr, index: str) -> Iterator[str]:
    """Yield names for whole[index]."""
    if "shape" in ast.unparse(whole):
        yield from ("n", "rows") if index == "0" else ("d", "columns")
    elif column := COLUMN.fullmatch(index):
        yield from as_one_name(word(whole), column[1])
    elif index == "-1":
        yield from as_one_name("last", word(whole))
    elif index.isidentifier() and len(index) <= SUBSCRIPT:
        yield from as_one_name(word(whole), index)
    elif ":" in index or "None" in index:
        yield from as_one_name(word(whole), "part")
