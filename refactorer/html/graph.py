"""The graph of a computation: which values each value is computed from."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from refactorer.html.statements import Definition, Statement, names, own_statements


@dataclass(frozen=True)
class GraphNode:
    """A value by its name, the lines that set it, and the values that these read."""

    name: str
    lines: frozenset[int]
    reads: frozenset[str]


def graph(definition: Definition, output: str, *, is_paired: bool = False) -> tuple[GraphNode, ...]:
    """Return the inputs of a function that are read, then what it computes, in their order.

    One name is one value, whatever it holds in turn. What is returned and has no name is the
    `output`; one that `is_paired` returns a callback beside it. What the output does not come from
    is left out.
    """
    found = {name: GraphNode(name, frozenset(), frozenset()) for name in inputs(definition)}
    ends: set[str] = set()
    for statement in own_statements(definition.body):
        if isinstance(statement.node, ast.Return) and statement.node.value:
            value = returned(statement.node.value, is_paired=is_paired)
            is_known = isinstance(value, ast.Name) and value.id in found
            ends.add(value.id if isinstance(value, ast.Name) and is_known else output)
            settings = [] if is_known else [(output, names_read(value))]
        else:
            settings = [*set_by(statement, found)]
        for name, reads in settings:
            old = found.get(name) or GraphNode(name, frozenset(), frozenset())
            known = old.reads | {n for n in reads if n in found}
            if not old.reads:
                found.pop(name, None)  # an input that is set anew, or a list, stands where that is
            found[name] = GraphNode(name, old.lines | statement.own_lines, known)
    live = closure(ends, found)
    return tuple(node for node in found.values() if node.name in live)


def returned(value: ast.expr, *, is_paired: bool) -> ast.expr:
    """Return the output of what a function returns: what stands beside a callback."""
    return value.elts[0] if is_paired and isinstance(value, ast.Tuple) else value


def closure(ends: Iterable[str], found: Mapping[str, GraphNode]) -> set[str]:
    """Return the names that some come from, those among them."""
    live: set[str] = set()
    waiting = [*ends]
    while waiting:
        name = waiting.pop()
        if name not in live:
            live.add(name)
            waiting += found[name].reads
    return live


def inputs(definition: Definition) -> list[str]:
    """Return the names of the parameters of a function."""
    if isinstance(definition, ast.ClassDef):
        return []
    given = definition.args
    return [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def set_by(statement: Statement, known: Mapping[str, GraphNode]) -> Iterator[tuple[str, set[str]]]:
    """Yield the values that a statement sets, each with the names that it reads for it."""
    match statement.node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            yield from ((name, names_read(value)) for name in sorted(statement.binds()))
        case ast.AugAssign(value=value):
            yield from ((name, names_read(value) | {name}) for name in sorted(statement.binds()))
        case ast.For(target=target, iter=over) if not is_counting(over):
            yield from ((entry.id, names_read(over)) for entry in names(target, ast.Store))
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=args)):
            if name in known:
                yield name, set[str]().union(*map(names_read, args))


def names_read(value: ast.expr) -> set[str]:
    """Return the names that an expression reads."""
    return {name.id for name in names(value, ast.Load)}


def is_counting(over: ast.expr) -> bool:
    """Tell whether a loop runs over numbers alone."""
    return ast.unparse(over).startswith(("range(", "reversed(range("))
