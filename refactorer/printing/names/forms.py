"""The kind of an expression, and words for expressions of that kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refactorer.printing.names.words import REDUCTIONS

SMALL = 1e-3
# What can be said of anything of its kind: the last resort, and never a part of a longer name.
KINDS = {
    ast.Mult: ("product",),
    ast.Div: ("ratio", "quotient"),
    ast.Add: ("total", "combined"),
    ast.Sub: ("difference", "gap"),
    ast.Pow: ("power",),
    ast.MatMult: ("scores", "projection"),
    ast.USub: ("negated",),
    "where": ("chosen",),
    "maximum": ("larger",),
    "minimum": ("smaller",),
    "clip": ("clipped",),
    "reshape": ("reshaped",),
    "transpose": ("transposed",),
    "einsum": ("dots", "contraction"),
    "sqrt": ("root",),
    "append": ("joined",),
    "concatenate": ("joined",),
    "hstack": ("joined",),
    "vstack": ("joined",),
    "stack": ("stacked",),
    "column_stack": ("stacked",),
    "astype": ("mask",),
}


ALIASES = {"amax": "max", "amin": "min", "absolute": "abs"}


def function_and_operand(expression: ast.expr) -> tuple[str, ast.expr]:
    """Return function and first argument, alike for `np.sum(X)` and `X.sum()`; "" for no call."""
    match expression:
        case ast.Call(ast.Attribute(ast.Name("np") | ast.Attribute(ast.Name("np")), f), [x, *_]):
            return ALIASES.get(f, f), x
        case ast.Call(ast.Name(f), [x, *_]) | ast.Call(ast.Attribute(x, f)):
            return f, x
    return "", expression


def base(expression: ast.expr) -> ast.expr | None:
    """Return x of x * x and of x ** 2, None of anything else."""
    match expression:
        case ast.BinOp(a, ast.Mult(), b) if ast.dump(a) == ast.dump(b):
            return a
        case ast.BinOp(a, ast.Pow(), ast.Constant(2)):
            return a
    return None


def without_eps(expression: ast.expr) -> ast.expr:
    """Return x of x + eps: what only keeps a value from being zero is not part of its name."""
    match expression:
        case ast.BinOp(x, ast.Add(), ast.Name("eps" | "epsilon")):
            return x
        case ast.BinOp(x, ast.Add(), ast.Constant(float() as value)) if 0 < value < SMALL:
            return x
    return expression


def kind(expression: ast.expr) -> Iterator[str]:
    """Yield words for the kind of the outermost operation."""
    match expression:
        case ast.BinOp(op=op) | ast.UnaryOp(op=op):
            yield from KINDS.get(type(op), ())
        case ast.Compare() | ast.BoolOp():
            yield "mask"
        case ast.Subscript():
            yield from ("picked", "part")
    function, _ = function_and_operand(expression)
    if function:
        yield from KINDS.get(function, REDUCTIONS.get(function, (f"{function}_term",))[-1:])
