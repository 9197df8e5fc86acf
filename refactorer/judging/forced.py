"""Conditions that are set to true or false, because no input was found that makes them so."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence

Side = tuple[str, bool]  # a condition, and whether it is taken to hold
Forced = tuple[str, bool, str]  # the same, and the helper that it stands in; "" for none

OPPOSITE = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}


def forced(source: str, sides: Sequence[Forced], helpers: Collection[str] = ()) -> str:
    """Return a source in which some conditions, and their opposites, are replaced by constants.

    Each is replaced only in the helper that it belongs to, or only outside of helpers.
    """
    tree = ast.parse(source)
    for condition, holds, within in sides:
        setting = Setting(dict(spelled(condition, holds)))
        for place, node in enumerate(tree.body):
            own = node.name if isinstance(node, ast.FunctionDef) and node.name in helpers else ""
            if own == within:
                put = setting.visit(node)
                assert isinstance(put, ast.stmt)
                tree.body[place] = put
    return ast.unparse(tree)


def helpers_of(module: str, name: str) -> frozenset[str]:
    """Return the other functions that a module defines beside the one of a name."""
    functions = (s.name for s in ast.parse(module).body if isinstance(s, ast.FunctionDef))
    return frozenset(functions) - {name}


def spelled(condition: str, holds: bool) -> Iterable[tuple[str, bool]]:
    """Yield a condition and its opposite, as `ast` writes them, and whether each holds."""
    test = ast.parse(condition, mode="eval").body
    yield ast.unparse(test), holds
    match test:
        case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in OPPOSITE:
            yield ast.unparse(ast.Compare(left, [OPPOSITE[type(op)]()], right)), not holds


def is_settable(condition: str) -> bool:
    """Tell whether a condition may be replaced: a bare name may also be read as a value."""
    return not isinstance(ast.parse(condition, mode="eval").body, ast.Name | ast.Constant)


class Setting(ast.NodeTransformer):
    """Replaces conditions by truth values."""

    def __init__(self, texts: dict[str, bool]) -> None:
        self.texts = texts

    def visit(self, node: ast.AST) -> ast.AST:
        """Return what stands for a node."""
        if isinstance(node, ast.expr) and (text := ast.unparse(node)) in self.texts:
            return ast.Constant(self.texts[text])
        found: ast.AST = self.generic_visit(node)
        return found
