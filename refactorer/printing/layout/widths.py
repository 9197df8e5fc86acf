"""How wide a line may be where it stands: each block takes its indent."""

from __future__ import annotations

import libcst as cst

from refactorer.syntax.rewriting import Transformer

INDENT = 4


class Narrowing(Transformer):
    """Goes through statements with the width that is left for a line in each block."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.width -= INDENT

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        self.width += INDENT
        return updated_node
