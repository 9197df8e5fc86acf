"""Expressions of a cotangent that is 1, as one writes them: 2 * X, and not 2 * 1.0 * X."""

from __future__ import annotations

import ast
from collections.abc import Container

# What makes an array of one value, and what makes it of ones.
FULL = {"full": "ones", "full_like": "ones_like"}


def at_one(tree: ast.expr, ones: Container[str]) -> ast.expr:
    """Return an expression with 1 in the place of names, without the factors and divisors 1."""
    found = AtOne(ones).visit(tree)
    assert isinstance(found, ast.expr)
    return found


class AtOne(ast.NodeTransformer):
    """Evaluates where names are 1."""

    def __init__(self, ones: Container[str]) -> None:
        self.ones = ones

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(1) if node.id in self.ones else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)) if value == 1:
                return ast.Constant(-1)
            case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)) if value == -1:
                return ast.Constant(1)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.Constant(1), ast.Mult(), other):
                return other
            case ast.BinOp(other, ast.Mult() | ast.Div(), ast.Constant(1)):
                return other
            case ast.BinOp(ast.Constant(-1), ast.Mult(), other):
                return negative(other)
            case ast.BinOp(other, ast.Mult() | ast.Div(), ast.Constant(-1)):
                return negative(other)
            case ast.BinOp(ast.BinOp(ast.Constant(1), ast.Div(), n), ast.Mult(), other):
                return ast.BinOp(other, ast.Div(), n)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Attribute(module, f), [shape, ast.Constant(1)]) if f in FULL:
                return ast.Call(ast.Attribute(module, FULL[f], ast.Load()), [shape], [])
        return node


def negative(operand: ast.expr) -> ast.expr:
    """Return minus an operand."""
    match operand:
        case ast.UnaryOp(ast.USub(), inner):
            return inner
        case ast.Constant(int() | float() as value):
            return ast.Constant(-value)
        case ast.BinOp(left, ast.Mult() | ast.Div() as op, right):
            return ast.BinOp(negative(left), op, right)
    return ast.UnaryOp(ast.USub(), operand)
