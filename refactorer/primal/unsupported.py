"""Refuses arguments and outputs that are not supported, before anything is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from refactorer.primal.refusals import refused
from refactorer.reading.target import Target

ATTRIBUTES = frozenset(dir(np.ndarray))


def expect_arrays(target: Target) -> None:
    """Raise Refused where a parameter is called, or holds others, or where a dict is returned."""
    names = [p.name for p in target.parameters if p.default is None]
    tree = ast.parse(target.source)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in names:
                reason = f"which function `{name}` is has to be known"
                hint = f"Differentiate a function that calls `{target.name}` with one"
                raise refused(target, node, reason, hint)
            case ast.Return(value=ast.Dict(values=values)):
                parts = ", ".join(map(ast.unparse, values))
                raise refused(target, node, "a dict is not taken as output", f"Return {parts}")
    for name in names:
        found = [part for node in ast.walk(tree) for part in entry(node, name)]
        found.sort(key=lambda part: (part[0].lineno, part[0].col_offset))
        if found:
            wanted = [*dict.fromkeys(part for _, part in found), *(n for n in names if n != name)]
            node = found[0][0]
            reason = f"`{ast.unparse(node)}`: a parameter that holds others by name is not taken"
            hint = f"Pass them by themselves: def {target.name}({', '.join(wanted)})"
            raise refused(target, node, reason, hint)


def entry(node: ast.AST, name: str) -> Iterator[tuple[ast.expr, str]]:
    """Yield a part of a parameter that is read by its name, and that name."""
    match node:
        case ast.Subscript(value=ast.Name(id=owner), slice=ast.Constant(value=str(key))):
            yield from [(node, key)] if owner == name else []
        case ast.Attribute(value=ast.Name(id=owner), attr=key) if key not in ATTRIBUTES:
            yield from [(node, key)] if owner == name else []
