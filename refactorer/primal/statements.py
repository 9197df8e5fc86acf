"""Statements of the user's, one after the other, as lines in single assignment."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refactorer.primal.assignments import is_operand
from refactorer.primal.operators import binary
from refactorer.primal.reader import Reader, is_shape
from refactorer.primal.refusals import BUILD, REASONS, not_taken, refused
from refactorer.primal.surroundings import is_literal
from refactorer.primal.targets import elements, pairs
from refactorer.reading.literals import import_paths

RETURN = "Return an array, a number, or a tuple of them"


@dataclass(frozen=True)
class Statements:
    """Writes the lines of statements through the reader of their expressions."""

    reader: Reader

    def run(self, function: ast.FunctionDef) -> str:
        """Write the lines of a function's body, and return our name of its output."""
        for statement in self.read_through(function.body):
            if isinstance(statement, ast.Return):
                return self.output(statement)
            self.statement(statement)
        reason = f"`{function.name}` returns nothing"
        raise refused(self.reader.target, function, reason, RETURN, code="no-output")

    def read_through(self, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Yield statements, and those in blocks that compute nothing by themselves."""
        for statement in body:
            match statement:
                case ast.With(items=items, body=inner) if all(map(self.is_setting, items)):
                    yield from self.read_through(inner)
                case _:
                    yield statement

    def is_setting(self, item: ast.withitem) -> bool:
        """Say whether a `with` only says which warnings are given."""
        called = item.context_expr
        path = self.reader.path(called.func) if isinstance(called, ast.Call) else None
        return path in SETTINGS and item.optional_vars is None

    def output(self, statement: ast.Return) -> str:
        """Write the line of what is returned, and return its name."""
        if statement.value is None or isinstance(statement.value, ast.List | ast.Dict):
            reason = f"`{ast.unparse(statement)}` is not taken"
            raise refused(self.reader.target, statement, reason, RETURN)
        written = self.reader.written
        value = self.reader.operand(statement.value)
        if isinstance(value, ast.Tuple) and any(isinstance(part, ast.Dict) for part in value.elts):
            raise refused(self.reader.target, statement, "a dict is not taken", RETURN)
        if not (isinstance(value, ast.Name) and value.id in written.safe.given):
            value = written.write(value)
            written.mark(statement.value, value)
        return value.id

    def statement(self, statement: ast.stmt) -> None:
        """Write the lines of one statement."""
        match statement:
            case ast.Assign(targets=targets, value=value):
                self.assign(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign([target], value)
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                self.augment(target, op, value)
            case ast.AugAssign(target=target):
                raise self.no_name(target)
            case ast.Import() | ast.ImportFrom():
                self.imports(statement)
            case _:
                self.leave_out(statement)

    def assign(self, targets: Sequence[ast.expr], node: ast.expr) -> None:
        """Write the lines of `a = b = ...` or `a, b = ..., ...`."""
        if len(targets) == 1:
            # Every value is read before any name is set.
            rows = [(t, part, self.reader.operation(part)) for t, part in pairs(targets[0], node)]
            for target, part, value in rows:
                self.give(target, part, value)
            return
        value = self.reader.operation(node)
        for target in sorted(targets, key=lambda target: not isinstance(target, ast.Name)):
            value = self.give(target, node, value)

    def give(self, target: ast.expr, node: ast.expr, value: ast.expr) -> ast.expr:
        """Let a target stand for the value of the expression at a node; return what holds it."""
        path = self.reader.path(node)
        held = self.store(target, value)
        self.reader.written.mark(node, held)
        if path and isinstance(target, ast.Name):
            self.reader.written.paths[target.id] = path
        return held

    def augment(self, target: ast.Name, op: ast.operator, node: ast.expr) -> None:
        """Write the line of `x += ...`, which sets a new value unless others hold the old one."""
        before = self.reader.name(target)
        values = self.reader.written.values
        sharers = [user for user, value in values.items() if value is before and user != target.id]
        if sharers or before in self.reader.written.parameters:
            reason = f"this may change `{(sharers or [target.id])[0]}` in place"
            hint = f"Write it as `{target.id} = {target.id} ...`"
            raise refused(self.reader.target, target, reason, hint, code="in-place")
        self.store(target, binary(self.reader.written, before, op, self.reader.operand(node)))

    def store(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """Let a target stand for an operation or operand; return what holds it."""
        match target:
            case ast.Name(id=user):
                return self.store_name(target, user, value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                held = value if is_shape(value) else self.reader.written.held(value)
                parts = elements(held, targets)
                if parts is None:
                    stars = (one for one in targets if isinstance(one, ast.Starred))
                    raise not_taken(self.reader.target, next(stars, target))
                for one, part in zip(targets, parts, strict=True):
                    self.store(one.value if isinstance(one, ast.Starred) else one, part)
                return held
        raise self.no_name(target)

    def store_name(self, target: ast.Name, user: str, value: ast.expr) -> ast.expr:
        """Let a name stand for an operation, which gets a line, or for an operand."""
        written = self.reader.written
        needs_line = is_literal(value) or not is_operand(value)
        held = written.write(value, user) if needs_line else value
        written.bind(user, held)
        written.mark(target, held)
        return held

    def no_name(self, target: ast.expr) -> Exception:
        """Return the error for a target that is no name."""
        if isinstance(target, ast.Starred):
            return not_taken(self.reader.target, target)
        reason = f"an assignment to `{ast.unparse(target)}` is not taken"
        return refused(self.reader.target, target, reason, BUILD)

    def imports(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Note what an import of the dialect's modules binds."""
        paths = import_paths([statement])
        if not paths or not all(path.split(".")[0] in {"math", "numpy"} for path in paths.values()):
            raise not_taken(self.reader.target, statement)
        self.reader.written.paths |= paths

    def leave_out(self, statement: ast.stmt) -> None:
        """Note what a statement reads that is no part of the computation."""
        match statement:
            case ast.Pass() | ast.Assert() | ast.AnnAssign() | ast.Expr(value=ast.Constant()):
                self.reader.mark_reads(statement)
            case ast.Expr(value=value) if self.says(value):
                self.reader.mark_reads(statement)
            case ast.Expr(value=ast.Call(func=function) as call):
                if self.reader.path(function):
                    self.reader.operation(call)
                    raise not_taken(self.reader.target, statement)
                what = f"`{ast.unparse(function)}` may change a value in place"
                raise refused(self.reader.target, statement, what, BUILD)
            case ast.Expr(value=value) if type(value).__name__ in REASONS:
                raise not_taken(self.reader.target, value)
            case _:
                raise not_taken(self.reader.target, statement)

    def says(self, value: ast.expr) -> bool:
        """Say whether evaluating an expression only reads, prints, logs, warns or asserts."""
        if isinstance(value, ast.Call):
            path = self.reader.path(value.func) or ""
            method = value.func.attr if isinstance(value.func, ast.Attribute) else ""
            return path.startswith(SPEAKERS) or (not path and method in LEVELS)
        return isinstance(value, ast.Name | ast.Attribute)


# What a `with` may enter, and what may be called for what it says.
SETTINGS = frozenset({"numpy.errstate", "numpy.printoptions", "warnings.catch_warnings"})
SPEAKERS = ("builtins.print", "logging.", "numpy.testing.", "warnings.")
LEVELS = frozenset({"debug", "info", "warning", "error"})
