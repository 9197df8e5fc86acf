"""Names for parts of expressions that are longer than a line."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce

import libcst as cst

from refactorer.printing.layout.widths import INDENT
from refactorer.printing.names.naming import free
from refactorer.printing.names.phrases import phrase
from refactorer.printing.probe import Probe
from refactorer.syntax.dataflow import (
    assignment,
    bound,
    mutates,
    reads,
    value_of,
    with_value,
    writes,
)
from refactorer.syntax.expressions import REMEMBERED, code
from refactorer.syntax.rewriting import Transformer, expression_by
from refactorer.syntax.suites import Statement, lines

WORTH_A_NAME = 12  # characters
MOST_NAMES = 3
LONG = 0.75  # of the longest part


@dataclass(frozen=True)
class Shortening:
    """How to shorten: to a width, with names that are not `taken`; `pulled` are the cotangents."""

    width: int
    probe: Probe
    taken: Collection[str]
    pulled: Collection[str]

    def statements(self, statements: Sequence[Statement]) -> tuple[Statement, ...]:
        """Return statements, those that are too long after the parts that got names.

        Statements below read these names, too, unless something that the parts read was changed.
        """
        found: list[Statement] = []
        known: list[Statement] = []
        for given in statements:
            statement = reduce(reading, known, given)
            known = [line for line in known if not changes(statement, line)]
            name = bound(statement)
            value = value_of(statement) if name else None
            if name is None or value is None:
                found.append(self.within(statement, found))
                continue
            lines, rest = self.expression(value, f"{name} = ", found)
            for line in lines:
                found = with_shared_part(found, line)
                known += [] if changes(statement, line) else [line]
            found.append(assignment(name, rest, statement) if lines else statement)
        return tuple(found)

    def within(self, statement: Statement, above: Sequence[Statement]) -> Statement:
        """Return a statement; in the body of a loop, lines that are too long are shortened."""
        if not isinstance(statement, cst.For | cst.While):
            return statement
        taken = {*self.taken, *filter(None, map(bound, above))}
        inner = replace(self, width=self.width - INDENT, taken=taken)
        block = cst.ensure_type(statement.body, cst.IndentedBlock)
        body = block.with_changes(body=inner.statements([*lines(block)]))
        return statement.with_changes(body=body)

    def expression(
        self, value: cst.BaseExpression, before: str, above: Sequence[Statement]
    ) -> tuple[list[Statement], cst.BaseExpression]:
        """Return lines that name parts of an expression, and what is left of it."""
        lines, telling = list[Statement](), self
        while not self.holds(before, value) and len(lines) < MOST_NAMES:
            part = telling.part(value, self.width - len(before))
            if part is None:
                break
            taken = {*self.taken, *filter(None, map(bound, [*above, *lines]))}
            spare = self.width - len(before + code(value)) + len(code(part))
            name = free(telling.names(part, spare, is_term(part, value)), taken)
            lines.append(assignment(name, bare(part)))
            telling = telling.knowing(name, part)
            value = expression_by(Putting({part: name}), value)
        return lines, value

    def holds(self, before: str, value: cst.BaseExpression) -> bool:
        """Tell whether a line holds a value, or one line holds each entry of an array."""
        entries = [code(entry.value) for entry in entries_of(value)]
        if entries:
            return all(len(entry) <= self.width - 2 * INDENT - len(",") for entry in entries)
        return len(before + code(value)) <= self.width

    def knowing(self, name: str, part: cst.BaseExpression) -> Shortening:
        """Return the same with what a new name holds."""
        array = self.probe.array(code(part))
        shapes = {**self.probe.shapes, **({name: array} if array else {})}
        own = () if self.is_local(part) else (name,)
        probe = replace(self.probe, shapes=shapes)
        return replace(self, probe=probe, pulled=frozenset((*self.pulled, *own)))

    def part(self, value: cst.BaseExpression, room: int) -> cst.BaseExpression | None:
        """Return the part to name: one that makes the rest fit, else one of the longest."""
        whole = text_length(value)
        alone = self.width - len("factor = ")
        found = [p for p in parts(value) if WORTH_A_NAME < text_length(bare(p)) <= alone]
        enough = [p for p in found if whole - text_length(p) + len("factor") <= room]
        longest = max(map(text_length, found), default=0)
        long = [p for p in found if text_length(p) > LONG * longest]
        return max(enough or long, key=self.worth, default=None)

    def worth(self, part: cst.BaseExpression) -> tuple[float, int]:
        """Return what sorts parts by how worthy they are of a name: small values, long texts."""
        return -self.probe.size(code(part)), len(code(part))

    def is_local(self, part: cst.BaseExpression) -> bool:
        """Tell whether a part reads no cotangent."""
        return reads(part).keys().isdisjoint(self.pulled)

    def names(self, part: cst.BaseExpression, spare: int, is_term: bool) -> Iterator[str]:
        """Yield names for a part: a reduction's own, as far as there are characters to spare.

        Else a local derivative, a term of a sum, or a small or large part of a cotangent.
        """
        match part:
            case cst.Call(func=cst.Attribute(cst.Name(), cst.Name("sum" | "mean" | "max" | "min"))):
                own = phrase(ast.parse(code(part), mode="eval").body)
                yield from (name for name in own if len(name) <= spare)
        if is_row_product(part):
            yield "dots"
        is_number = self.probe.size(code(part)) == 1
        if self.is_local(part) and not is_number:
            yield "slope"
        yield "term" if is_term else "scale" if is_number else "factor"
        yield from ("common", "inner")


def entries_of(value: cst.BaseExpression) -> Sequence[cst.BaseElement]:
    """Return the entries of an array that is written out."""
    match value:
        case cst.Call(cst.Attribute(attr=cst.Name("array")), [cst.Arg(cst.List(entries))]):
            return entries
    return ()


def is_row_product(part: cst.BaseExpression) -> bool:
    """Tell whether a part is the products of rows with rows, as a column or not."""
    inner = part.value if isinstance(part, cst.Subscript) else part
    return code(inner).startswith('np.einsum("ij,ij->i"')


def is_term(part: cst.BaseExpression, value: cst.CSTNode) -> bool:
    """Tell whether a part is added to something in an expression, or taken from it."""
    match value:
        case cst.BinaryOperation(left, cst.Add() | cst.Subtract(), right) if part in (left, right):
            return True
    return any(is_term(part, child) for child in value.children)


def parts(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """Yield the operations and the calls inside an expression or a statement."""
    for child in node.children:
        if isinstance(child, cst.BinaryOperation | cst.Call | cst.Subscript):
            yield child
        yield from parts(child)


def with_shared_part(statements: list[Statement], line: Statement) -> list[Statement]:
    """Return statements and a line that names a part, from where on the part is first computed."""
    put = [reading(s, line) for s in statements]
    pairs = enumerate(zip(put, statements, strict=True))
    first = next((k for k, (new, old) in pairs if new is not old), len(statements))
    return [*put[:first], line, *put[first:]]


def changes(statement: Statement, line: Statement) -> bool:
    """Tell whether a statement binds or changes something that a line reads or binds."""
    return not (writes(statement) | mutates(statement)).isdisjoint({*reads(line), *writes(line)})


def reading(statement: Statement, line: Statement) -> Statement:
    """Return a statement that reads the name of a line where it computed what that holds."""
    name, text = bound(line), code(value_of(line))
    if not name or not bound(statement) or text not in code(statement):
        return statement
    value = value_of(statement)
    found = [part for part in parts(value) if code(bare(part)) == text]
    putting = Putting(dict.fromkeys(found, name))
    return with_value(statement, expression_by(putting, value)) if found else statement


class Putting(Transformer):
    """Replaces operations and calls by names."""

    def __init__(self, names: Mapping[cst.BaseExpression, str]) -> None:
        super().__init__()
        self.names = names

    def put(self, old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
        name = self.names.get(old)
        return cst.Name(name) if name else new

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        return self.put(original_node, updated_node)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        return self.put(original_node, updated_node)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        return self.put(original_node, updated_node)


@lru_cache(REMEMBERED)
def text_length(node: cst.CSTNode) -> int:
    """Return how long the text of an expression is; of a long sum no part is written out."""
    if not isinstance(node, cst.BinaryOperation):
        return len(code(node))
    return sum(map(text_length, (*node.lpar, node.left, node.operator, node.right, *node.rpar)))


def bare(expression: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression without parentheses around it."""
    return expression.with_changes(lpar=(), rpar=())
