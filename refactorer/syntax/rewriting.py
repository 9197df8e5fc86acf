"""What a transformer makes of code: code of the same kind."""

from __future__ import annotations

import libcst as cst


def expression_by(transformer: cst.CSTTransformer, node: cst.BaseExpression) -> cst.BaseExpression:
    """Return what the transformer makes of an expression."""
    found = node.visit(transformer)
    assert isinstance(found, cst.BaseExpression)
    return found


def module_by(transformer: cst.CSTTransformer, node: cst.Module) -> cst.Module:
    """Return what the transformer makes of a block of statements."""
    return node.visit(transformer)
