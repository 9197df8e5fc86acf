"""Statements with other names, or with expressions in the places of names."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping
from itertools import chain, count

import libcst as cst

from refactorer.syntax.expressions import Substitution, bare, code, names_in, unparsed
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, statement_by


def replaced(statement: Statement, values: Mapping[str, cst.BaseExpression]) -> Statement:
    """Return a simple statement that reads expressions in place of names."""
    text = replaced_text(bare(statement), {n: code(v) for n, v in values.items()})
    put = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    return put.with_changes(leading_lines=statement.leading_lines)


def replaced_text(statement: str, values: Mapping[str, str]) -> str:
    """Return the text of a simple statement that reads expressions in place of names."""
    return unparsed(Substitution(values).visit(ast.parse(statement)))


def fresh(name: str, taken: Container[str]) -> str:
    """Return the name, with a number after it if it is taken."""
    return next(n for n in chain([name], (f"{name}{i}" for i in count(2))) if n not in taken)


class NamesOfValues(Transformer):
    """Visits the names that stand for values, and neither attributes nor keywords."""

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)


class Renaming(NamesOfValues):
    """Renames the names that a node reads and binds."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return (
            cst.Name(self.names[name])
            if (name := original_node.value) in self.names
            else updated_node
        )


def renamed(statement: Statement, names: Mapping[str, str]) -> Statement:
    """Return a statement that reads and binds other names."""
    if not any(map(names.__contains__, chain(*names_in(bare(statement))))):
        return statement
    return statement_by(Renaming(names), statement)
