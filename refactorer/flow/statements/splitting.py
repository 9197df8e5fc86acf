"""What is known while a function is taken apart, and the blocks that its expressions become."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

import libcst as cst

from refactorer.flow.names import Names, followed, parsed, stores
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, else_of, line


@dataclass(frozen=True)
class Splitter(ABC):
    """Takes a function apart: statements, and the choices, loops and calls in their expressions.

    `helpers` are the user's functions, `active` the names that may have cotangents, `arrays` those
    that are filled by index, `sequences` the lists that are appended to, and `made` the names that
    were added here and have cotangents.
    """

    names: Names
    helpers: Collection[str]
    active: Collection[str]
    arrays: Collection[str] = ()
    sequences: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)

    @abstractmethod
    def one(self, statement: Statement) -> Iterator[Statement]:
        """Yield what a statement is, taken apart."""

    def is_call(self, node: cst.CSTNode) -> bool:
        """Tell whether an expression calls a function of the user's."""
        return isinstance(node, cst.Call) and code(node.func) in self.helpers

    def calls(self, node: cst.BaseExpression) -> bool:
        """Tell whether a function of the user's is called in an expression."""
        names = set(called_in(parsed(node)))
        return not names.isdisjoint(self.helpers)

    def follows(self, node: cst.CSTNode) -> bool:
        """Tell whether a derivative may flow through an expression."""
        return not followed(parsed(node)).isdisjoint(self.made.union(self.active))

    def choice(
        self,
        value: cst.IfExp,
        line_of: Callable[[cst.BaseExpression], Statement],
        like: cst.SimpleStatementLine | None = None,
    ) -> cst.If:
        """Return the `if` that does what a conditional expression does."""
        then, other = ([*self.one(line_of(part))] for part in (value.body, value.orelse))
        return cst.If(
            value.test.with_changes(lpar=(), rpar=()),
            cst.IndentedBlock(then),
            else_of(other),
            leading_lines=like.leading_lines if like else (),
        )

    def comprehension(self, value: cst.ListComp, name: str) -> Iterator[Statement]:
        """Yield the loop that does what a comprehension does."""
        self.sequences.add(name)
        yield line(f"{name} = []")
        yield from self.turned(value, f"{name}.append({code(value.elt)})")

    def summed(self, value: cst.GeneratorExp, name: str) -> Iterator[Statement]:
        """Yield the loop that adds up what a generator yields."""
        yield line(f"{name} = 0.0")
        yield from self.turned(value, f"{name} += {code(value.elt)}")

    def turned(self, value: cst.BaseSimpleComp, text: str) -> Iterator[Statement]:
        """Yield the loop that runs the line of a text for each item of a comprehension."""
        part: cst.CompFor | None = value.for_in
        while part:
            self.made.update(stores(part.target) if self.follows(part.iter) else ())
            part = part.inner_for_in
        yield from self.one(looped(value.for_in, line(text)))


def looped(part: cst.CompFor, body: Statement) -> Statement:
    """Return the loop around a statement that a part of a comprehension says."""
    inside = looped(part.inner_for_in, body) if part.inner_for_in else body
    for test in reversed(part.ifs):
        inside = cst.If(test.test, cst.IndentedBlock([inside]))
    return cst.For(part.target, part.iter, cst.IndentedBlock([inside]))


def called_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names by which something is called in a tree."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name
