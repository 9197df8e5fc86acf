"""The text of a function as statements: its docstring, its work, and what it returns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from refactorer.reading.literals import import_paths
from refactorer.syntax.dataflow import assignment, bound, reads, writes
from refactorer.syntax.expressions import code, parenthesized
from refactorer.syntax.suites import Statement, ending, lines

BLANK = cst.EmptyLine(indent=False)


@dataclass(frozen=True)
class Function:
    """A function whose last statement is its only `return`."""

    text: str

    @cached_property
    def definition(self) -> cst.FunctionDef:
        """The function."""
        body = cst.parse_module(self.text).body
        return next(statement for statement in body if isinstance(statement, cst.FunctionDef))

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the body, each on a line of its own."""
        found = list(lines(self.definition.body))
        ends = [k for k, s in enumerate(found) if isinstance(ending(s), cst.Return)]
        return tuple(found[: ends[0] + 1])

    @property
    def docstring(self) -> tuple[Statement, ...]:
        """The docstring, if there is one."""
        return self.statements[:1] if self.definition.get_docstring(clean=False) else ()

    @property
    def work(self) -> tuple[Statement, ...]:
        """The statements between the docstring and the `return`."""
        return self.statements[len(self.docstring) : -1]

    @property
    def last(self) -> cst.SimpleStatementLine:
        """The line of the `return`."""
        return cst.ensure_type(self.statements[-1], cst.SimpleStatementLine)

    @property
    def result(self) -> cst.BaseExpression:
        """What the function returns."""
        value = cst.ensure_type(self.last.body[0], cst.Return).value
        assert value is not None
        return value

    def work_for(self, read: Iterable[str]) -> list[Statement]:
        """Return the statements, imports among them, without which names could not be read."""
        live, kept = set(read), []
        for statement in reversed(self.work):
            if not live.isdisjoint(writes(statement) | names_imported(statement)):
                live = (live - {bound(statement)}) | set(reads(statement))
                kept.append(statement)
        return kept[::-1]

    def naming(self, name: str, part: cst.BaseExpression) -> Function:
        """Return the function with a name for what it returns, or for a part of that."""
        named = assignment(name, part if part.lpar else parenthesized(part), self.last)
        rest = self.result.deep_replace(part, cst.Name(name))
        assert isinstance(rest, cst.BaseExpression)
        result = cst.parse_expression(unbroken(code(rest)))
        last = self.last.with_changes(body=[cst.Return(result)], leading_lines=())
        return Function(cst.Module([self.with_body([*self.statements[:-1], named, last])]).code)

    def with_body(self, statements: Sequence[Statement]) -> cst.FunctionDef:
        """Return the definition with another body."""
        old = self.definition.body
        block = old if isinstance(old, cst.IndentedBlock) else cst.IndentedBlock([])
        return self.definition.with_changes(body=block.with_changes(body=statements))


def unbroken(expression: str) -> str:
    """Return the text of an expression in one line, unless that changes what it says."""
    closed = re.sub(r",\s*\n\s*(?=[)\]])", "", expression)
    line = re.sub(r"\s*\n\s*", " ", closed)
    if "#" in expression or ast.dump(tree(line)) != ast.dump(tree(expression)):
        return expression
    return line


def tree(expression: str) -> ast.expr:
    """Return the tree of an expression, which may stand in several lines."""
    return ast.parse(f"({expression})", mode="eval").body


def plain(text: str) -> str:
    """Return a function without its docstring, its decorators and its annotations."""
    function = next(s for s in ast.parse(text).body if isinstance(s, ast.FunctionDef))
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    if ast.get_docstring(function, clean=False):
        del function.body[0]
    function.decorator_list, function.returns = [], None
    return f"{ast.unparse(function)}\n"


def names_imported(statement: Statement) -> frozenset[str]:
    """Return the names that an import binds."""
    return frozenset(import_paths(ast.parse(code(statement).strip()).body))
