"""The user's statements with one operation of control flow each: calls, choices, puts, appends."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from refactorer.dataflow import Statement, assignment
from refactorer.expressions import code
from refactorer.flow.exits import otherwise
from refactorer.flow.lists import gathered, singular
from refactorer.flow.names import Names, followed, parsed
from refactorer.printing.functions import lines
from refactorer.printing.phrases import of_value
from refactorer.rewriting import expression_by

Follows = Callable[[cst.CSTNode], bool]


@dataclass(frozen=True)
class Canonical:
    """Takes statements apart.

    `helpers` are the user's functions, `active` may have cotangents, into `arrays` items are put,
    `sequences` are the lists that are appended to.
    """

    names: Names
    helpers: Collection[str]
    active: Collection[str]
    arrays: Collection[str] = ()
    sequences: Collection[str] = ()

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
                *before, line = self.simple(statement, small)
                yield from raised(before, line, statement)
            case cst.If():
                before, test = self.flat(statement.test)
                yield from before
                yield statement.with_changes(
                    test=test, body=self.suite(statement.body), orelse=self.otherwise(statement)
                )
            case cst.For():
                before, head = self.head(statement.iter)
                yield from before
                yield statement.with_changes(iter=head, body=self.suite(statement.body))
            case cst.While():
                yield statement.with_changes(body=self.suite(statement.body))
            case _:
                yield statement

    def head(self, value: cst.BaseExpression) -> tuple[list[Statement], cst.BaseExpression]:
        """Return lines after which what a loop runs over, if it has a cotangent, is a name."""
        if isinstance(value, cst.Call) and code(value.func) in ("zip", "enumerate", "reversed"):
            before: list[Statement] = []
            arguments = []
            for arg in value.args:
                own, held = self.head(arg.value)
                before += own
                arguments.append(arg.with_changes(value=held))
            return before, value.with_changes(args=arguments)
        return self.held(value, put_name(value) if isinstance(value, cst.Subscript) else "")

    def otherwise(self, statement: cst.If) -> cst.If | cst.Else | None:
        """Return the other way of a choice; one whose test needs lines before it has its own."""
        found = [*self.all(otherwise(statement))]
        if isinstance(statement.orelse, cst.If) and len(found) == 1:
            return cst.ensure_type(found[0], cst.If)
        return cst.Else(cst.IndentedBlock(found)) if found else None

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
                yield from self.assign(statement, small, target, value)
            case cst.AugAssign(target=cst.Subscript() as target, operator=op, value=value):
                if not isinstance(op, cst.AddAssign):
                    sign = code(op).strip().removesuffix("=")
                    value = cst.parse_expression(f"{code(target)} {sign} {code(grouped(value))}")
                    line = statement.with_changes(
                        body=[cst.Assign([cst.AssignTarget(target)], value)]
                    )
                    yield from self.one(line)
                    return
                before, held = self.held(value, put_name(target))
                yield from before
                yield statement.with_changes(body=[small.with_changes(value=held)])
            case cst.Return(value=cst.BaseExpression() as value):
                before, flat = self.flat(value)
                yield from before
                yield statement.with_changes(body=[small.with_changes(value=flat)])
            case cst.AugAssign(target=cst.Name(), value=value):
                before, flat = self.flat(value)
                yield from before
                yield statement.with_changes(body=[small.with_changes(value=flat)])
            case cst.Expr(
                value=cst.Call(
                    func=cst.Attribute(value=name, attr=cst.Name("append")), args=[arg]
                ) as call
            ):
                before, held = self.held(arg.value, singular(code(name)))
                yield from before
                put = call.with_changes(args=[arg.with_changes(value=held)])
                yield statement.with_changes(body=[cst.Expr(put)])
            case _:
                yield statement

    def is_computed(self, target: cst.Subscript) -> bool:
        """Tell whether an index is computed in its place: its reverse has to find it again."""
        index = ast.parse(code(target), mode="eval").body
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
        index = ast.parse(code(target), mode="eval").body
        assert isinstance(index, ast.Subscript)
        name = self.names.new("mask" if isinstance(index.slice, ast.Compare) else "index", "place")
        put = cst.parse_expression(f"{code(target.value)}[{name}]")
        yield statement_of(f"{name} = {ast.unparse(index.slice)}").with_changes(
            leading_lines=statement.leading_lines
        )
        line = statement.deep_replace(target, put).with_changes(leading_lines=())
        yield from self.one(cst.ensure_type(line, cst.SimpleStatementLine))

    def assign(
        self,
        statement: cst.SimpleStatementLine,
        small: cst.Assign,
        target: cst.BaseAssignTargetExpression,
        value: cst.BaseExpression,
    ) -> Iterator[Statement]:
        """Yield the lines of an assignment to one target."""
        if isinstance(target, cst.Subscript):
            before, value = self.held(value, put_name(target))
        elif isinstance(value, cst.IfExp) and self.follows(value):
            yield self.choice(
                value,
                lambda part: statement.with_changes(
                    body=[small.with_changes(value=part)], leading_lines=()
                ),
                statement,
            )
            return
        elif isinstance(value, cst.ListComp) and self.follows(value):
            yield from self.comprehension(value, code(target))
            return
        elif self.is_call(value):
            before, value = self.called(cst.ensure_type(value, cst.Call))
        else:
            before, value = self.flat(value)
        yield from before
        yield statement.with_changes(body=[small.with_changes(value=value)])

    def is_call(self, node: cst.CSTNode) -> bool:
        """Tell whether an expression calls a function of the user's."""
        return isinstance(node, cst.Call) and code(node.func) in self.helpers

    def calls(self, node: cst.BaseExpression) -> bool:
        """Tell whether a function of the user's is called in an expression."""
        names = set(called_in(parsed(node)))
        return not names.isdisjoint(self.helpers)

    def follows(self, node: cst.CSTNode) -> bool:
        """Tell whether a derivative may flow through an expression."""
        return not followed(parsed(node)).isdisjoint(self.active)

    def held(
        self, value: cst.BaseExpression, wanted: str
    ) -> tuple[list[Statement], cst.BaseExpression]:
        """Return lines after which a value with a cotangent is a name."""
        if isinstance(value, cst.Name) or not self.follows(value):
            return self.flat(value)
        if isinstance(value, cst.Subscript) and code(value.value) in self.arrays:
            wanted = ""
        choices = (wanted, *of_value(expression(value)))
        name = self.names.new(*(c for c in choices if c), "value")
        return [*self.one(assignment(name, value))], cst.Name(name)

    def flat(self, value: cst.BaseExpression) -> tuple[list[Statement], cst.BaseExpression]:
        """Return lines after which an expression has no calls and choices in it."""
        if not self.follows(value) and not self.calls(value):
            return [], value
        flattening = Flattening(self, value)
        flattened = expression_by(flattening, value)
        return flattening.before, flattened

    def called(self, call: cst.Call) -> tuple[list[Statement], cst.Call]:
        """Return lines after which what is given to a function of the user's is names."""
        before: list[Statement] = []
        arguments = []
        for arg in call.args:
            lines, held = self.held(arg.value, "")
            before += lines
            arguments.append(arg.with_changes(value=held))
        return before, call.with_changes(args=arguments)

    def choice(
        self,
        value: cst.IfExp,
        line: Callable[[cst.BaseExpression], Statement],
        like: cst.SimpleStatementLine | None = None,
    ) -> cst.If:
        """Return the `if` that does what a conditional expression does."""
        then, other = ([*self.one(line(part))] for part in (value.body, value.orelse))
        return cst.If(
            value.test.with_changes(lpar=(), rpar=()),
            cst.IndentedBlock(then),
            cst.Else(cst.IndentedBlock(other)),
            leading_lines=like.leading_lines if like else (),
        )

    def comprehension(self, value: cst.ListComp, name: str) -> Iterator[Statement]:
        """Yield the loop that does what a comprehension does."""
        yield statement_of(f"{name} = []")
        line = statement_of(f"{name}.append({code(value.elt)})")
        yield from self.one(looped(value.for_in, line))

    def summed(self, value: cst.GeneratorExp, name: str) -> Iterator[Statement]:
        """Yield the loop that adds up what a generator yields."""
        yield statement_of(f"{name} = 0.0")
        line = statement_of(f"{name} = {name} + ({code(value.elt)})")
        yield from self.one(looped(value.for_in, line))


class Flattening(cst.CSTTransformer):
    """Takes calls of the user's functions and choices out of an expression."""

    def __init__(self, canonical: Canonical, whole: cst.BaseExpression) -> None:
        super().__init__()
        self.canonical = canonical
        self.whole = whole
        self.sliced = several_slices(whole)
        self.parts: dict[str, str] = {}
        self.before: list[Statement] = []

    def new(self, *wanted: str) -> str:
        return self.canonical.names.new(*wanted)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        match updated_node:
            case cst.Call(func=cst.Name("sum"), args=[cst.Arg(value=cst.GeneratorExp() as items)]):
                if self.canonical.follows(items):
                    name = self.new("total")
                    self.before += self.canonical.summed(items, name)
                    return cst.Name(name)
        sequences = self.canonical.sequences
        if code(updated_node.func) == "len" and code(updated_node.args[0].value) in sequences:
            return self.aside(updated_node)
        match updated_node:
            case cst.Call(
                func=cst.Attribute(value=cst.Name(module)),
                args=[cst.Arg(value=cst.Name(name)) as first, *rest],
            ) if name in sequences and not gathered(updated_node, sequences):
                array = cst.Name(self.new(f"{name}_array"))
                made = cst.parse_expression(f"{module}.array({name})")
                self.before.append(assignment(array.value, made))
                return updated_node.with_changes(args=[first.with_changes(value=array), *rest])
        if found := gathered(updated_node, sequences):
            if original_node is self.whole:
                return updated_node
            name = self.new(f"{found[0]}_sum" if found[1] == "sum" else f"{found[0]}_array")
            self.before.append(assignment(name, updated_node))
            return cst.Name(name)
        if not self.canonical.is_call(updated_node):
            return updated_node
        name = self.new(*of_value(expression(updated_node)))
        self.before += self.canonical.one(assignment(name, updated_node))
        return cst.Name(name)

    def leave_Subscript(  # noqa: N802
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """Take a part of an array that changes, or is sliced again, on a line of its own."""
        array, text = code(original_node.value), code(updated_node)
        apart = array in self.canonical.arrays or (array in self.sliced and ":" in text)
        if original_node is self.whole or not apart or not self.canonical.follows(original_node):
            return updated_node
        if text not in self.parts:
            self.parts[text] = self.new(put_name(updated_node))
            self.before.append(assignment(self.parts[text], updated_node))
        return cst.Name(self.parts[text])

    def visit_IfExp(self, node: cst.IfExp) -> bool:  # noqa: N802
        return False

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:  # noqa: N802
        if not self.canonical.follows(original_node):
            return self.aside(original_node)
        name = self.new("choice", "case")
        self.before.append(
            self.canonical.choice(original_node, lambda part: assignment(name, part))
        )
        return cst.Name(name)

    def visit_ListComp(self, node: cst.ListComp) -> bool:  # noqa: N802
        return False

    def leave_ListComp(  # noqa: N802
        self, original_node: cst.ListComp, updated_node: cst.ListComp
    ) -> cst.BaseExpression:
        if not self.canonical.follows(original_node):
            return self.aside(original_node)
        name = self.new("items", "parts")
        self.before += self.canonical.comprehension(original_node, name)
        return cst.Name(name)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:  # noqa: N802
        return False

    def leave_BooleanOperation(  # noqa: N802
        self, original_node: cst.BooleanOperation, updated_node: cst.BooleanOperation
    ) -> cst.BaseExpression:
        return self.aside(updated_node)

    def aside(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Return the name of a line that computes what no derivative flows through."""
        name = self.new(*of_value(expression(node)))
        self.before.append(assignment(name, node.with_changes(lpar=(), rpar=())))
        return cst.Name(name)

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: N802
        return False


def statement_of(text: str) -> cst.SimpleStatementLine:
    """Return the statement that a text says."""
    return cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)


def looped(part: cst.CompFor, line: Statement) -> Statement:
    """Return the loop around a line that a part of a comprehension says."""
    inside = looped(part.inner_for_in, line) if part.inner_for_in else line
    for test in reversed(part.ifs):
        inside = cst.If(test.test, cst.IndentedBlock([inside]))
    return cst.For(part.target, part.iter, cst.IndentedBlock([inside]))


def raised(
    before: Sequence[Statement], line: Statement, like: cst.SimpleStatementLine
) -> Iterator[Statement]:
    """Yield lines, the comments of a statement above the first of them."""
    if not before:
        yield line
        return
    yield before[0].with_changes(leading_lines=like.leading_lines)
    yield from before[1:]
    yield line.with_changes(leading_lines=())


def expression(node: cst.BaseExpression) -> ast.expr:
    """Return an expression as a tree of `ast`."""
    return ast.parse(f"({code(node)})", mode="eval").body


def grouped(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression in parentheses, if it is an operation."""
    plain = isinstance(node, cst.Name | cst.Call | cst.Subscript | cst.Attribute | cst.BaseNumber)
    parentheses = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
    return node if plain else node.with_changes(**parentheses)


def several_slices(value: cst.BaseExpression) -> frozenset[str]:
    """Return the arrays of which an expression takes several slices, or one between variables."""
    found: dict[str, set[str]] = {}
    moving: set[str] = set()
    for node in ast.walk(expression(value)):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                nodes = [*ast.walk(index)]
                new_axis = any(isinstance(n, ast.Constant) and n.value is None for n in nodes)
                if any(isinstance(n, ast.Slice) for n in nodes) and not new_axis:
                    found.setdefault(name, set()).add(ast.unparse(index))
                    moving |= {name} if any(isinstance(n, ast.Name) for n in nodes) else set()
    return frozenset(name for name, texts in found.items() if len(texts) > 1) | moving


def called_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names by which something is called in a tree."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name


def put_name(target: cst.Subscript) -> str:
    """Return what to call the value that is put at an index: Y_i for Y[i]."""
    text = code(target).replace("[", "_").replace("]", "").replace(", ", "_")
    return text if text.isidentifier() else f"{code(target.value)}_part"
