"""LibCST transformers: a base class that skips what holds no expression, and ways to apply one."""

from __future__ import annotations

from functools import cache

import libcst as cst

# What no expression stands in: LibCST would make each of them anew, spaces and all.
BARE = (
    *(cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine),
    *(cst.BaseBinaryOp, cst.BaseUnaryOp, cst.BaseCompOp, cst.BaseBooleanOp, cst.AssignEqual),
    *(cst.LeftParen, cst.RightParen, cst.LeftSquareBracket, cst.RightSquareBracket),
    *(cst.Colon, cst.Comma, cst.Dot, cst.Name, cst.BaseNumber, cst.SimpleString),
)


@cache
def is_bare(kind: type[cst.CSTNode]) -> bool:
    """Tell whether no expression stands in nodes of a kind."""
    return issubclass(kind, BARE)


class Transformer(cst.CSTTransformer):
    """Visits expressions and statements, but not the spaces, operators and names inside them.

    That takes a fraction of LibCST's time. Attributes are not visited by their names.
    """

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Tell whether to visit what is in a node."""
        return super().on_visit(node) and not is_bare(type(node))

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Do nothing: LibCST would look for a method."""

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Do nothing: LibCST would look for a method."""


def expression_by(transformer: cst.CSTTransformer, node: cst.BaseExpression) -> cst.BaseExpression:
    """Return what the transformer makes of an expression."""
    found = node.visit(transformer)
    assert isinstance(found, cst.BaseExpression)
    return found


def module_by(transformer: cst.CSTTransformer, node: cst.Module) -> cst.Module:
    """Return what the transformer makes of a block of statements."""
    return node.visit(transformer)
