"""Outputs in a list: differentiated as a tuple, and printed as the list that they are."""

from __future__ import annotations

import ast
from dataclasses import replace

import libcst as cst

from refactorer.reading.target import Target
from refactorer.syntax.rewriting import Transformer


def returns_lists(target: Target) -> bool:
    """Tell whether whatever a function returns is written out as a list."""
    found = [n.value for n in ast.walk(ast.parse(target.source)) if isinstance(n, ast.Return)]
    return bool(found) and all(isinstance(v, ast.List) and v.elts for v in found)


def with_tuples(target: Target) -> Target:
    """Return a target that returns tuples where it returns lists."""
    if not returns_lists(target):
        return target
    module = cst.parse_module(target.source).visit(AsTuples())
    return replace(target, source=module.code)


def with_lists(text: str, name: str) -> str:
    """Return a printed text in which a function returns a list beside its callback."""
    return cst.parse_module(text).visit(AsLists(name)).code


class Returns(Transformer):
    """Knows, where it comes to a `return`, the names of the functions around it."""

    def __init__(self) -> None:
        super().__init__()
        self.around: list[str] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.around.append(node.name.value)
        return True

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self.around.pop()
        return updated_node


class AsTuples(Returns):
    """Replaces the lists that a function returns by tuples."""

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        match updated_node.value:
            case cst.List(elements=elements) if len(self.around) == 1:
                alone = elements[0].with_changes(comma=cst.Comma()) if len(elements) == 1 else None
                return updated_node.with_changes(value=cst.Tuple([alone] if alone else elements))
        return updated_node


class AsLists(Returns):
    """Replaces the tuples that one function returns beside its callback by lists."""

    def __init__(self, function: str) -> None:
        super().__init__()
        self.function = function

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        match updated_node.value:
            case cst.Tuple(elements=[cst.Element(value=cst.Tuple() as output), *_] as both) if (
                self.around == [self.function]
            ):
                items = [e.with_changes(comma=cst.MaybeSentinel.DEFAULT) for e in output.elements]
                first = both[0].with_changes(value=cst.List(items))
                pair = updated_node.value.with_changes(elements=[first, *both[1:]])
                return updated_node.with_changes(value=pair)
        return updated_node
