"""Counts the operations on arrays in a text."""

from __future__ import annotations

import ast

from refactorer.draft import Step

# What asks for a size, or rules a loop, and computes no array.
BOOKKEEPING = {
    *("append", "enumerate", "get_shape", "isinstance", "len", "ndim", "pop", "range"),
    *("reversed", "shape", "zip"),
}


def operations(text: str) -> int:
    """Return how many operators and calls a text has, beside assertions and bookkeeping."""
    tree = WithoutAssertions().visit(ast.parse(text))
    return sum(map(is_operation, ast.walk(tree)))


class WithoutAssertions(ast.NodeTransformer):
    """Drops assertions and other checks of a call."""

    def visit_Assert(self, node: ast.Assert) -> None:
        return None


def is_operation(node: ast.AST) -> bool:
    """Tell whether a node is an operation on arrays."""
    match node:
        case ast.BinOp() | ast.AugAssign():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return not isinstance(operand, ast.Constant)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name not in BOOKKEEPING
    return False


def before_and_after(steps: tuple[Step, ...]) -> tuple[int, int]:
    """Return the operations of what tangent wrote and of what became of it, of all its parts."""
    first = sum(operations(step.diff_to) for step in steps if not step.diff_from)
    last = 0
    for step, after in zip(steps, (*steps[1:], None), strict=True):
        is_last = after is None or not after.diff_from
        last += operations(left(step)) if is_last else 0
    return first, last


def left(step: Step) -> str:
    """Return the text that a step leaves: what was before, where it was undone."""
    return step.diff_to if step.right else step.diff_from
