"""Names for parts of expressions that are longer than a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from refactorer.dataflow import Statement, assignment, bound, reads, value_of
from refactorer.expressions import code
from refactorer.naming import free
from refactorer.probe import Probe

WORTH_A_NAME = 12  # characters
MOST_NAMES = 3


@dataclass(frozen=True)
class Shortening:
    """How to shorten: to this width, with names that are not `taken`, cotangents being `pulled` back."""

    width: int
    probe: Probe
    taken: Collection[str]
    pulled: Collection[str]

    def statements(self, statements: Sequence[Statement]) -> tuple[Statement, ...]:
        """Return statements, those that are too long after the parts that got names."""
        found: list[Statement] = []
        for statement in statements:
            name = bound(statement)
            value = value_of(statement) if name else None
            lines, rest = self.expression(value, f"{name} = ") if value else ([], None)
            for line in lines:
                found = shared(found, line)
            found.append(assignment(name, rest, statement) if lines and name and rest else statement)
        return tuple(found)

    def expression(
        self, value: cst.BaseExpression, before: str
    ) -> tuple[list[Statement], cst.BaseExpression]:
        """Return the lines that name parts of an expression, and the expression with the names in it."""
        lines: list[Statement] = []
        while len(before + code(value)) > self.width and len(lines) < MOST_NAMES:
            part = self.part(value, self.width - len(before))
            if part is None:
                break
            taken = {*self.taken, *filter(None, map(bound, lines))}
            name = free(self.names(part), taken)
            lines.append(assignment(name, bare(part)))
            value = cst.ensure_type(value.deep_replace(part, cst.Name(name)), cst.BaseExpression)
        return lines, value

    def part(self, value: cst.BaseExpression, room: int) -> cst.BaseExpression | None:
        """Return the part to name: one that makes the rest fit, if there is one, the smallest value first."""
        whole = len(code(value))
        found = [p for p in parts(value) if WORTH_A_NAME < len(code(p)) <= room]
        enough = [p for p in found if whole - len(code(p)) + len("factor") <= room]
        return max(enough or found, key=self.worth, default=None)

    def worth(self, part: cst.BaseExpression) -> tuple[float, int]:
        """Return what sorts parts by how well they are named: the smaller value, the longer text."""
        return -self.probe.size(code(part)), len(code(part))

    def names(self, part: cst.BaseExpression) -> Iterator[str]:
        """Yield names for a part: a local derivative, or a small or large part of a cotangent."""
        if reads(part).keys().isdisjoint(self.pulled):
            yield "slope"
        elif self.probe.size(code(part)) == 1:
            yield "scale"
        yield from ("factor", "common", "inner")


def parts(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """Yield the operations inside an expression or a statement."""
    for child in node.children:
        if isinstance(child, cst.BinaryOperation):
            yield child
        yield from parts(child)


def shared(statements: list[Statement], line: Statement) -> list[Statement]:
    """Return statements and a line that names a part, from where on the part is first computed."""
    name, part = bound(line), value_of(line)
    same = [[p for p in parts(s) if code(bare(p)) == code(part)] for s in statements]
    first = next((k for k, found in enumerate(same) if found), len(statements))
    for k, found in enumerate(same):
        for old in found:
            statements[k] = statements[k].deep_replace(old, cst.Name(name))
    return [*statements[:first], line, *statements[first:]]


def bare(expression: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression without parentheses around it."""
    return expression.with_changes(lpar=(), rpar=())
