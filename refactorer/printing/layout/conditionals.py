"""A branch that chooses the value of one name, on one line: `d = g / n if mean else g`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from refactorer.printing.layout.widths import Narrowing
from refactorer.syntax.dataflow import assignment, bound, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import module_by
from refactorer.syntax.suites import Statement, lines

PLAIN = cst.Name | cst.BaseNumber


def on_one_line(statements: Sequence[Statement], width: int) -> tuple[Statement, ...]:
    """Return statements, with one line for each branch whose line is not too long."""
    return tuple(module_by(Joining(width), cst.Module(statements)).body)


class Joining(Narrowing):
    """Replaces an `if` with an `else` by a conditional expression."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.others = set[cst.If]()  # each is an `elif`

    def visit_If(self, node: cst.If) -> None:
        self.others |= {node.orelse} if isinstance(node.orelse, cst.If) else set()

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.BaseStatement:
        line = (
            None
            if original_node in self.others
            else as_conditional_expression(updated_node, self.width)
        )
        return line or updated_node


def as_conditional_expression(branch: cst.If, width: int) -> cst.SimpleStatementLine | None:
    """Return the line that says the same, where one way leaves a name or a number as it is."""
    if not isinstance(branch.orelse, cst.Else):
        return None
    ways = [[*lines(side.body)] for side in (branch, branch.orelse)]
    names = {bound(statement) for way in ways for statement in way}
    if any(len(way) != 1 or way[0].leading_lines for way in ways) or len(names) != 1:
        return None
    name = names.pop()
    if name is None:
        return None
    then, other = (value_of(way[0]) for way in ways)
    if not isinstance(then, PLAIN) and not isinstance(other, PLAIN):
        return None
    line = assignment(name, cst.IfExp(branch.test, then, other), branch)
    return line if len(code(line).strip()) <= width else None
