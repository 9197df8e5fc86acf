"""Writing through a view: a part of an array that is changed in place changes the array."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refactorer.primal.refusals import refused
from refactorer.reading.source import tree
from refactorer.reading.target import Target

# What shares the memory of the array that it is taken of.
VIEWS = frozenset(
    {"T", "diagonal", "expand_dims", "mT", "moveaxis", "ravel", "reshape", "squeeze", "swapaxes"}
    | {"transpose", "view"}
)


def refuse_written_views(target: Target) -> None:
    """Raise Refused where a function changes a view of an array that it reads afterwards."""
    function = tree(target.source).body[0]
    bases: dict[str, str] = {}
    for node in statements_in_order(function):
        match node:
            case ast.AugAssign(target=ast.Name(id=name)) if name in bases:
                expect_unread(target, function, node, name, bases[name])
            case (
                ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))])
                | ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)))
            ) if name in bases:
                expect_unread(target, function, node, name, bases[name])
            case ast.Assign(targets=[left], value=right):
                for name, value in pairs(left, right):
                    base = base_of(value)
                    bases.pop(name, None)
                    if base and base != name:
                        bases[name] = bases.get(base, base)


def statements_in_order(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements of a function in the order of its text."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        yield from statements_in_order(child)


def pairs(left: ast.expr, right: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name that an assignment sets, and its value."""
    match left, right:
        case ast.Name(id=name), _:
            yield name, right
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, value in zip(targets, values, strict=True):
                yield from pairs(one, value)
        case ast.Tuple(elts=targets), _:
            for one in targets:
                yield from pairs(one, ast.Constant(None))


def base_of(value: ast.expr) -> str:
    """Return the name of the array that an expression is a view of; empty if it is none."""
    match value:
        case ast.Subscript(value=whole, slice=index) if any(
            isinstance(part, ast.Slice) for part in ast.walk(index)
        ):
            return holder(whole)
        case ast.Attribute(value=whole, attr=form) if form in VIEWS:
            return holder(whole)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=form), args=[whole, *_]
        ):
            return holder(whole) if form in VIEWS else ""
        case ast.Call(func=ast.Attribute() as method):
            return base_of(method)
    return ""


def holder(whole: ast.expr) -> str:
    """Return the name of what a view is taken of."""
    return whole.id if isinstance(whole, ast.Name) else base_of(whole)


def expect_unread(target: Target, function: ast.AST, node: ast.stmt, view: str, base: str) -> None:
    """Raise Refused if the array behind a view is read after the view was changed."""
    reads = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == base]
    if any(n.lineno > node.lineno and isinstance(n.ctx, ast.Load) for n in reads):
        reason = f"this changes `{base}` too, which `{view}` is a view of"
        hint = f"Change `{base}` itself, as in `{base}[...] += ...`, or set `{view}` to a copy"
        raise refused(target, node, reason, hint)
