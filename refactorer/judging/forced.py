"""Conditions that are set by hand, where no input was found that goes one of their ways."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

Side = tuple[str, bool]  # a condition, and whether it is taken to hold

OPPOSITE = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}


def forced(source: str, sides: Sequence[Side]) -> str:
    """Return a source in which conditions, and their opposites, are set."""
    tree: ast.AST = ast.parse(source)
    for condition, holds in sides:
        tree = Setting(dict(spelled(condition, holds))).visit(tree)
    return ast.unparse(tree)


def spelled(condition: str, holds: bool) -> Iterable[tuple[str, bool]]:
    """Yield a condition and its opposite, as they are written, and whether they hold."""
    test = ast.parse(condition, mode="eval").body
    yield ast.unparse(test), holds
    match test:
        case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in OPPOSITE:
            yield ast.unparse(ast.Compare(left, [OPPOSITE[type(op)]()], right)), not holds


def is_settable(condition: str) -> bool:
    """Tell whether a condition may be set: a name alone may be read for something else."""
    return not isinstance(ast.parse(condition, mode="eval").body, ast.Name | ast.Constant)


class Setting(ast.NodeTransformer):
    """Puts truth values in the places of conditions."""

    def __init__(self, texts: dict[str, bool]) -> None:
        self.texts = texts

    def visit(self, node: ast.AST) -> ast.AST:
        """Return what stands for a node."""
        if isinstance(node, ast.expr) and (text := ast.unparse(node)) in self.texts:
            return ast.Constant(self.texts[text])
        found: ast.AST = self.generic_visit(node)
        return found
