"""The user's text and the values that it computes: which value is written or stored where."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

from refactorer.primal.normalise import Primal
from refactorer.printing.names.aliases import NumpyNames, numpy_names
from refactorer.printing.names.phrases import of_value
from refactorer.printing.names.scores import outcomes
from refactorer.reading.source import Source, Span


@dataclass(frozen=True)
class Store:
    """A place at which a name of the user's gets a value: a parameter, or in a statement.

    A value that our names do not tell of is "".
    """

    name: str
    value: str
    span: Span
    statement: ast.stmt | None

    @property
    def is_parameter(self) -> bool:
        """Whether the caller stores it."""
        return self.statement is None


@dataclass(frozen=True)
class Written:
    """The user's function as text, as a tree, and as the values that stand at its places."""

    primal: Primal

    @cached_property
    def source(self) -> Source:
        """The text of the function."""
        return Source(self.primal.target.source)

    @cached_property
    def function(self) -> ast.FunctionDef:
        """The tree of the function."""
        return function_of(self.source.text)

    @cached_property
    def numpy(self) -> NumpyNames:
        """How the user spells NumPy."""
        return numpy_names(self.function, self.primal.target.definitions)

    @cached_property
    def definitions(self) -> Mapping[str, ast.expr]:
        """The one operation that computes each value, in our names."""
        found: dict[str, ast.expr] = {}
        for statement in function_of(self.primal.code).body:
            match statement:
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    found[name] = value
        return found

    @cached_property
    def twins(self) -> Mapping[str, str]:
        """The first value that is computed in the same way, for each value that is computed."""
        first: dict[str, str] = {}
        twin: dict[str, str] = {}
        for name, value in self.definitions.items():
            operands = {operand: twin.get(operand, operand) for operand in names_in(value)}
            twin[name] = first.setdefault(ast.dump(renamed(value, operands)), name)
        return twin

    def twin(self, value: str) -> str:
        """Return the first of the values that are the same as this one."""
        return self.twins.get(value, value)

    @cached_property
    def spans(self) -> Mapping[str, tuple[Span, ...]]:
        """Where each value is written, in the order of the text; twins are one value."""
        found: dict[str, list[Span]] = {}
        for span in sorted(self.primal.expressions):
            found.setdefault(self.twin(self.primal.expressions[span]), []).append(span)
        return {value: tuple(spans) for value, spans in found.items()}

    @cached_property
    def stores(self) -> tuple[Store, ...]:
        """Where names get their values, in the order in which that happens."""
        return tuple(self.stored())

    def stored(self) -> Iterator[Store]:
        """Yield the parameters, then the targets of the assignments."""
        for node in ast.walk(self.function.args):
            if isinstance(node, ast.arg):
                span = Span(start := self.source.span(node).start, start + len(node.arg))
                yield Store(node.arg, self.primal.expressions.get(span, node.arg), span, None)
        for statement in self.function.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    span = self.source.span(node)
                    yield Store(node.id, self.value_at(span), span, statement)

    @cached_property
    def finals(self) -> Mapping[str, str]:
        """What each name of the user's holds when the function returns."""
        return {store.name: store.value for store in self.stores}

    @cached_property
    def stored_values(self) -> frozenset[str]:
        """The values to which the user gave names."""
        return frozenset(store.value for store in self.stores)

    def versions(self, store: Store) -> tuple[Store, ...]:
        """Return what the name stood for up to a store: that alone, if nothing came before."""
        same = [s for s in self.stores if s.name == store.name]
        return tuple(same[: same.index(store)]) or (store,)

    def value_at(self, span: Span) -> str:
        """Return the value that is written at a place, or ""."""
        return self.twin(self.primal.expressions.get(span, ""))

    def is_store(self, span: Span) -> bool:
        """Tell whether a name gets its value at a place."""
        return any(store.span == span for store in self.stores)

    @cached_property
    def body(self) -> tuple[ast.stmt, ...]:
        """The statements of the body; those inside a `with` block follow it."""
        return tuple(with_inner_statements(self.function.body))

    @cached_property
    def places(self) -> tuple[Span, ...]:
        """Where the statements of the body stand."""
        return tuple(map(self.source.span, self.body))

    def statement(self, span: Span) -> int:
        """Return which statement of the body a place is in, -1 for the signature."""
        around = (
            k for k, s in enumerate(self.places) if s.start <= span.start and span.end <= s.end
        )
        return max(around, default=-1)

    def expression(self, value: str) -> ast.expr | None:
        """Return how the user first wrote a value, NumPy spelled `np`, if that is no name."""
        for span in self.spans.get(self.twin(value), ()):
            tree = ast.parse(f"({self.text(span)})", mode="eval").body
            if not isinstance(tree, ast.Name):
                return renamed(tree, dict.fromkeys(self.numpy.modules, "np"))
        return None

    def unfolded(self, value: str) -> ast.expr:
        """Return how a value is computed from what the user named."""
        if value in self.primal.names or value not in self.definitions:
            return ast.Name(self.primal.names.get(value, value), ast.Load())
        return self.operation(value)

    def operation(self, value: str) -> ast.expr:
        """Return the operation that computes a value, its operands unfolded."""
        operands = names_in(self.definitions[value])
        return substituted(
            self.definitions[value], {name: self.unfolded(name) for name in operands}
        )

    def phrases(self, value: str) -> Iterator[str]:
        """Yield names for a value to which the user gave none."""
        tree = self.expression(value)
        if tree is None and value in self.definitions:
            tree = self.operation(value)
        if value in self.scored:
            yield f"scores_{self.scored[value]}"
        yield from of_value(tree or ast.Name(value, ast.Load()))

    @cached_property
    def scored(self) -> Mapping[str, str]:
        """What is made of each of several sums of matrix products."""
        return outcomes(self.definitions, self.primal.names)

    def text(self, span: Span) -> str:
        """Return the text at a place."""
        return self.source.text[span.start : span.end]


def function_of(text: str) -> ast.FunctionDef:
    """Return the tree of a text that is one function."""
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


def with_inner_statements(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements and those inside `with` blocks."""
    for statement in statements:
        yield statement
        if isinstance(statement, ast.With):
            yield from with_inner_statements(statement.body)


def names_in(code: ast.AST | str) -> frozenset[str]:
    """Return the names that stand in a tree or a text: variables, parameters and functions."""
    nodes = list(ast.walk(ast.parse(code) if isinstance(code, str) else code))
    found = ([getattr(n, key, None) for key in ("id", "arg", "name")] for n in nodes)
    return frozenset(name for names in found for name in names if isinstance(name, str))


class Substitution(ast.NodeTransformer):
    """Replaces variables by expressions."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.values.get(node.id, node)


def substituted(tree: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    """Return the expression with others in the place of names."""
    expression = Substitution(values).visit(deepcopy(tree))
    assert isinstance(expression, ast.expr)
    return expression


def renamed(tree: ast.expr, names: Mapping[str, str]) -> ast.expr:
    """Return the expression with other names."""
    return substituted(tree, {name: ast.Name(new, ast.Load()) for name, new in names.items()})
