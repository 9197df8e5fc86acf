"""Which values of a primal carry a cotangent; the others are constants to its gradient."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

Line: TypeAlias = tuple[str, ast.expr]
IsConstant: TypeAlias = Callable[[ast.expr], bool]

# Functions whose value moves nowhere, or is no number. NumPy's constants are in tangent's register.
FLAT = frozenset(
    {
        *(bool, int, isinstance, len, range, repr, round, str, type),
        *(math.ceil, math.floor, math.trunc, np.ceil, np.fix, np.floor, np.result_type, np.rint),
        *(np.round, np.sign, np.trunc),
    }
)


def constants(namespace: Mapping[str, Any], functions: Collection[Any]) -> IsConstant:
    """Return the test whether an expression names a function that passes no cotangent on."""

    def is_constant(function: ast.expr) -> bool:
        if not isinstance(function, ast.Name | ast.Attribute):
            return False
        try:
            found = eval(ast.unparse(function), dict(namespace))
        except (NameError, AttributeError):  # a variable of a comprehension
            return False
        return callable(found) and (found in FLAT or found in functions)

    return is_constant


def active(wrt: Iterable[str], lines: Iterable[Line], is_constant: IsConstant) -> frozenset[str]:
    """Return the names among the lines, and of `wrt`, whose values move with those of `wrt`."""
    names = set(wrt)
    for name, value in lines:
        put = names.add if moves(value, names, is_constant) else names.discard
        put(name)
    return frozenset(names)


def moves(node: ast.AST, names: Collection[str], is_constant: IsConstant) -> bool:
    """Tell whether the value of an expression moves with the values of some names."""
    match node:
        case ast.Name(id=name):
            return name in names
        case ast.Compare():
            return False
        case ast.Call(func=function) if is_constant(function):
            return False
    return any(moves(child, names, is_constant) for child in ast.iter_child_nodes(node))
