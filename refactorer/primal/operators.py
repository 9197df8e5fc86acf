"""Operators on operands; one that tangent differentiates wrongly is written as a call instead."""

from __future__ import annotations

import ast

from refactorer.primal.assignments import Assignments
from refactorer.primal.calls import settled
from refactorer.primal.dialect import OPERATORS
from refactorer.primal.surroundings import is_literal


def unary(op: ast.unaryop, inner: ast.expr) -> ast.expr:
    """Return a sign or a negation; a negative number is a literal."""
    if isinstance(op, ast.UAdd):
        return inner
    if isinstance(op, ast.USub):
        return ast.UnaryOp(op, inner)
    return settled(OPERATORS[type(op)], [inner], {})


def binary(
    written: Assignments, left: ast.expr, operator: ast.operator, right: ast.expr
) -> ast.expr:
    """Return an operator where tangent differentiates it, else the function that it calls."""
    left, right = array_beside(written, left, right), array_beside(written, right, left)
    if type(operator) in OPERATORS:
        return settled(OPERATORS[type(operator)], [left, right], {})
    bases, others = FOLDED.get(type(operator), ((), ()))
    return ast.BinOp(
        held_if_one_of(written, left, bases), operator, held_if_one_of(written, right, others)
    )


# The numbers on the left and on the right that tangent would fold an operation to, with the shape
# of a number: 0 * X, X ** 0, 1 ** X.
FOLDED: dict[type[ast.operator], tuple[tuple[int, ...], tuple[int, ...]]] = {
    ast.Mult: ((0,), (0,)),
    ast.Pow: ((0, 1), (0,)),
}


def held_if_one_of(written: Assignments, operand: ast.expr, numbers: tuple[int, ...]) -> ast.expr:
    """Return the name of a line for an operand that is one of some numbers, or the operand."""
    decides = is_literal(operand) and ast.literal_eval(operand) in numbers
    return written.write(operand) if decides else operand


def array_beside(written: Assignments, operand: ast.expr, other: ast.expr) -> ast.expr:
    """Return an operand; a list beside what may have a gradient is an array."""
    active = isinstance(other, ast.Name) and other.id in written.active
    if active and isinstance(operand, ast.List | ast.Tuple):
        return written.write(settled("np.array", [operand], {}))
    return operand
