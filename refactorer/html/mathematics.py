"""The mathematics of each line: what it computes, and the cotangents that come back through it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from refactorer.draft import Step
from refactorer.html.equations import Equation, equations
from refactorer.html.formulas import formula
from refactorer.html.statements import Definition, Statement, callbacks, own_statements
from refactorer.html.symbols import Markup, barred, operator, row, symbol

COTANGENT = re.compile(r"d_(\w+)|d(\w(?:_\w+)?)")
OUTPUT = "out"
BETWEEN = (
    '<tr class="between"><td></td><th colspan="2" scope="colgroup">and what is made of it: the '
    "callback, by its lines</th></tr>"
)


@dataclass(frozen=True)
class Mathematics:
    """The user's functions and ours, by name, and the steps between them."""

    originals: Mapping[str, Definition]
    printed: Mapping[str, Definition]
    steps: Sequence[Step]

    @property
    def html(self) -> str:
        """The rows of a table: the forward lines from the first on, then those of callbacks."""
        forward = (forward_row(equation) for equation in self.forward)
        back = [back_row(statement, text) for statement, text in self.back()]
        return "".join([*forward, BETWEEN if back else "", *back])

    @cached_property
    def forward(self) -> list[Equation]:
        """The equations of the user's functions, by their own names: ours may have others."""
        theirs = {definition.name: definition for definition in self.originals.values()}
        seeds = {d.name: seed_of(self.printed.get(name)) for name, d in self.originals.items()}
        found = equations(self.steps, theirs, seeds)
        return sorted(found, key=lambda equation: min(equation.lines))

    def back(self) -> Iterator[tuple[Statement, Markup]]:
        """Yield the statements of the callbacks that compute, each as a formula."""
        for definition in self.printed.values():
            for callback in callbacks(definition):
                statements = [*own_statements(callback.body)]
                names = cotangents(callback, statements)
                for statement in statements:
                    if text := formula_of(statement, names, callback.name):
                        yield statement, text


def seed_of(definition: Definition | None) -> str:
    """Return what a function returns, by what its callback calls the cotangent of it."""
    for callback in callbacks(definition) if definition else ():
        if callback.args.args:
            return plain(callback.args.args[0].arg) or OUTPUT
    return OUTPUT


def plain(name: str) -> str:
    """Return the name of which another is the cotangent, "" if it is none."""
    found = COTANGENT.fullmatch(name)
    return found[1] or found[2] if found else ""


def cotangents(callback: ast.FunctionDef, statements: Sequence[Statement]) -> dict[str, Markup]:
    """Return the names in a callback that are cotangents, as symbols with a bar."""
    own = {a.arg for a in callback.args.args}.union(*(s.binds() for s in statements))
    return {name: barred(symbol(plain(name))) for name in own if plain(name)}


def formula_of(statement: Statement, names: Mapping[str, Markup], callback: str) -> Markup:
    """Return a statement of a callback as a formula, "" where it computes nothing."""
    match statement.node:
        case ast.Assign(targets=[target], value=value):
            return row(formula(target, names), operator("="), formula(value, names))
        case ast.AugAssign(target=target, op=ast.Add(), value=value):
            return row(formula(target, names), operator("+="), formula(value, names))
        case ast.AugAssign(target=target, op=op, value=value):
            both = ast.BinOp(target, op, value)
            return row(formula(target, names), operator("="), formula(both, names))
        case ast.Return(value=ast.Name() | ast.Tuple(elts=[ast.Name(), *_])):
            return ""
        case ast.Return(value=ast.expr() as value):
            wanted = plain(callback.removeprefix("get_")) if callback.startswith("get_") else ""
            left = [barred(symbol(wanted)), operator("=")] if wanted else []
            return row(*left, formula(value, names))
    return ""


def forward_row(equation: Equation) -> str:
    """Return a row: the operation, and what it adds to the cotangents of its operands."""
    ids = " ".join(f"u{n}" for n in sorted(equation.lines))
    number = min(equation.lines)
    back = "".join(f"<div>{math(one)}</div>" for one in equation.backward)
    return (
        f'<tr data-of="{ids}"><th scope="row">{number}</th>'
        f"<td>{math(equation.forward)}</td><td>{back}</td></tr>"
    )


def back_row(statement: Statement, text: Markup) -> str:
    """Return a row: a line of a callback."""
    ids = " ".join(f"r{n}" for n in sorted(statement.own_lines))
    number = min(statement.own_lines)
    return (
        f'<tr class="ours" data-of="{ids}"><th scope="row">{number}</th>'
        f'<td colspan="2">{math(text)}</td></tr>'
    )


def math(markup: Markup) -> str:
    """Return a formula as an element of the page."""
    return f'<math displaystyle="true">{markup}</math>'
