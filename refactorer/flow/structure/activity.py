"""The names that have cotangents, and the points of a function at which these are wanted."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from refactorer.flow.names import followed, parsed, stores
from refactorer.flow.structure.heads import items
from refactorer.flow.structure.regions import (
    Append,
    Branch,
    Call,
    Gather,
    Listed,
    Loop,
    Pick,
    Plain,
    Put,
    Region,
    Straight,
    written,
)
from refactorer.syntax.puts import put_by_call
from refactorer.syntax.suites import Statement

Wanted = frozenset[str]


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
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="append" | "insert" | "extend"),
            args=values,
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


class Demand:
    """Tells which cotangents are wanted at each point of a function."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)

    def before_all(self, suite: Sequence[Region], after: Wanted) -> Wanted:
        """Return what is wanted before a suite."""
        for region in reversed(suite):
            after = self.before(region, after)
        return after

    def before(self, region: Region, after: Wanted) -> Wanted:
        """Return the cotangents wanted before a region, given those wanted after it."""
        match region:
            case Straight(statements=statements):
                return self.through(statements, after)
            case Call(arguments=arguments, targets=targets) if not after.isdisjoint(targets):
                given = frozenset().union(*(followed(parsed(a.value)) for a in arguments))
                return (after - set(targets)) | (given & self.names)
            case Put(array=array, value=value) if array in after:
                return after | ({value} & self.names)
            case Pick(target=target, array=array) if target in after:
                return (after - {target}) | {array}
            case Append(sequence=sequence, value=value) if sequence in after:
                return after | ({value} & self.names)
            case Listed(sequence=sequence, items=items) if sequence in after:
                return (after - {sequence}) | (frozenset(items) & self.names)
            case Gather(target=target, sequence=sequence) if target in after:
                return (after - {target}) | {sequence}
            case Branch(then=then, orelse=orelse):
                return self.before_all(then, after) | self.before_all(orelse, after)
            case Loop():
                return self.before_loop(region, after)
            case Plain() | Call() | Listed() | Gather() | Pick():
                return after - written(region)
        return after

    def through(self, statements: Sequence[Statement], after: Wanted) -> Wanted:
        """Return what is wanted before assignments."""
        for statement in reversed(statements):
            (node,) = parsed(statement).body
            for targets, value in flows(node):
                if not after.isdisjoint(targets):
                    after = (after - targets) | (value & self.names)
        return after

    def at_end(self, loop: Loop, after: Wanted) -> Wanted:
        """Return what is wanted at the end of the body of a loop, whichever turn it is."""
        found = after
        while True:
            wider = found | (self.before_all(loop.body, found) - targets(loop))
            if wider == found:
                return found
            found = wider

    def before_loop(self, loop: Loop, after: Wanted) -> Wanted:
        """Return what is wanted before a loop."""
        inside = self.before_all(loop.body, self.at_end(loop, after))
        found = inside | (after - written(loop))
        if isinstance(loop.statement, cst.For):
            for item in items(loop.statement):
                if item.target in inside and not item.counts:
                    found |= followed(parsed(item.elements)) & self.names
        return found - targets(loop)


def targets(loop: Loop) -> frozenset[str]:
    """Return the names that the head of a loop sets."""
    return stores(loop.statement.target) if isinstance(loop.statement, cst.For) else frozenset()
