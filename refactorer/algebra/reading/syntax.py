"""Parts of expressions that are read without values: literals, new axes, elementwise functions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
LOGIC: Mapping[type[ast.operator], str] = {ast.BitAnd: "&", ast.BitOr: "|"}

UFUNCS = {"np": "numpy", "scipy.special": "scipy.special"}  # where they stand, by how it is written


class Unreadable(Exception):
    """A text that the algebra cannot express; the value is left as it stands."""


def literal_value(node: ast.expr) -> Any:
    """The value of a literal; raises Unreadable for everything else."""
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise Unreadable from error


def is_ufunc(name: str) -> bool:
    """Whether a function, of NumPy or SciPy, works element by element and returns one array."""
    module, _, function = name.rpartition(".")
    ufunc = getattr(sys.modules.get(UFUNCS.get(module, "")), function, None)
    if not isinstance(ufunc, np.ufunc):
        return False
    return ufunc.nout == 1 and ufunc.signature is None


def items(index: ast.expr) -> list[ast.expr]:
    """What stands between the brackets of a subscript, one for each comma."""
    return index.elts if isinstance(index, ast.Tuple) else [index]


def kept_axes(shape: Sequence[int], items: Sequence[ast.expr]) -> list[int | None] | None:
    """The axes that X[:, None], X[..., None], X[0, :] leave, from the left, None for a new one.

    Instead of a list None if only a part of an axis is taken: the first of one is the whole.
    """
    order: list[int | None] = []
    axes = iter(range(len(shape)))
    taken = sum(not is_ellipsis(item) and not is_new_axis(item) for item in items)
    if taken > len(shape):
        return None
    for item in items:
        match item:
            case ast.Slice(None, None, None):
                order.append(next(axes))
            case _ if is_new_axis(item):
                order.append(None)
            case _ if is_ellipsis(item):
                order.extend(next(axes) for _ in range(len(shape) - taken))
            case ast.Constant(0) if shape[next(axes)] == 1:
                pass
            case _:
                return None
    return [*order, *axes]


def is_new_axis(item: ast.expr) -> bool:
    match item:
        case ast.Constant(None) | ast.Attribute(_, "newaxis"):
            return True
    return False


def is_ellipsis(item: ast.expr) -> bool:
    return isinstance(item, ast.Constant) and item.value is Ellipsis
