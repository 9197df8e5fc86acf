"""Lines of a turn that add to a cotangent."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement


@dataclass(frozen=True)
class Sum:
    """A line of a turn that adds to a cotangent: to all of it, or to the turn's part of it."""

    statement: Statement
    target: str
    value: str
    negative: bool
    part: bool


def as_sum(statement: Statement, index: str) -> Sum | None:
    """Return a line as a sum, if it is one."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.AugAssign(target=target, operator=operator, value=value)]
        ) if isinstance(operator, cst.AddAssign | cst.SubtractAssign):
            part = isinstance(target, cst.Subscript)
            name = code(target.value) if isinstance(target, cst.Subscript) else code(target)
            if part and code(target) != f"{name}[{index}]":
                return None
            negative = isinstance(operator, cst.SubtractAssign)
            return Sum(statement, name, code(value), negative, part)
    return None
