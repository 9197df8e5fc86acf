"""`x += a` where the user wrote so.

For numbers it says the same as `x = x + a`, and for an array that nothing else holds.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence

import libcst as cst

from refactorer.algebra.reading.syntax import is_ufunc
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, blockwise

REDUCTIONS = frozenset({"dot", "max", "mean", "min", "prod", "std", "sum", "var", "vdot"})
MAKERS = frozenset({"empty", "full", "ones", "zeros"})
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


def held_alone(
    statements: Sequence[Statement], names: Collection[str], module: str
) -> frozenset[str]:
    """Return those of some names whose arrays the statements make, and that nothing else holds."""
    whole = ast.parse("".join(map(code, statements)))
    above = {child: node for node in ast.walk(whole) for child in ast.iter_child_nodes(node)}
    places = [node for node in above if isinstance(node, ast.Name) and node.id in names]
    made = {n.id for n in places if isinstance(n.ctx, ast.Store)}
    shared = {n.id for n in places if not stays_alone(n, above, module)}
    return frozenset(made - shared)


def stays_alone(name: ast.Name, above: Mapping[ast.AST, ast.AST], module: str) -> bool:
    """Tell whether a name gets an array that is new there, or no other name one that it holds."""
    around = above[name]
    if isinstance(name.ctx, ast.Store):
        return isinstance(around, ast.Assign) and is_new(around.value, module)
    while isinstance(around, ast.Subscript | ast.Tuple):
        around = above[around]
    match around:
        case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.Return():
            return True
        case ast.Attribute(attr=attribute):
            return attribute in {"shape", "size", *REDUCTIONS}
        case ast.Call(ast.Attribute(ast.Name(owner), function)):
            return owner == module and (function in REDUCTIONS or is_ufunc(f"np.{function}"))
    return False


def is_new(value: ast.expr, module: str) -> bool:
    """Tell whether an expression makes an array."""
    match value:
        case ast.BinOp():
            return True
        case ast.Call(ast.Attribute(ast.Name(owner), function)):
            return owner == module and function.removesuffix("_like") in MAKERS
    return False


def is_changed_by(name: str, value: ast.expr) -> bool:
    """Tell whether a value is a name with something done to it, as in `x = x + a`."""
    return isinstance(value, ast.BinOp) and ast.unparse(value.left) == name


def augmented(statements: Sequence[Statement], names: Collection[str]) -> list[Statement]:
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
