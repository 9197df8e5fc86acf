"""The lines of a function by their forms: tangent is given one line of each.

Two lines have one form if they differ in names alone, or in numbers that are added or multiplied.
What tangent writes for a line does not depend on the lines around it, but how long it takes does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from refactorer.differentiation.constant_part import lines
from refactorer.syntax.renaming import fresh

Kind: TypeAlias = tuple[str, tuple[str, ...]]
BLANK = re.compile(r"blank\d+([A-Z]+)")  # tangent puts its own words between names: aminusb
LINE = re.compile(r"blank(\d+)A = ")
GRAD_OF = re.compile(r"# Grad of: blank(\d+)A = ")
STARTED = re.compile(r"bblank(\d+)([A-Z]+) = tangent\.init_grad\(")
CONTRIBUTION = re.compile(r"(_bblank\w+) = ")
PULLED_BACK = ("# Beginning", "# Grad of")  # comments where tangent's pullback of a line begins
WIDEST_COMMENT = 80  # of tangent's
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
FOLDED = (0, 1)  # numbers with which tangent leaves an operation out


@dataclass(frozen=True)
class Line:
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


def read(code: str, active: Collection[str], values: Collection[str]) -> list[Line]:
    """Return the lines of a function; of its values those that are active carry a cotangent."""
    return [line(name, value, active, values) for name, value in lines(code)]


def line(name: str, value: ast.expr, active: Collection[str], values: Collection[str]) -> Line:
    """Return a line by its name and its value."""
    text = f"{name} = {ast.unparse(value)}"
    blanks = Blanks(values)
    form = ast.unparse(blanks.visit(ast.parse(text)))
    found = {letters: value for value, letters in blanks.found.items()}
    moving = [letters for letters, value in found.items() if value in active]
    return Line(text, form, found, tuple(moving[1:]))


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


def sheet(every: Sequence[Line]) -> tuple[str, list[str]]:
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
class Written:
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


def by_form(sheet: str) -> list[Written]:
    """Return what tangent wrote for each line of a sheet."""
    before, _, after = parts(sheet)
    found, waiting = list[Written](), list[str]()
    for statement in before[:-1]:
        waiting.append(statement)
        if LINE.match(statement):
            found.append(Written(waiting))
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


def parts(written: str) -> tuple[list[str], str, list[str]]:
    """Return the statements of what tangent wrote, and between them the one that names the result.

    They are indented as in the function, of which the return is left out.
    """
    *statements, end = (text[4:] for text in written.splitlines()[1:])
    result = end.rstrip(")").rpartition(" ")[2]
    marker = next(i for i, text in enumerate(statements) if text.startswith(f"{result} = "))
    return statements[:marker], statements[marker], statements[marker + 1 :]


def composed(
    alone: str,
    every: Sequence[Line],
    known: Mapping[Kind, Written],
    wrt: Iterable[str],
    taken: Iterable[str],
) -> str:
    """Return a function by what tangent wrote for the forms of its lines.

    `alone` is what it wrote for the last line as a function, which begins and ends as the whole;
    `taken` are names of values that these lines need not read.
    """
    _, result, after = parts(alone)
    begun = next(i for i, text in enumerate(after) if text.startswith(PULLED_BACK))
    head = [text for text in after[:begun] if " = tangent.init_grad(" not in text]
    found = [*placed(every, known, taken)]
    whole = Accumulation({f"b{every[-1].values['A']}"})
    for line, written in zip(reversed(every), reversed(found), strict=True):
        whole.add(line, written)
    for name in wrt:
        whole.start(name)
    statements = [
        *(text for written in found for text in written.forward),
        *(result, *whole.started, *head, *whole.backward),
        f"return ({', '.join(f'b{name}' for name in wrt)}, {result.partition(' = ')[0]})",
    ]
    return "\n    ".join([alone.partition("\n")[0], *statements]) + "\n"


def placed(
    every: Sequence[Line], known: Mapping[Kind, Written], others: Iterable[str]
) -> Iterator[Written]:
    """Yield for each line what tangent wrote for its form, with names that nothing else has."""
    taken = {*others, *(value for line in every for value in line.values.values())}
    for line in every:
        form, names = known[line.kind], dict[str, str]()
        for name in form.made:
            names[name] = fresh(line.filled(name), taken)
            taken.add(names[name])

        def put(text: str, line: Line = line, names: Mapping[str, str] = names) -> str:
            return line.filled(renamed(text, names))

        yield Written(
            [*map(put, form.forward)],
            [*map(put, form.backward)],
            [line.values[blank] for blank in form.started],
        )


def renamed(statement: str, names: Mapping[str, str]) -> str:
    """Return a statement with other names for values; `a.name` and `name=` are none."""
    for old, new in names.items():
        statement = re.sub(rf"(?<![\w.]){old}\b(?!=)", new, statement)
    return statement


@dataclass
class Accumulation:
    """A backward part that is put together line by line, the last line first.

    `bound` are the cotangents that have a value by now, `started` sets some of them to zero.
    """

    bound: set[str]
    started: list[str] = field(default_factory=list)
    backward: list[str] = field(default_factory=list)

    def add(self, line: Line, written: Written) -> None:
        """Add what a line gives to the cotangents of what it reads; its own may be nothing."""
        for value in (line.values["A"], *written.started):
            self.start(value)
        moving = {f"b{line.values[blank]}" for blank in line.moving}
        self.backward.append(f"# Grad of: {line.text}"[:WIDEST_COMMENT])
        self.backward += (self.added(text, moving) for text in written.backward)

    def start(self, value: str) -> None:
        """Let the cotangent of a value be zero if it has no value."""
        if f"b{value}" not in self.bound:
            self.bound.add(f"b{value}")
            self.started.append(f"b{value} = tangent.init_grad({value})")

    def added(self, statement: str, moving: Collection[str]) -> str:
        """Return a statement that adds to a cotangent in place of one that sets it once more."""
        name, _, value = statement.partition(" = ")
        if name not in moving or re.search(rf"\b{name}\b", value):
            return statement
        adds = name in self.bound
        self.bound.add(name)
        return f"{name} = tangent.add_grad({name}, {value})" if adds else statement
