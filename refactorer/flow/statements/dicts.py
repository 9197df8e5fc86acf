"""Dicts of a function whose keys are written out: each entry is a value with a name.

`cache["z"] = x @ w` is `z = x @ w` then.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import replace

import libcst as cst

from refactorer.flow.names import Names
from refactorer.printing.written import names_in
from refactorer.reading.target import Target
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer


def with_names(target: Target) -> Target:
    """Return a target with names for the entries of its dicts."""
    tree = ast.parse(target.source)
    found = dict(keyed(tree))
    if not found:
        return target
    names = Names({*names_in(target.source), *dir(builtins)})
    lasting = {entry: name for entry, name in fixed_entries(tree) if entry[0] in found}
    own = {
        (name, key): lasting.get((name, key)) or names.new(*wanted(name, key))
        for name, keys in found.items()
        for key in keys
    }
    return replace(target, source=cst.parse_module(target.source).visit(Entries(own)).code)


def wanted(name: str, key: str) -> Iterator[str]:
    """Yield what to call an entry."""
    if key.isidentifier() and not keyword.iskeyword(key):
        yield key
    yield f"{name}_{key}".replace(" ", "_").replace("-", "_")


def keyed(tree: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names that hold dicts of which only entries are read and set, with their keys."""
    nodes = [*ast.walk(tree)]
    made = [node for node in nodes if isinstance(node, ast.Assign) and is_display(node.value)]
    for statement in made:
        match statement.targets:
            case [ast.Name(name)]:
                uses = sum(isinstance(n, ast.Name) and n.id == name for n in nodes)
                entries = [key for node in nodes for key in key_of(node, name)]
                if uses == 1 + len(entries):
                    first = keys(statement.value)
                    yield name, tuple(dict.fromkeys([*first, *entries]))


def is_display(node: ast.expr) -> bool:
    """Tell whether an expression is a dict with keys that are written out, or an empty one."""
    match node:
        case ast.Dict(keys=found):
            return len([*keys(node)]) == len(found)
        case ast.Call(ast.Name("dict"), [], []):
            return True
    return False


def keys(node: ast.expr) -> Iterator[str]:
    """Yield the keys of a dict that are words."""
    for key in node.keys if isinstance(node, ast.Dict) else ():
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def fixed_entries(tree: ast.AST) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the entries of dicts that hold what a name does all the time, with that name."""
    nodes = [*ast.walk(tree)]
    stored = {ast.unparse(n) for n in nodes if isinstance(getattr(n, "ctx", None), ast.Store)}
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(dict_)], ast.Dict(found, values)):
                for key, value in zip(found, values, strict=True):
                    text = f"{dict_}[{ast.unparse(key) if key else ''}]"
                    if isinstance(value, ast.Name) and stored.isdisjoint({value.id, text}):
                        yield (dict_, ast.literal_eval(key) if key else ""), value.id


def key_of(node: ast.AST, name: str) -> Iterator[str]:
    """Yield the key of an entry of the dict of a name, if a node is one."""
    match node:
        case ast.Subscript(ast.Name(held), ast.Constant(str(key))) if held == name:
            yield key


class Entries(Transformer):
    """Replaces the entries of dicts by names."""

    def __init__(self, own: Mapping[tuple[str, str], str]) -> None:
        super().__init__()
        self.own = own
        self.dicts = {name for name, _ in own}

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        name = code(updated_node.value)
        if name not in self.dicts:
            return updated_node
        return cst.Name(self.own[name, ast.literal_eval(code(updated_node.slice[0]))])

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> (
        cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine] | cst.RemovalSentinel
    ):
        match updated_node.body:
            case [cst.Assign([cst.AssignTarget(cst.Name(name))], value)] if name in self.dicts:
                found = [*self.set_first(name, value)]
                return cst.FlattenSentinel(found) if found else cst.RemoveFromParent()
        return updated_node

    def set_first(self, name: str, value: cst.BaseExpression) -> Iterator[cst.SimpleStatementLine]:
        """Yield the lines that set the entries with which a dict is made."""
        for entry in value.elements if isinstance(value, cst.Dict) else ():
            if isinstance(entry, cst.DictElement):
                own = self.own[name, ast.literal_eval(code(entry.key))]
                if own != code(entry.value):
                    yield assignment(own, entry.value)
