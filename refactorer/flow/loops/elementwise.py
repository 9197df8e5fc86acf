"""Products whose factors work element by element, so that one line does so for all turns."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import reduce

import numpy as np

ELEMENTWISE = (
    *(ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Call, ast.Attribute, ast.expr_context),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub),
)


def factors(tree: ast.expr) -> list[ast.expr]:
    """Return the factors of a product."""
    match tree:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return [*factors(left), right]
    return [tree]


def product(parts: Sequence[ast.expr]) -> ast.expr:
    """Return the product of factors."""
    first, *rest = parts
    return reduce(lambda left, right: ast.BinOp(left, ast.Mult(), right), rest, first)


def is_elementwise(factor: ast.expr, numpy: str) -> bool:
    """Tell whether an expression works element by element; `numpy` is how NumPy is spelled."""
    nodes = [*ast.walk(factor)]
    calls = [ast.unparse(n.func) for n in nodes if isinstance(n, ast.Call)]
    return all(isinstance(n, ELEMENTWISE) for n in nodes) and all(is_ufunc(c, numpy) for c in calls)


def is_ufunc(function: str, numpy: str) -> bool:
    """Tell whether a function of NumPy works element by element."""
    module, _, name = function.rpartition(".")
    return module == numpy and isinstance(getattr(np, name, None), np.ufunc)
