"""The lines of a function in single assignment, written one after the other."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from refactorer.primal.activity import moves
from refactorer.primal.dialect import FORMS
from refactorer.primal.safe_names import SafeNames
from refactorer.primal.surroundings import is_literal
from refactorer.reading.source import Located, Source, Span


@dataclass
class Assignments:
    """The lines so far, and the value that each of the user's names stands for at this point.

    An operand is a name, a literal, an attribute of a module, or a tuple of operands. `values` maps
    names of the user's to their operands, `paths` those that are modules or functions to where they
    come from, and `literals` names of ours and of the module to the literals that they are;
    `active` are those of our names whose values may have a gradient.
    """

    source: Source
    safe: SafeNames
    paths: dict[str, str]
    literals: dict[str, ast.expr]
    values: dict[str, ast.expr] = field(default_factory=dict)
    parameters: list[ast.expr] = field(default_factory=list)
    active: set[str] = field(default_factory=set)
    lines: list[tuple[str, ast.expr]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    expressions: dict[Span, str] = field(default_factory=dict)

    def parameter(self, argument: ast.arg) -> None:
        """Give a parameter its name."""
        ours = self.safe.version(argument.arg)
        self.parameters.append(ast.Name(ours))
        self.bind(argument.arg, self.parameters[-1])
        start = self.source.span(argument).start
        self.expressions[Span(start, start + len(argument.arg))] = ours

    def write(self, operation: ast.expr, user: str = "") -> ast.Name:
        """Write the line that computes an operation, and return its name."""
        ours = self.safe.version(user) if user else self.safe.value()
        self.lines.append((ours, operation))
        if moves(operation, frozenset(self.active), is_form):
            self.active.add(ours)
        if is_literal(operation):
            self.literals[ours] = operation
        return ast.Name(ours)

    def knows(self, user: str) -> bool:
        """Say whether a name of the user's stands for something here."""
        return user in self.values or user in self.paths

    def held(self, operation: ast.expr) -> ast.expr:
        """Return an operand as it is, and the name of the line that computes an operation."""
        return operation if is_operand(operation) else self.write(operation)

    def bind(self, user: str, operand: ast.expr) -> None:
        """Let a name of the user's stand for an operand from here on."""
        self.paths.pop(user, None)
        self.values[user] = operand
        if isinstance(operand, ast.Name) and operand.id in self.safe.given:
            self.names.setdefault(operand.id, user)

    def mark(self, node: Located, operand: ast.expr) -> None:
        """Note which of our names holds the value of the user's expression."""
        if isinstance(operand, ast.Name) and operand.id in self.safe.given:
            self.expressions[self.source.span(node)] = operand.id

    def literal(self, operand: ast.expr) -> ast.expr:
        """Return the literal that an operand is known to be, or the operand."""
        match operand:
            case ast.Name(id=name):
                return self.literals.get(name, operand)
            case ast.Tuple(elts=parts):
                return ast.Tuple([self.literal(part) for part in parts])
        return operand


def is_form(function: ast.expr) -> bool:
    """Say whether the value of a function depends on its argument's shape or dtype alone."""
    return ast.unparse(function) in FORMS


def is_operand(node: ast.expr) -> bool:
    """Say whether an operation on operands is itself one."""
    plain = (ast.Name, ast.Tuple, ast.List, ast.Dict, ast.Slice, ast.Attribute)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand if isinstance(node.operand, ast.Attribute) else node
    return isinstance(node, plain) or is_literal(node)
