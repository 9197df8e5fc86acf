"""The values that the user's names stand for at a point of the function."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass

from refactorer.errors import Refused
from refactorer.primal.assignments import Assignments
from refactorer.primal.calls import spelled
from refactorer.primal.refusals import INLINE, RENAME, not_taken, refused
from refactorer.primal.surroundings import Surroundings
from refactorer.reading.target import Target


@dataclass(frozen=True)
class Lookup:
    """The values written so far and the module around them; `reserved` are tangent's own names."""

    target: Target
    module: Surroundings
    written: Assignments
    reserved: frozenset[str]

    def path(self, node: ast.expr) -> str | None:
        """Return the dotted path of the module, function or constant that an expression names."""
        match node:
            case ast.Name(id=name) if self.written.knows(name) or name in self.module.names:
                return self.written.paths.get(name)
            case ast.Name(id=name):
                return f"builtins.{name}" if hasattr(builtins, name) else None
            case ast.Attribute(value=value, attr=attribute):
                owner = self.path(value)
                return f"{owner}.{attribute}" if owner else None
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                return "numpy" if name == "get_array_module" else None
        return None

    def of_module(self, path: str) -> ast.expr:
        """Return the operand for what a path names."""
        if path == "numpy.newaxis":
            return ast.Constant(None)
        return ast.parse(spelled(path, self.module.imports), mode="eval").body

    def name(self, node: ast.Name) -> ast.expr:
        """Return what a name stands for here, which may be a constant of the module."""
        if node.id in self.written.values:
            return self.written.values[node.id]
        if node.id not in self.module.names - self.module.helpers:
            raise self.no_value(node)
        # tangent's templates would make a local variable of it.
        if node.id not in self.reserved:
            return node
        if node.id in self.module.literals:
            return self.module.literals[node.id]
        reason = f"`{node.id}` collides with a name of tangent's"
        raise refused(self.target, node, reason, RENAME, code="name-clash")

    def no_value(self, node: ast.Name) -> Refused:
        """Return the error for a name that stands for no value."""
        if node.id in {self.target.name, *self.module.helpers}:
            reason = f"`{node.id}` is a function, which is not taken as a value"
            return refused(self.target, node, reason, INLINE)
        return refused(self.target, node, f"`{node.id}` is read before it is set", "Set it first")

    def hides(self, target: ast.expr) -> bool:
        """Say whether a comprehension's variable has the name of a value."""
        return any(isinstance(n, ast.Name) and self.written.knows(n.id) for n in ast.walk(target))

    def mark_reads(self, node: ast.AST) -> None:
        """Note our names of the values that are read where nothing is computed."""
        match node:
            case ast.Name(id=name) if name in self.written.values:
                self.written.mark(node, self.written.values[name])
            case ast.Lambda():
                raise not_taken(self.target, node)
            case ast.comprehension(target=target) if self.hides(target):
                raise refused(self.target, target, "this hides a value of the function", RENAME)
            case ast.JoinedStr():  # before Python 3.12 the places in it are wrong
                return
        for child in ast.iter_child_nodes(node):
            self.mark_reads(child)
