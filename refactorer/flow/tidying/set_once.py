"""A cotangent that is set, and later in the same block added to, is set once to the sum."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from refactorer.flow.tidying.folding import WIDTH
from refactorer.flow.tidying.rebinding import movable
from refactorer.syntax.dataflow import assignment, bound, reads, value_of
from refactorer.syntax.expressions import code, parenthesized, parse, without_sign
from refactorer.syntax.suites import Statement, blockwise


def set_once(statements: Sequence[Statement]) -> list[Statement]:
    """Return statements in which `a = x`, then `a += y`, is `a = y + x`, if that is no long line.

    The reverse comes first to what the user added last.
    """
    return blockwise(statements, in_block)


def in_block(block: Sequence[Statement]) -> list[Statement]:
    """Return a block in which sums are set once."""
    found: list[Statement] = []
    for statement in block:
        match statement:
            case cst.SimpleStatementLine(body=[cst.AugAssign(target=cst.Name(name)) as more]):
                first = next((s for s in reversed(found) if bound(s) == name), None)
                whole = first and sum_of_both(name, value_of(first), more)
                if first and whole and movable(first, found[found.index(first) + 1 :]):
                    found = [*(s for s in found if s is not first), whole]
                    continue
        found.append(statement)
    return found


def sum_of_both(name: str, start: cst.BaseExpression, more: cst.AugAssign) -> Statement | None:
    """Return the line that sets a name to both terms.

    None where the first is no product, or is read in the second.
    """
    products = cst.Multiply | cst.Divide | cst.MatrixMultiply
    if not isinstance(start, cst.BinaryOperation) or not isinstance(start.operator, products):
        return None
    if name in reads(more.value):
        return None
    first, second = code(start), code(more.value)
    match more.operator, without_sign(first):
        case cst.AddAssign(), "":
            text = f"{second} + {first}"
        case cst.AddAssign(), positive:
            text = f"{second} - {positive}"
        case cst.SubtractAssign(), _:
            text = f"{first} - {code(parenthesized(more.value))}"
        case _:
            return None
    line = assignment(name, parse(text))
    return line if len(code(line).strip()) <= WIDTH else None
