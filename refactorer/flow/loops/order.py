"""Tells whether the turns of a loop may run in any order."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from refactorer.flow.names import loaded
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement

SUMS = (ast.Add, ast.Sub)


def in_any_order(body: Sequence[Statement], lasting: Collection[str]) -> bool:
    """Tell whether no turn reads what another leaves, and none replaces what is `lasting`.

    Sums may be taken in any order.
    """
    turn = Turn()
    turn.block(ast.parse("".join(map(code, body))).body)
    left = turn.replaced | turn.added
    return turn.known and turn.reads.isdisjoint(left) and turn.replaced.isdisjoint(lasting)


@dataclass
class Turn:
    """What a turn reads of the turns before it, what it adds to, and what it replaces.

    `own` are the names that it has set already; `known` tells whether every statement was
    understood.
    """

    own: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    known: bool = True

    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Note the effects of statements, one after the other."""
        for statement in statements:
            self.statement(statement)

    def statement(self, statement: ast.stmt) -> None:
        """Note what a statement does."""
        match statement:
            case ast.Assign(targets=[target], value=value):
                self.read(value)
                self.set(target)
            case ast.AugAssign(target=ast.Name(name), op=op, value=value):
                self.read(value)
                self.add(name, op)
            case ast.AugAssign(target=ast.Subscript(ast.Name(name), index), op=op, value=value):
                self.read(value)
                self.read(index)
                self.add(name, op)
            case ast.Expr(ast.Call(ast.Attribute(attr="at"), [ast.Name(name), *values])):
                for value in values:
                    self.read(value)
                self.add(name, ast.Add())
            case ast.If(test=test, body=body, orelse=orelse):
                self.read(test)
                self.ways(body, orelse)
            case ast.For(target=target, iter=head, body=body):
                self.read(head)
                before = set(self.own)
                self.set(target)
                self.block(body)
                self.own = before
            case ast.Pass():
                pass
            case _:
                self.known = False

    def ways(self, *ways: Sequence[ast.stmt]) -> None:
        """Note what either of two ways does; what both set is set."""
        before, ends = set(self.own), []
        for way in ways:
            self.own = set(before)
            self.block(way)
            ends.append(self.own)
        self.own = set.intersection(*ends)

    def read(self, node: ast.AST) -> None:
        """Note what an expression reads that the turn has not set."""
        self.reads |= {*loaded(node)} - self.own

    def add(self, name: str, op: ast.operator) -> None:
        """Note that something is added to a name, or done to it that has an order."""
        if name not in self.own:
            (self.added if isinstance(op, SUMS) else self.replaced).add(name)
            self.reads |= set() if isinstance(op, SUMS) else {name}

    def set(self, target: ast.expr) -> None:
        """Note that a target gets a value."""
        match target:
            case ast.Name(name):
                self.own.add(name)
                self.replaced.add(name)
            case ast.Tuple(parts):
                for part in parts:
                    self.set(part)
            case ast.Subscript(ast.Name(name), index):
                self.read(index)
                if name not in self.own:
                    self.replaced.add(name)
                    self.reads.add(name)
            case _:
                self.known = False
