"""The names that a text reads from around it, sets, or has in annotations."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from refactorer.reading.source import symbols, tree


def free_names(text: str) -> frozenset[str]:
    """Return the names that a text reads and does not set in a function or class of its own."""
    return frozenset(free(symbols(text)))


def free(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names of the module that a scope and the scopes inside it read."""
    whole = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (whole or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from free(child)


def names_set(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a scope and the scopes inside it set."""
    for symbol in table.get_symbols():
        if symbol.is_local():
            yield symbol.get_name()
    for child in table.get_children():
        yield from names_set(child)


def annotation_names(text: str) -> frozenset[str]:
    """Return the names that stand in annotations, quoted ones too."""
    nodes = list(ast.walk(tree(text)))
    notes = [getattr(node, field, None) for node in nodes for field in ("annotation", "returns")]
    return frozenset(chain.from_iterable(map(names_below, filter(None, notes))))


def names_below(annotation: ast.AST) -> Iterator[str]:
    """Yield the names in an annotation."""
    for node in ast.walk(annotation):
        match node:
            case ast.Name(id=name):
                yield name
            case ast.Constant(value=str(quoted)):
                with suppress(SyntaxError, ValueError):  # jaxtyping's "n d" is no expression
                    yield from names_below(ast.parse(quoted.strip(), mode="eval"))
