"""The user's statements, each with at most one call, choice, put or append in it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import libcst as cst

from refactorer.flow.names import expression, stores
from refactorer.flow.statements.flattening import Flattening, put_name
from refactorer.flow.statements.lists import singular
from refactorer.flow.statements.splitting import Splitter
from refactorer.printing.names.phrases import of_value
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code, parenthesized
from refactorer.syntax.puts import put_by_call
from refactorer.syntax.rewriting import expression_by
from refactorer.syntax.suites import Statement, else_like, line, lines, otherwise


@dataclass(frozen=True)
class Canonical(Splitter):
    """Takes statements apart, so that each has at most one operation of control flow."""

    def suite(self, body: cst.BaseSuite) -> cst.IndentedBlock:
        """Return a block of statements taken apart."""
        return cst.IndentedBlock([*self.all(lines(body))])

    def all(self, statements: Iterator[Statement] | Sequence[Statement]) -> Iterator[Statement]:
        """Yield the statements taken apart."""
        for statement in statements:
            yield from self.one(statement)

    def one(self, statement: Statement) -> Iterator[Statement]:
        """Yield what a statement is, taken apart."""
        match statement:
            case cst.SimpleStatementLine(body=[small]):
                *before, last = self.simple(statement, small)
                yield from under_comments(before, last, statement)
            case cst.If():
                before, test = self.flat(statement.test)
                yield from before
                yield statement.with_changes(
                    test=test, body=self.suite(statement.body), orelse=self.otherwise(statement)
                )
            case cst.For():
                before, head = self.head(statement.iter, stores(statement))
                yield from before
                yield statement.with_changes(iter=head, body=self.suite(statement.body))
            case cst.While():
                yield statement.with_changes(body=self.suite(statement.body))
            case _:
                yield statement

    def head(
        self, value: cst.BaseExpression, inside: Collection[str]
    ) -> tuple[list[Statement], cst.BaseExpression]:
        """Return lines that name what a loop runs over, if it has a cotangent, and that name.

        A name that is set again `inside` the loop is not taken: the loop runs over its first value.
        """
        if isinstance(value, cst.Call) and code(value.func) in ("zip", "enumerate", "reversed"):
            before: list[Statement] = []
            arguments = []
            for arg in value.args:
                own, held = self.head(arg.value, inside)
                before += own
                arguments.append(arg.with_changes(value=held))
            return before, value.with_changes(args=arguments)
        if isinstance(value, cst.Name) and value.value in inside and self.follows(value):
            name = self.names.new(f"{value.value}_rows", f"{value.value}_before")
            self.made.add(name)
            return [assignment(name, value)], cst.Name(name)
        return self.held(value, put_name(value) if isinstance(value, cst.Subscript) else "")

    def otherwise(self, statement: cst.If) -> cst.If | cst.Else | None:
        """Return the `else` of a branch; an `elif` whose test needs lines before it becomes one."""
        return else_like(statement, [*self.all(otherwise(statement))])

    def simple(
        self, statement: cst.SimpleStatementLine, small: cst.BaseSmallStatement
    ) -> Iterator[Statement]:
        """Yield the lines of a simple statement, its own one last."""
        match small:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript() as target)]) | (
                cst.AugAssign(target=cst.Subscript() as target)
            ) if self.is_computed(target):
                yield from self.with_index(statement, target)
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                yield from self.assign(statement, target, value)
            case cst.AugAssign(target=cst.Subscript() as target, operator=cst.AddAssign()):
                yield from with_value(statement, *self.held(small.value, put_name(target)))
            case cst.AugAssign(target=cst.Subscript()):
                yield from self.one(statement.with_changes(body=[plainly(small)]))
            case cst.Return(value=cst.BaseExpression() as value) | (
                cst.AugAssign(target=cst.Name(), value=value)
            ):
                yield from with_value(statement, *self.flat(value))
            case cst.Expr(value=cst.Call() as call):
                yield from self.put(statement, call)
            case _:
                yield statement

    def put(self, statement: cst.SimpleStatementLine, call: cst.Call) -> Iterator[Statement]:
        """Yield the lines of a call that puts a value somewhere: into a list, or an array."""
        match call:
            case cst.Call(func=cst.Attribute(value=name, attr=cst.Name("append")), args=[arg]):
                before, held = self.held(arg.value, singular(code(name)))
                appended = call.with_changes(args=[arg.with_changes(value=held)])
                yield from with_value(statement, before, appended)
            case cst.Call(args=[*others, last]) if put_by_call(expression(call)):
                before, held = self.held(last.value, "")
                added = call.with_changes(args=[*others, last.with_changes(value=held)])
                yield from with_value(statement, before, added)
            case _:
                yield statement

    def is_computed(self, target: cst.Subscript) -> bool:
        """Tell whether an index is computed where it stands: its reverse needs it again."""
        index = expression(target)
        assert isinstance(index, ast.Subscript)
        computed = ast.Call | ast.Compare
        return any(
            isinstance(node, computed) or (isinstance(node, ast.Name) and node.id in self.arrays)
            for node in ast.walk(index.slice)
        )

    def with_index(
        self, statement: cst.SimpleStatementLine, target: cst.Subscript
    ) -> Iterator[Statement]:
        """Yield a line for the index of a put, and the put."""
        index = expression(target)
        assert isinstance(index, ast.Subscript)
        name = self.names.new("mask" if isinstance(index.slice, ast.Compare) else "index", "place")
        put = cst.parse_expression(f"{code(target.value)}[{name}]")
        yield line(f"{name} = {ast.unparse(index.slice)}").with_changes(
            leading_lines=statement.leading_lines
        )
        last = statement.deep_replace(target, put).with_changes(leading_lines=())
        yield from self.one(cst.ensure_type(last, cst.SimpleStatementLine))

    def assign(
        self,
        statement: cst.SimpleStatementLine,
        target: cst.BaseAssignTargetExpression,
        value: cst.BaseExpression,
    ) -> Iterator[Statement]:
        """Yield the lines of an assignment to one target."""
        match target, value:
            case cst.Subscript(), _:
                yield from with_value(statement, *self.held(value, put_name(target)))
            case cst.Tuple() | cst.List(), cst.Subscript():
                yield from with_value(statement, *self.held(value, put_name(value)))
            case _, cst.IfExp() if self.follows(value):
                bare = statement.with_changes(leading_lines=())
                yield self.choice(value, partial(valued, bare), statement)
            case _, cst.ListComp() if self.follows(value):
                yield from self.comprehension(value, code(target))
            case _, cst.Call() if self.is_call(value):
                yield from with_value(statement, *self.called(value, code(target)))
            case _:
                yield from with_value(statement, *self.flat(value))

    def held(
        self, value: cst.BaseExpression, wanted: str
    ) -> tuple[list[Statement], cst.BaseExpression]:
        """Return lines that name a value with a cotangent, and that name; else the value itself."""
        if isinstance(value, cst.Name) or not self.follows(value):
            return self.flat(value)
        if isinstance(value, cst.Subscript) and code(value.value) in self.arrays:
            wanted = ""
        choices = (wanted, *of_value(expression(value)))
        name = self.names.new(*(c for c in choices if c), "value")
        self.made.add(name)
        return [*self.one(assignment(name, value))], cst.Name(name)

    def flat(self, value: cst.BaseExpression) -> tuple[list[Statement], cst.BaseExpression]:
        """Return lines for the calls and choices in an expression, and the expression without."""
        if not self.follows(value) and not self.calls(value):
            return [], value
        flattening = Flattening(self, value)
        flattened = expression_by(flattening, value)
        return flattening.before, flattened

    def called(self, call: cst.Call, target: str) -> tuple[list[Statement], cst.Call]:
        """Return lines that name the arguments of a call, and the call with these names.

        `target` is the name of its result.
        """
        before: list[Statement] = []
        arguments = []
        for arg in call.args:
            lines, held = self.held(arg.value, given_name(arg.value, target))
            before += lines
            arguments.append(arg.with_changes(value=held))
        return before, call.with_changes(args=arguments)


def given_name(value: cst.BaseExpression, target: str) -> str:
    """Return what to call a sum that is given to a function, by what that returns."""
    if not isinstance(value, cst.BinaryOperation) or not target.isidentifier():
        return ""
    best = next(of_value(expression(value)))
    if best == "scores":
        return f"{target}_scores"
    first = next((n.id for n in ast.walk(expression(value)) if isinstance(n, ast.Name)), "")
    is_sum = isinstance(value.operator, cst.Add | cst.Subtract)
    return f"{first}_{target}" if is_sum and first else ""


def with_value(
    statement: cst.SimpleStatementLine, before: Sequence[Statement], value: cst.BaseExpression
) -> Iterator[Statement]:
    """Yield lines, and a statement with the value that they leave it."""
    yield from before
    yield valued(statement, value)


def valued(
    statement: cst.SimpleStatementLine, value: cst.BaseExpression
) -> cst.SimpleStatementLine:
    """Return a statement with another value."""
    return statement.with_changes(body=[statement.body[0].with_changes(value=value)])


def plainly(put: cst.AugAssign) -> cst.Assign:
    """Return `a[i] *= v` as `a[i] = a[i] * v`."""
    sign = code(put.operator).strip().removesuffix("=")
    value = cst.parse_expression(f"{code(put.target)} {sign} {code(parenthesized(put.value))}")
    return cst.Assign([cst.AssignTarget(put.target)], value)


def under_comments(
    before: Sequence[Statement], last: Statement, like: cst.SimpleStatementLine
) -> Iterator[Statement]:
    """Yield lines and a last one, with the comments of a statement above the first of them."""
    if not before:
        yield last
        return
    yield before[0].with_changes(leading_lines=like.leading_lines)
    yield from before[1:]
    yield last.with_changes(leading_lines=())
