"""Whether a function is one straight line, which needs none of this."""

from __future__ import annotations

import ast

from refactorer.target import Target

FLOW = (ast.For, ast.While, ast.If, ast.IfExp, ast.ListComp, ast.GeneratorExp)

ARRAY_MODULE = "get_array_module"  # what it returns is NumPy, whoever defines it


def is_straight(target: Target) -> bool:
    """Tell whether a function has no loops, no branches, no calls of others, and sets no items."""
    trees = [s for d in target.definitions for s in ast.parse(d.source).body]
    helpers = {s.name for s in trees if isinstance(s, ast.FunctionDef)} - {ARRAY_MODULE}
    return not any(is_flow(node, helpers) for node in ast.walk(ast.parse(target.source)))


def stands_alone(target: Target) -> bool:
    """Tell whether a function has no other ones in it or around it, and no `with` block."""
    texts = [target.source, *(d.source for d in target.definitions)]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    return sum(isinstance(n, ast.FunctionDef | ast.Lambda | ast.With) for n in nodes) == 1


def is_flow(node: ast.AST, helpers: set[str]) -> bool:
    """Tell whether a node of a tree is a loop, a branch, a call of a helper, or sets an item."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in helpers
        case ast.Subscript(ctx=ast.Store()):
            return True
    return isinstance(node, FLOW)
