"""`x += a` where the user wrote so: for numbers it says the same as `x = x + a`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

import libcst as cst

from refactorer.flow.tidying.folding import blockwise
from refactorer.syntax.suites import Statement

SIGNS: dict[type[cst.BaseBinaryOp], cst.BaseAugOp] = {
    cst.Add: cst.AddAssign(),
    cst.Subtract: cst.SubtractAssign(),
    cst.Multiply: cst.MultiplyAssign(),
    cst.Divide: cst.DivideAssign(),
}


def changed_with_signs(text: str) -> frozenset[str]:
    """Return the names that a text changes with `+=` and its like alone, but for literals."""
    nodes = [*ast.walk(ast.parse(text))]
    with_signs = {ast.unparse(n.target) for n in nodes if isinstance(n, ast.AugAssign)}
    anew = {
        ast.unparse(target)
        for n in nodes
        if isinstance(n, ast.Assign) and not isinstance(n.value, ast.Constant)
        for target in n.targets
        if is_changed_by(ast.unparse(target), n.value)
    }
    return frozenset(with_signs - anew)


def is_changed_by(name: str, value: ast.expr) -> bool:
    """Tell whether a value is a name with something done to it, as in `x = x + a`."""
    return isinstance(value, ast.BinOp) and ast.unparse(value.left) == name


def as_counted(statements: Sequence[Statement], names: Collection[str]) -> list[Statement]:
    """Return statements that change names with `+=` and its like."""
    return blockwise(statements, lambda block: [with_sign(s, names) for s in block])


def with_sign(statement: Statement, names: Collection[str]) -> Statement:
    """Return `x += a` for a statement `x = x + a`."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(cst.Name(name) as target)],
                    value=cst.BinaryOperation(cst.Name(first), operator, right, lpar=[]),
                )
            ]
        ) if name == first and name in names and type(operator) in SIGNS:
            bare = right.with_changes(lpar=(), rpar=())
            return statement.with_changes(body=[cst.AugAssign(target, SIGNS[type(operator)], bare)])
    return statement
