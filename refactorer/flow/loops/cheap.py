"""Expressions that take no more time than reading what they give."""

from __future__ import annotations

import ast

import libcst as cst
import numpy as np

from refactorer.flow.names import expression, loads, parsed
from refactorer.flow.structure.visits import Visits


def costs_little(op: ast.operator, right: ast.expr) -> bool:
    """Tell whether an operation takes no more time than reading what it gives."""
    power = isinstance(op, ast.Pow) and isinstance(right, ast.Constant)
    return power or isinstance(op, ast.Add | ast.Sub | ast.Mult)


def is_view(value: cst.BaseExpression) -> bool:
    """Tell whether an expression is a part of an array, taken by numbers and slices."""
    match expression(value):
        case ast.Subscript(value=ast.Name(), slice=index):
            plain = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Slice, ast.Tuple)
            marks = (ast.operator, ast.unaryop, ast.expr_context)
            return all(isinstance(node, (*plain, *marks)) for node in ast.walk(index))
    return False


def is_sum(value: cst.BaseExpression) -> bool:
    """Tell whether an expression adds numbers and lengths up."""
    plain = (ast.Module, ast.Expr, ast.Name, ast.Constant, ast.BinOp, ast.Add, ast.Sub, ast.Load)
    nodes = [*ast.walk(parsed(value))]
    lengths = [n for n in nodes if isinstance(n, ast.Call) and ast.unparse(n.func) == "len"]
    return all(isinstance(node, plain) or node in lengths for node in nodes)


def reads_integers(value: cst.BaseExpression, visits: Visits) -> bool:
    """Tell whether what an expression adds up is whole numbers and lengths."""
    tree = parsed(value)
    lengths = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    measured = {name.id for n in lengths for name in ast.walk(n) if isinstance(name, ast.Name)}
    return all(is_integer(visits.last(n)) for n in loads(value) - measured)


def is_integer(value: object) -> bool:
    """Tell whether a value is a whole number."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
