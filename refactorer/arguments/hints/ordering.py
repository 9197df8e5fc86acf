"""Which arguments a function takes to be in increasing order, by what it hands them to."""

from __future__ import annotations

import ast

# The place of what must increase among the arguments of a function, and its name.
INCREASING = {"interp": (1, "xp"), "searchsorted": (0, "a"), "digitize": (1, "bins")}


def increasing(source: str) -> frozenset[str]:
    """Return the names that a text hands to functions that want them in increasing order."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return frozenset(name for call in calls for name in wanted(call))


def wanted(call: ast.Call) -> list[str]:
    """Return the name that a call wants in increasing order, if it is one."""
    match call.func:
        case ast.Attribute(ast.Name("np" | "numpy"), name) if name in INCREASING:
            place, keyword = INCREASING[name]
            given = [*call.args[place : place + 1]]
            given += [k.value for k in call.keywords if k.arg == keyword]
            return [node.id for node in given if isinstance(node, ast.Name)]
    return []
