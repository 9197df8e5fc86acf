"""The lines of a function by their forms: tangent is given one line of each.

Two lines have one form if they differ in names alone, or in numbers that are added or multiplied.
What tangent writes for a line does not depend on the lines around it, but how long it takes does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from refactorer.differentiation.constant_part import lines

Kind: TypeAlias = tuple[str, tuple[str, ...]]
BLANK = re.compile(r"blank\d+([A-Z]+)")  # tangent puts its own words between names: aminusb
LINE = re.compile(r"blank(\d+)A = ")
GRAD_OF = re.compile(r"# Grad of: blank(\d+)A = ")
STARTED = re.compile(r"bblank(\d+)([A-Z]+) = tangent\.init_grad\(")
CONTRIBUTION = re.compile(r"(_bblank\w+) = ")
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
FOLDED = (0, 1)  # numbers with which tangent leaves an operation out


@dataclass(frozen=True)
class FormedLine:
    """A line `name = value`, its form, and the names that fill the form's blanks, its own first.

    `moving` are the blanks of the values it reads that carry a cotangent.
    """

    text: str
    form: str
    values: Mapping[str, str]
    moving: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """What two lines have in common for which tangent writes the same."""
        return self.form, self.moving

    def filled(self, text: str) -> str:
        """Return a text with the line's values in its blanks."""
        return BLANK.sub(lambda blank: self.values[blank[1]], text)


def lines_with_forms(
    code: str, active: Collection[str], values: Collection[str]
) -> list[FormedLine]:
    """Return the lines of a function; of its values those that are active carry a cotangent."""
    return [line_with_form(name, value, active, values) for name, value in lines(code)]


def line_with_form(
    name: str, value: ast.expr, active: Collection[str], values: Collection[str]
) -> FormedLine:
    """Return a line by its name and its value."""
    text = f"{name} = {ast.unparse(value)}"
    blanks = Blanks(values)
    form = ast.unparse(blanks.visit(ast.parse(text)))
    found = {letters: value for value, letters in blanks.found.items()}
    moving = [letters for letters, value in found.items() if value in active]
    return FormedLine(text, form, found, tuple(moving[1:]))


class Blanks(ast.NodeTransformer):
    """Replaces values by blanks, one for each, and remembers the values."""

    def __init__(self, values: Collection[str]) -> None:
        self.values = values
        self.found: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return self.blank(node.id) if node.id in self.values else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Replace numbers by blanks, too, except those on which tangent's text depends."""
        if isinstance(node.op, ARITHMETIC):
            node.left, node.right = map(self.number, (node.left, node.right))
        return self.generic_visit(node)

    def number(self, node: ast.expr) -> ast.expr:
        match node:
            case ast.Constant(value=int() | float() as number) if number not in FOLDED:
                return self.blank(ast.unparse(node))
        return node

    def blank(self, value: str) -> ast.Name:
        return ast.Name("blank0" + self.found.setdefault(value, letters(len(self.found))))


def letters(number: int) -> str:
    """Return a number in capitals: tangent puts digits behind the names that it makes up."""
    rest, last = divmod(number, 26)
    return (letters(rest - 1) if rest else "") + chr(ord("A") + last)


def sheet(every: Sequence[FormedLine]) -> tuple[str, list[str]]:
    """Return a function with the forms of some lines, and what of its arguments is moving."""
    forms = [*enumerate(every)]
    given = [f"blank{k}{blank}" for k, line in forms for blank in [*line.values][1:]]
    wrt = [f"blank{k}{blank}" for k, line in forms for blank in line.moving]
    body = [
        f"def sheet({', '.join(given)}):",
        *(line.form.replace("blank0", f"blank{k}") for k, line in forms),
        f"blanks = ({', '.join(f'blank{k}A' for k, _ in forms)},)",
        "return blanks",
    ]
    return "\n    ".join(body) + "\n", wrt


@dataclass
class WrittenLine:
    """A line, and the statements of tangent's that pull its cotangent back.

    `started` are the blanks to whose cotangents they add before they set them.
    """

    forward: list[str]
    backward: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)

    @property
    def made(self) -> list[str]:
        """The names that tangent made up, for parts of the line and for contributions."""
        parts = [text.partition(" = ")[0] for text in self.forward[:-1]]
        return [*parts, *(mark[1] for text in self.backward if (mark := CONTRIBUTION.match(text)))]


def by_form(sheet: str) -> list[WrittenLine]:
    """Return what tangent wrote for each line of a sheet."""
    before, _, after = around_result(sheet)
    found, waiting = list[WrittenLine](), list[str]()
    for statement in before[:-1]:
        waiting.append(statement)
        if LINE.match(statement):
            found.append(WrittenLine(waiting))
            waiting = []
    own = ""
    for statement in after:
        if mark := GRAD_OF.match(statement):
            waiting, own = found[int(mark[1])].backward, f"bblank{mark[1]}A"
        elif mark := STARTED.match(statement):
            found[int(mark[1])].started.append(mark[2])
        else:  # what comes in may still have the name of a contribution
            waiting.append(re.sub(rf"\b_{own}\b", own, statement) if own else statement)
    return found


def around_result(written: str) -> tuple[list[str], str, list[str]]:
    """Return the statements of what tangent wrote, and between them the one that names the result.

    They are indented as in the function, of which the return is left out.
    """
    *statements, end = (text[4:] for text in written.splitlines()[1:])
    result = end.rstrip(")").rpartition(" ")[2]
    marker = next(i for i, text in enumerate(statements) if text.startswith(f"{result} = "))
    return statements[:marker], statements[marker], statements[marker + 1 :]
