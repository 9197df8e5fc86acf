"""Tuples that called functions return under one name: each part gets a name of its own."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.flow.callees import helpers_in
from refactorer.flow.names import Names
from refactorer.printing.written import names_in
from refactorer.reading.target import Target
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer


def with_parts_named(target: Target) -> Target:
    """Return a target in which no name holds a tuple that a function returns: `pair = f(x)`.

    `m, s = pair` is `m, s = f(x)` then, and `pair[0]` is a name of its own.
    """
    returned = {name: count for name, text in functions_in(target) if (count := tuple_length(text))}
    tree = ast.parse(target.source)
    held = {name: count for name, count in tuples(tree, returned) if is_apart(tree, name, count)}
    names = Names({*names_in(target.source), *dir(builtins)})
    once = {name for name, times in Counter(stored(tree)).items() if times == 1}
    own = {
        name: names_unpacked_to(tree, name, once)
        or [names.new(f"{name}_{i}") for i in range(count)]
        for name, count in held.items()
    }
    return replace(target, source=cst.parse_module(target.source).visit(Parts(own)).code)


def functions_in(target: Target) -> Iterator[tuple[str, str]]:
    """Yield the names and the texts of the functions around a target and inside it."""
    yield from helpers_in(target).items()
    for node in ast.walk(ast.parse(target.source)):
        if isinstance(node, ast.FunctionDef) and node.name != target.name:
            yield node.name, ast.unparse(node)


def tuple_length(text: str) -> int:
    """Return how many values a function returns in a tuple, 0 if it may return anything else."""
    returns = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Return)]
    counts = {len(value.elts) if isinstance(value, ast.Tuple) else 0 for value in returns}
    return counts.pop() if len(counts) == 1 else 0


def tuples(tree: ast.AST, returned: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the names that are set to what such a function returns, and how many parts it has."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Name(name)], ast.Call(ast.Name(function))) if function in returned:
                yield name, returned[function]


def stored(tree: ast.AST) -> Iterator[str]:
    """Yield the names that are set, as often as they are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def is_apart(tree: ast.AST, name: str, count: int) -> bool:
    """Tell whether a name is set once, and only the parts of what it holds are read."""
    reads = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(tree)) - 1
    return [*stored(tree)].count(name) == 1 and reads == sum(
        reads_part(node, name, count) for node in ast.walk(tree)
    )


def reads_part(node: ast.AST, name: str, count: int) -> bool:
    """Tell whether a node reads the parts of a tuple, one or each."""
    match node:
        case ast.Subscript(ast.Name(held), ast.Constant(int(place)), ast.Load()):
            return held == name and 0 <= place < count
        case ast.Assign([ast.Tuple(targets)], ast.Name(held)):
            named = all(isinstance(target, ast.Name) for target in targets)
            return held == name and named and len(targets) == count
    return False


def names_unpacked_to(tree: ast.AST, name: str, once: Container[str]) -> list[str]:
    """Return the names that a tuple is unpacked to, if they hold nothing else; [] if none do."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Tuple(targets)], ast.Name(held)) if held == name:
                names = [*map(ast.unparse, targets)]
                if all(target in once for target in names):
                    return names
    return []


class Parts(Transformer):
    """Replaces the name of a tuple by the names of its parts."""

    def __init__(self, own: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.own = own

    def parts_of(self, node: cst.BaseExpression) -> cst.Tuple | None:
        """Return the parts of what a name holds, None if it is no such name."""
        found = self.own.get(code(node), ())
        elements = [cst.Element(cst.Name(part)) for part in found]
        return cst.Tuple(elements, lpar=[], rpar=[]) if found else None

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        tuple_ = self.parts_of(updated_node.value)
        if tuple_ is None:
            return updated_node
        return tuple_.elements[int(code(updated_node.slice[0]))].value

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        match updated_node.body:
            case [cst.Assign([cst.AssignTarget(target)], value) as set_]:
                known, read = self.parts_of(target), self.parts_of(value)
                if known is not None:
                    put = set_.with_changes(targets=[cst.AssignTarget(known)])
                    return updated_node.with_changes(body=[put])
                if read is not None:
                    if code(target).strip("()") == code(read):
                        return cst.RemoveFromParent()
                    return updated_node.with_changes(body=[set_.with_changes(value=read)])
        return updated_node
