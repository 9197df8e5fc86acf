"""Tells whether a function is one straight line, which needs nothing of this package."""

from __future__ import annotations

import ast
import re

from refactorer.reading.target import Target
from refactorer.syntax.puts import put_by_call

FLOW = (ast.For, ast.While, ast.If, ast.IfExp, ast.ListComp, ast.GeneratorExp)

# There is one of these where a function stands alone: itself. A list may be what it returns.
NOT_ALONE = (ast.FunctionDef, ast.Lambda, ast.With, ast.List, ast.Dict)
PATH = re.compile(r"len|float|int|range|(?!functools\b)[^\W\d]\w*(\.[^\W\d]\w*)+")

ARRAY_MODULE = "get_array_module"  # what it returns is NumPy, whoever defines it


def is_straight(target: Target) -> bool:
    """Tell whether a function has no loops, no branches, no calls of others, and sets no items."""
    trees = [s for d in target.definitions for s in ast.parse(d.source).body]
    helpers = {s.name for s in trees if isinstance(s, ast.FunctionDef)} - {ARRAY_MODULE}
    return not any(is_flow(node, helpers) for node in ast.walk(ast.parse(target.source)))


def stands_alone(target: Target) -> bool:
    """Tell whether a function calls but what modules hold, by its path, and has nothing inside it.

    Others may call functions that are values, or have functions or a `with` block in them.
    """
    texts = [target.source, *(d.source for d in target.definitions)]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    called = [ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)]
    return (
        sum(isinstance(node, NOT_ALONE) for node in nodes) == 1
        and all(PATH.fullmatch(path) for path in called)
        and "functools" not in {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    )


def is_flow(node: ast.AST, helpers: set[str]) -> bool:
    """Tell whether a node of a tree is a loop, a branch, a call of a helper, or sets an item."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in helpers
        case ast.Subscript(ctx=ast.Store()):
            return True
        case ast.Expr(value=called) if put_by_call(called):
            return True
    return isinstance(node, FLOW)
