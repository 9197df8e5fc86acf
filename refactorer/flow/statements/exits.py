"""A function with several `return`s as one with a single exit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from refactorer.flow.names import Names
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, else_of, ending, line, lines, otherwise, suite_of


class ManyExits(Exception):
    """The exits of a function cannot be brought together."""

    def __init__(self, statement: cst.CSTNode, reason: str) -> None:
        super().__init__(reason)
        self.statement = statement


@dataclass(frozen=True)
class OneExit:
    """Statements without a `return`, the names that they leave for it, and whether a tuple is."""

    statements: tuple[Statement, ...]
    parts: tuple[str, ...]
    is_tuple: bool


def one_exit(body: cst.BaseSuite, names: Names, noun: str) -> OneExit:
    """Return the body of a function with one exit; `noun` is what its result may be called."""
    statements = tuple(lines(body))
    found = [*returns(statements)]
    if not found:
        raise ManyExits(body, "it returns nothing")
    values = [returned_parts(value) for value in found]
    if len({(len(v), isinstance(f, cst.Tuple)) for v, f in zip(values, found, strict=True)}) > 1:
        raise ManyExits(found[-1], "it returns different numbers of values")
    chosen = [chosen_name(column, names, noun) for column in zip(*values, strict=True)]
    exits = Exits(tuple(chosen), names)
    return OneExit(tuple(exits.of(statements)), tuple(chosen), isinstance(found[0], cst.Tuple))


def returns(statements: Sequence[Statement]) -> Iterator[cst.BaseExpression]:
    """Yield what the statements return; nested functions are not looked into."""
    for statement in statements:
        last = ending(statement)
        if isinstance(last, cst.Return):
            if last.value is None:
                raise ManyExits(statement, "it returns nothing here")
            yield last.value
        elif isinstance(statement, cst.If):
            yield from returns([*lines(statement.body)])
            yield from returns(otherwise(statement))
        elif isinstance(statement, cst.For | cst.While):
            yield from from_turns(statement)


def from_turns(loop: cst.For | cst.While) -> Iterator[cst.BaseExpression]:
    """Yield what a loop returns in a turn; what a loop inside it returns would leave both."""
    for statement in lines(loop.body):
        found = [*returns([statement])]
        if found and isinstance(statement, cst.For | cst.While):
            raise ManyExits(statement, "it returns from inside two loops")
        yield from found


def returned_parts(value: cst.BaseExpression) -> tuple[cst.BaseExpression, ...]:
    """Return the parts of what is returned."""
    if isinstance(value, cst.Tuple):
        return tuple(element.value for element in value.elements)
    return (value,)


def chosen_name(column: Sequence[cst.BaseExpression], names: Names, noun: str) -> str:
    """Return the name for what is returned at one place: the user's, if that is the same."""
    first, *others = column
    if isinstance(first, cst.Name) and all(code(o) == code(first) for o in others):
        return first.value
    return names.new(noun, "out", "result")


@dataclass(frozen=True)
class Exits:
    """Replaces returns by assignments; `fresh` gives out names for what is told."""

    names: tuple[str, ...]
    fresh: Names

    def of(self, statements: Sequence[Statement]) -> Iterator[Statement]:
        """Yield the statements up to the exit, what follows a conditional one in its `else`."""
        for place, statement in enumerate(statements):
            if isinstance(ending(statement), cst.Return):
                yield from self.assigned(statement)
                return
            if isinstance(ending(statement), cst.Raise):
                yield statement
                return
            if isinstance(statement, cst.For | cst.While) and any(returns([statement])):
                yield from self.left_early(statement, statements[place + 1 :])
                return
            if isinstance(statement, cst.If) and any(returns([statement])):
                yield self.chosen(statement, statements[place + 1 :])
                return
            yield statement
        raise ManyExits(cst.Pass(), "it does not return everywhere")

    def left_early(
        self, loop: cst.For | cst.While, rest: Sequence[Statement]
    ) -> Iterator[Statement]:
        """Yield a loop that is left where it returned, and what is done where it was not."""
        told = self.fresh.new("found", "returned", "done")
        leaving = Leaving(self, told)
        body = loop.body.visit(leaving)
        assert isinstance(body, cst.BaseSuite)
        yield line(f"{told} = False")
        yield loop.with_changes(body=body)
        yield cst.If(cst.parse_expression(f"not {told}"), suite_of([*self.of(rest)]))

    def assigned(self, statement: Statement) -> Iterator[Statement]:
        """Yield the assignments that stand for a `return`."""
        last = cst.ensure_type(ending(statement), cst.Return)
        assert last.value is not None
        values = [last.value] if len(self.names) == 1 else [*returned_parts(last.value)]
        if len(values) != len(self.names):
            raise ManyExits(statement, "it returns another number of values than are set")
        pairs = zip(self.names, values, strict=True)
        found = [(n, v) for n, v in pairs if code(v) != n]
        for k, (name, value) in enumerate(found):
            yield assignment(name, value, statement if k == 0 else None)

    def chosen(self, statement: cst.If, rest: Sequence[Statement]) -> cst.If:
        """Return a choice between exits; the rest of the function goes where there is none."""
        then, other = [*lines(statement.body)], otherwise(statement)
        if (
            not ends(then)
            and not ends(other)
            and rest
            and any(returns(then)) == any(returns(other))
        ):
            raise ManyExits(statement, "it returns in some of the cases below")
        then = then if ends(then) else [*then, *rest]
        other = other if ends(other) else [*other, *rest]
        orelse = else_of([*self.of(other)])
        return statement.with_changes(body=suite_of([*self.of(then)]), orelse=orelse)


class Leaving(Transformer):
    """Leaves a loop where it returns, after what it returns has its name."""

    def __init__(self, exits: Exits, told: str) -> None:
        super().__init__()
        self.exits = exits
        self.told = told

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[Statement]:
        if not isinstance(ending(original_node), cst.Return):
            return updated_node
        found = [*self.exits.assigned(updated_node), line(f"{self.told} = True"), line("break")]
        return cst.FlattenSentinel(found)


def ends(statements: Sequence[Statement]) -> bool:
    """Tell whether statements always end in a `return` or a `raise`."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, cst.If):
        return ends([*lines(last.body)]) and ends(otherwise(last))
    return isinstance(ending(last), cst.Return | cst.Raise)
