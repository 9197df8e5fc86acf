"""Renames the functions and constants at the top level of a text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from refactorer.printing.splices import Splice, spliced
from refactorer.reading.source import Source, Span, tree


def with_global_names(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which functions and constants of its top level have other names."""
    source = Source(text)
    found = [use for statement in tree(text).body for use in uses(statement, source)]
    return spliced(text, [Splice(span, names[name]) for name, span in found if name in names])


def uses(node: ast.AST, source: Source) -> Iterator[tuple[str, Span]]:
    """Yield the names of the top level below a node, with the places where they stand."""
    match node:
        case ast.Name(id=name):
            yield name, source.span(node)
        case ast.FunctionDef(name=name):
            start = source.span(node).start + len("def ")
            start += len(source.text[start:]) - len(source.text[start:].lstrip())
            yield name, Span(start, start + len(name))
            own = {*local_names(node)}
            inside = (use for child in ast.iter_child_nodes(node) for use in uses(child, source))
            yield from (use for use in inside if use[0] not in own)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from uses(child, source)


def local_names(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the names that a function binds, those of the functions in it among them."""
    for node in ast.walk(function):
        match node:
            case ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) if node is not function:
                yield name
