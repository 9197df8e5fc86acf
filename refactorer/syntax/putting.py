"""Calls of NumPy's that put values into parts of an array, as the assignments that they are."""

from __future__ import annotations

import ast
from dataclasses import dataclass


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


def between_brackets(index: ast.expr) -> str:
    """Return the text of an index, as it stands between brackets."""
    return ast.unparse(ast.Subscript(ast.Name("_"), index))[2:-1]
