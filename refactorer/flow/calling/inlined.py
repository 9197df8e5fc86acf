"""The user's own functions, inlined where they are called."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

import libcst as cst

from refactorer.errors import Refused
from refactorer.flow.calling.decided import decided
from refactorer.flow.names import Names, stores
from refactorer.flow.statements.canonical import Canonical
from refactorer.flow.statements.exits import Exits, ManyExits
from refactorer.flow.tidying.folding import folded, with_values
from refactorer.flow.weaving.helper import Helper
from refactorer.printing.written import names_in
from refactorer.reading.target import Target
from refactorer.syntax.expressions import code, is_literal, literal
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, function_in, line, lines, within

DEEPEST = 20  # calls inside calls


def inlined(target: Target, functions: Mapping[str, str]) -> Target:
    """Return the target with functions, given by their texts, written out where it calls them.

    Raises Refused where one calls itself, or returns in a way that cannot be written out.
    """
    definition = function_in(target.source)
    users = names_in(target.source).union(*(d.names for d in target.definitions))
    inlining = Inlining(target, Names({*users, *dir(builtins)}), functions, set())
    body = [s for s in lines(definition.body) if name_of(s) not in functions]
    for _ in range(DEEPEST):
        if not helpers_called(body, functions):
            break
        body = [*inlining.suite(body)]
    else:
        raise refused(target, helpers_called(body, functions)[0], "calls itself", code="recursion")
    body = without_gap(folded(body, inlining.parameters))
    source = code(definition.with_changes(body=cst.IndentedBlock(body), leading_lines=()))
    return replace(target, source=source)


def without_gap(body: Sequence[Statement]) -> list[Statement]:
    """Return a body without blank lines above it, which a function that is gone has left."""
    first, *rest = body
    remarks = [*dropwhile(lambda above: above.comment is None, first.leading_lines)]
    return [first.with_changes(leading_lines=remarks), *rest]


def name_of(statement: Statement) -> str:
    """Return the name of a function that a statement defines, "" for any other."""
    return statement.name.value if isinstance(statement, cst.FunctionDef) else ""


def helpers_called(body: Sequence[Statement], functions: Container[str]) -> list[str]:
    """Return the functions of the user's that statements call."""
    nodes = ast.walk(ast.parse("".join(map(code, body))))
    found = [n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return [name for name in found if name in functions]


def refused(target: Target, name: str, reason: str, **named: str) -> Refused:
    """Return the error for a function that cannot be written out."""
    said, hint = f"`{name}` cannot be inlined: it {reason}", "Write its steps where it is called"
    return Refused(said, hint, target.place(), **named)


@dataclass(frozen=True)
class Inlining:
    """Inlines the calls in statements; `parameters` collects the names of what is given."""

    target: Target
    names: Names
    functions: Mapping[str, str]
    parameters: set[str]

    def suite(self, body: Sequence[Statement]) -> Iterator[Statement]:
        """Yield the statements, with those of the functions in the places of their calls."""
        canonical = Canonical(self.names, self.functions, active=())
        for part in canonical.all(body):
            yield from self.written(part)

    def written(self, statement: Statement) -> Iterator[Statement]:
        """Yield the statements that a statement stands for."""
        match statement:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(target=target)],
                        value=cst.Call(func=cst.Name(name)) as call,
                    )
                ]
            ) if name in self.functions:
                elements = target.elements if isinstance(target, cst.Tuple) else ()
                targets = [code(e.value) for e in elements] or [code(target)]
                yield from self.body_of(name, call, targets)
            case cst.If() | cst.For() | cst.While():
                yield within(statement, lambda block: [*self.suite(block)])
            case _:
                yield statement

    def body_of(self, name: str, call: cst.Call, targets: Sequence[str]) -> Iterator[Statement]:
        """Yield the statements of a function, in names of their own, that set the targets."""
        definition = function_in(self.functions[name])
        own = [*lines(definition.body)][definition.get_docstring(clean=False) is not None :]
        defaults = dict(defaults_of(definition))
        given = defaults | Helper(name, tuple(defaults), ()).given(tuple(call.args))
        own = [*decided(own, settings(given, own))]
        known = literals(given, own)
        own = [with_values(s, known) for s in own]
        given = {parameter: text for parameter, text in given.items() if parameter not in known}
        renaming = self.renaming(own, given)
        for parameter, text in given.items():
            if renaming[parameter] != text:
                self.parameters.add(renaming[parameter])
                yield line(f"{renaming[parameter]} = {text}")
        if returns_local(own):  # what that is called need not be called anything else
            self.parameters.update(targets)
        try:
            yield from Exits(tuple(targets), self.names).of([renamed(s, renaming) for s in own])
        except ManyExits as error:
            raise refused(self.target, name, str(error).removeprefix("it ")) from None

    def renaming(self, own: Sequence[Statement], given: dict[str, str]) -> dict[str, str]:
        """Return new names for the parameters and locals of a function.

        A parameter that is given a name, and keeps it, needs none of its own.
        """
        bound = frozenset().union(*map(stores, own))
        plain = {p: t for p, t in given.items() if t.isidentifier() and p not in bound}
        others = [n for n in [*given, *sorted(bound - given.keys())] if n not in plain]
        return plain | {n: self.names.new(n) for n in others}


def returns_local(own: Sequence[Statement]) -> bool:
    """Tell whether statements end in `return name`, the name being set among them."""
    match own:
        case [*before, cst.SimpleStatementLine(body=[cst.Return(value=cst.Name(name))])]:
            return name in frozenset().union(*map(stores, before))
    return False


def settings(given: Mapping[str, str], own: Sequence[Statement]) -> dict[str, object]:
    """Return the values of parameters that are given literals, and that stay what they are."""
    fixed = given.keys() - frozenset().union(*map(stores, own))
    nodes = {name: cst.parse_expression(given[name]) for name in fixed if given[name]}
    return {name: literal(node) for name, node in nodes.items() if is_literal(node)}


def literals(given: Mapping[str, str], own: Sequence[Statement]) -> dict[str, cst.BaseExpression]:
    """Return the parameters that are given an axis or the like, and that stay what they are.

    One that a condition reads keeps its name: that says what is decided there.
    """
    nodes = [node for s in own for node in ast.walk(ast.parse(code(s)))]
    tests = [n.test for n in nodes if isinstance(n, ast.If | ast.IfExp | ast.While)]
    asked = {n.id for test in tests for n in ast.walk(test) if isinstance(n, ast.Name)}
    fixed = settings(given, own).keys() - asked
    return {name: cst.parse_expression(given[name]) for name in given if name in fixed}


def defaults_of(function: cst.FunctionDef) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a function, each with the text of its default, or ""."""
    given = function.params
    for parameter in (*given.posonly_params, *given.params, *given.kwonly_params):
        yield parameter.name.value, code(parameter.default) if parameter.default else ""
