"""Expressions whose value depends on shapes and options alone: they are kept as they are."""

from __future__ import annotations

import ast
from copy import deepcopy

from refactorer.primal.activity import moves
from refactorer.primal.assignments import is_form
from refactorer.primal.dialect import ATTRIBUTES, FORMS
from refactorer.primal.lookup import Lookup

BINDERS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
EFFECTS = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await, ast.Lambda)


class Fixed(ast.NodeTransformer):
    """Writes an expression of the user's in our names."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.bound: set[str] = set()

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, BINDERS):
            self.bound |= {
                n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)
            }
        path = self.lookup.path(node) if isinstance(node, ast.expr) else None
        return self.lookup.of_module(path) if path else super().visit(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return node if node.id in self.bound else self.lookup.name(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if ATTRIBUTES.get(node.attr, "").replace("numpy.", "np.", 1) not in FORMS:
            return node
        return ast.Call(self.lookup.of_module(ATTRIBUTES[node.attr]), [node.value], [])


def fixed(node: ast.expr, lookup: Lookup) -> ast.expr | None:
    """Return an expression in our names; None if its value moves with one that has a gradient."""
    if any(isinstance(part, EFFECTS) for part in ast.walk(node)):
        return None
    written = Fixed(lookup).visit(deepcopy(node))
    assert isinstance(written, ast.expr)
    return None if moves(written, frozenset(lookup.written.active), is_form) else written
