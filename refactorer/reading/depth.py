"""How deeply a tree is nested: one that is too deep would overflow the stack."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refactorer.reading.source import Located

DEEPEST = 450  # LibCST takes some ten calls a level, and its parser crashes at some thousands


def too_deep(node: ast.AST) -> Located | None:
    """Return the first place in a tree that is nested too deeply, None where there is none."""
    waiting = [(node, 0)]
    while waiting:
        inner, level = waiting.pop()
        if level > DEEPEST and isinstance(inner, Located):
            return inner
        waiting += ((child, level + below) for child, below in children(inner))
    return None


def children(node: ast.AST) -> Iterator[tuple[ast.AST, int]]:
    """Yield the children of a node, and how many levels each is below it in LibCST's tree."""
    if isinstance(node, ast.BoolOp):  # `a and b and c` is one node here, and there two
        yield from ((value, len(node.values)) for value in node.values)
    else:
        yield from ((child, 1) for child in ast.iter_child_nodes(node))
