"""The place in the user's file of a piece of code that was taken apart."""

from __future__ import annotations

import ast
import re

from refactorer.errors import Place
from refactorer.reading.source import Source
from refactorer.reading.target import Target


def located(target: Target, text: str) -> Place:
    """Return where the first line of a text, or the value in it, stands in the user's file."""
    first = text.partition("\n")[0].strip()
    for part in filter(None, (first, first.partition(" = ")[2])):
        whole = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)")
        for number, line_ in enumerate(target.source.splitlines()):
            if found := whole.search(line_):
                return Place(target.file, target.line + number, found.start() + 1)
    return Place(target.file, target.line, 1)


def located_condition(target: Target, condition: str) -> Place:
    """Return where a condition stands, however it is spelled."""
    for node in ast.walk(ast.parse(target.source)):
        if isinstance(node, ast.expr) and ast.unparse(node) == condition:
            column = Source(target.source).column(node.lineno, node.col_offset) + 1
            return Place(target.file, target.line + node.lineno - 1, column)
    return Place(target.file, target.line, 1)
