"""A long sum that is added to a name in several lines: `dW += a + b`, then `dW += c`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from refactorer.printing.layout.widths import Narrowing
from refactorer.syntax.dataflow import reads
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import module_by
from refactorer.syntax.suites import Statement

LINE = cst.SimpleStatementLine


def in_several_lines(statements: Sequence[Statement], width: int) -> tuple[Statement, ...]:
    """Return statements in which a sum is added part by part where one line is too short for it."""
    return tuple(module_by(SplittingSums(width), cst.Module(statements)).body)


class SplittingSums(Narrowing):
    """Adds long sums part by part."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        parts = added_apart(updated_node, self.width)
        if len(parts) < 2:
            return updated_node
        first = parts[0].with_changes(leading_lines=updated_node.leading_lines)
        return cst.FlattenSentinel([first, *parts[1:]])


def added_apart(statement: cst.SimpleStatementLine, width: int) -> list[cst.SimpleStatementLine]:
    """Return the lines that add what a line adds that is too long, if each then fits; else none."""
    match statement.body:
        case [cst.AugAssign(target, cst.AddAssign(), value)] if not fits(statement, width):
            head = f"{code(target)} += "
            sums = packed([*terms(value)], width - len(head))
            lines = [cst.ensure_type(cst.parse_statement(head + text), LINE) for text in sums]
            apart = code(target).partition("[")[0] not in reads(value)
            return lines if apart and all(fits(line, width) for line in lines) else []
    return []


def fits(statement: cst.SimpleStatementLine, width: int) -> bool:
    """Tell whether a statement is no longer than a line."""
    return len(code(statement.with_changes(leading_lines=())).strip()) <= width


def terms(value: cst.BaseExpression) -> Iterator[str]:
    """Yield the terms of a sum with their signs, from left to right."""
    match value:
        case cst.BinaryOperation(left, cst.Add() | cst.Subtract() as operator, right):
            yield from terms(left)
            yield f"{code(operator)}{code(right)}"
        case _:
            yield f" + {code(value)}"


def packed(parts: Sequence[str], room: int) -> list[str]:
    """Return sums of as many of the terms as there is room for; what is negative ends a sum."""
    found = list[str]()
    for part in parts:
        if found and not found[-1].startswith("-") and len(found[-1] + part) <= room:
            found[-1] += part
        else:
            found.append(part.strip().removeprefix("+").strip().replace("- ", "-", 1))
    return found
