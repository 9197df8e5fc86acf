"""The loop of the function, with what it keeps for its reverse."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from refactorer.flow.structure.regions import Loop
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, statement_by


def rebuilt(loop: Loop, body: Sequence[Statement], ends: Sequence[Statement]) -> Statement:
    """Return the loop of the function; what is kept is kept before it is left early, too."""
    put = [with_ends(statement, ends) for statement in body]
    return loop.statement.with_changes(body=cst.IndentedBlock([*put, *ends]))


def with_ends(statement: Statement, ends: Sequence[Statement]) -> Statement:
    """Return a statement that ends a turn only after what stands at its end."""
    if not isinstance(statement, cst.If) or not ends:
        return statement
    return statement_by(BeforeJumps(ends), statement)


class BeforeJumps(Transformer):
    """Puts statements before the jumps of one loop."""

    def __init__(self, ends: Sequence[Statement]) -> None:
        super().__init__()
        self.ends = ends

    def visit_For(self, node: cst.For) -> bool:
        return False

    def visit_While(self, node: cst.While) -> bool:
        return False

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = updated_node.body
        last = body[-1]
        match last:
            case cst.SimpleStatementLine(body=[cst.Break() | cst.Continue()]):
                return updated_node.with_changes(body=[*body[:-1], *self.ends, last])
        return updated_node
