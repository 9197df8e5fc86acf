"""Long lines in which the cotangent of something that the user named stands have its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from refactorer.algebra.blocks.lines import Line, in_order
from refactorer.algebra.blocks.program import Program
from refactorer.algebra.blocks.recalled import known

LONG, WORTH_A_NAME = 70, 20  # characters of a line, and of a part of it


def parted(
    program: Program,
    lines: Sequence[Line],
    gradients: Sequence[str],
    inlined: Mapping[str, str],
) -> tuple[list[Line], tuple[str, ...]]:
    """The lines and gradients, of long ones such a cotangent by its name.

    `inlined` are the texts of the cotangents that were written where they were read.
    """
    if all(len(text) <= LONG for text in (*(line.text for line in lines), *gradients)):
        return [*lines], tuple(gradients)
    values, cotangents = known(program, lines, inlined)
    bound = {line.name for line in lines}
    own = {v: n for v, n in cotangents.items() if is_users(n, program) and n not in bound}
    new: dict[str, str] = {}

    def shortened(text: str) -> str:
        """A text that reads the outermost cotangent in it by its name."""
        for part in parts(text) if own and len(text) > LONG else ():
            value = program.meaning(Line("part", part), values)
            if value in own and value is not None:
                new.setdefault(own[value], part)
                return ast.unparse(
                    ReadingAsName(part, own[value]).visit(ast.parse(text, mode="eval"))
                )
        return text

    left = [Line(line.name, shortened(line.text), line.head, line.tail) for line in lines]
    results = tuple(map(shortened, gradients))
    return in_order([*(Line(*item) for item in new.items()), *left]), results


def is_users(name: str, program: Program) -> bool:
    """Whether a name is that of the cotangent of something that the user named."""
    return name.startswith("b") and name[1:] in program.free


def parts(text: str) -> Iterator[str]:
    """The operations and calls in a text, the outermost first, but for itself."""
    for node in [*ast.walk(ast.parse(text, mode="eval").body)][1:]:
        if isinstance(node, ast.BinOp | ast.Call) and len(part := ast.unparse(node)) > WORTH_A_NAME:
            yield part


class ReadingAsName(ast.NodeTransformer):
    """Reads a name in the place of a text."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.BinOp | ast.Call) and ast.unparse(node) == self.text:
            return ast.Name(self.name)
        return self.generic_visit(node)
