"""The values that a loop over functions runs over."""

from __future__ import annotations

import libcst as cst

from refactorer.callables.known import Functions, held, tuple_of
from refactorer.syntax.expressions import operands


def turns_of(head: cst.BaseExpression, functions: Functions) -> list[cst.BaseExpression] | None:
    """Return the values that a loop runs over, if functions are among them and all are known."""
    match head:
        case cst.Tuple() | cst.List() if functions.has_functions(head):
            values = [*held(head)]
            return values if len(values) == len(head.elements) else None
        case cst.Call(func=cst.Name("reversed"), args=[cst.Arg(value=value)]):
            turns = turns_of(value, functions)
            return turns and turns[::-1]
        case cst.Call(func=cst.Name("enumerate"), args=[cst.Arg(value=value)]):
            turns = turns_of(value, functions)
            return turns and [tuple_of(cst.Integer(str(k)), v) for k, v in enumerate(turns)]
        case cst.Call(func=cst.Name("zip")):
            return zipped(operands(head), functions)
        case cst.Call(func=cst.Attribute(cst.Dict() as display, cst.Name(what)), args=[]):
            return entries(display, what) if functions.has_functions(display) else None
    return None


def entries(display: cst.Dict, what: str) -> list[cst.BaseExpression] | None:
    """Return the items or the values of a dict."""
    pairs = [e for e in display.elements if isinstance(e, cst.DictElement)]
    match what:
        case "items":
            return [tuple_of(e.key, e.value) for e in pairs]
        case "values":
            return [e.value for e in pairs]
    return None


def zipped(
    columns: tuple[cst.BaseExpression, ...], functions: Functions
) -> list[cst.BaseExpression] | None:
    """Return what a `zip` of functions and displays yields; None where one is neither."""
    found = [turns_of(column, functions) or [*held(column)] for column in columns]
    known = any(map(functions.has_functions, columns)) and all(found)
    return [tuple_of(*row) for row in zip(*found, strict=False)] if known else None
