"""The names to which a derivative may flow, told from the text of a function."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from refactorer.flow.names import followed, parsed
from refactorer.syntax.puts import put_by_call
from refactorer.syntax.suites import Statement


def active(body: Sequence[Statement], arguments: Collection[str]) -> frozenset[str]:
    """Return the names to which a derivative with respect to the arguments may flow."""
    found = set(arguments)
    before: set[str] = set()
    while found != before:
        before = set(found)
        for statement in body:
            for node in ast.walk(parsed(statement)):
                found |= {t for targets, value in flows(node) if value & found for t in targets}
    return frozenset(found)


def flows(node: ast.AST) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield pairs of names: those that a statement sets, and those whose values go into them."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield frozenset().union(*map(set_by, targets)), followed(value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield set_by(target), followed(value)
        case ast.AugAssign(target=target, value=value):
            yield set_by(target), followed(value) | set_by(target)
        case ast.For(target=target, iter=head):
            yield from given_by(head, target)
        case ast.Expr(
            ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append" | "insert" | "extend"),
                args=values,
            )
        ):
            yield frozenset({name}), frozenset().union(*map(followed, values))
        case ast.Call() if put := put_by_call(node):
            yield frozenset({put.array}), followed(put.value) | {put.array}


def given_by(head: ast.expr, target: ast.expr) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield the targets of a loop, each with the names whose values it is given."""
    match head, target:
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]), _:
            yield from given_by(inner, target)
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]), ast.Tuple(elts=[_, item]):
            yield from given_by(inner, item)
        case ast.Call(func=ast.Name(id="zip"), args=parts), ast.Tuple(elts=targets) if len(
            parts
        ) == len(targets):
            for inner, item in zip(parts, targets, strict=True):
                yield from given_by(inner, item)
        case _:
            yield set_by(target), frozenset(n.id for n in ast.walk(head) if isinstance(n, ast.Name))


def set_by(target: ast.expr) -> frozenset[str]:
    """Return the names that a target sets; an item belongs to its array."""
    match target:
        case ast.Name(id=name):
            return frozenset({name})
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return frozenset().union(*map(set_by, parts))
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return set_by(value)
    return frozenset()
