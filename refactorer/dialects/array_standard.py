"""Callbacks in the functions of the array API standard: `xp.sum(X)` for `X.sum()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain

from refactorer.printing.splices import Splice, spliced
from refactorer.reading.source import Source, tree

# Methods of NumPy's arrays that are functions of the standard.
FUNCTIONS = frozenset(
    [
        *("all", "any", "argmax", "argmin", "max", "mean", "min", "prod", "reshape"),
        *("std", "sum", "var"),
    ]
)


def in_standard(text: str, helper: str) -> str:
    """Return a function with its callbacks in the standard's words, where it asks by a helper.

    What stands beside the callbacks are the user's own lines. The innermost is written first, so
    that each turn sees what the one before it wrote.
    """
    while True:
        function, source = tree(text), Source(text)
        module = asked_name(function, helper)
        nested = (n for f in functions(function) for n in functions(f, inside=True))
        found = chain.from_iterable(replacements(node, source, module) for node in nested)
        first = next(found, None) if module else None
        if first is None:
            return text
        text = spliced(text, [first])


def asked_name(module: ast.Module, helper: str) -> str:
    """Return the name that holds what the helper returns, "" where it is not called."""
    for node in ast.walk(module):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=called))):
                if called == helper:
                    return name
    return ""


def functions(node: ast.AST, *, inside: bool = False) -> Iterator[ast.FunctionDef]:
    """Yield the functions in a tree, or those inside of a function alone."""
    for child in ast.walk(node):
        if isinstance(child, ast.FunctionDef) and not (inside and child is node):
            yield child


def replacements(node: ast.AST, source: Source, module: str) -> Iterator[Splice]:
    """Yield what takes the place of calls, from the inside out; a sum may keep its axes at once."""
    if isinstance(node, ast.Subscript) and (text := with_axes_kept(node, source, module)):
        yield Splice(source.span(node), text)
    for child in ast.iter_child_nodes(node):
        yield from replacements(child, source, module)
    if isinstance(node, ast.Call) and (text := standard(node, source, module)):
        yield Splice(source.span(node), text)


def standard(call: ast.Call, source: Source, module: str) -> str:
    """Return a call in the standard's words, "" where it is so already, or cannot be."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr=function) if name == module:
            if function == "vdot":
                return f"{module}.sum({product(call.args, source)})"
            axes = summed_axes(call) if function == "einsum" else []
            return contraction(call, axes, source, module) if axes else ""
        case ast.Attribute(value=value, attr=name) if name in FUNCTIONS:
            arguments = map(source.segment, [value, *call.args])
            given = [*arguments, *map(source.segment, call.keywords)]
            return f"{module}.{name}({', '.join(given)})"
    return ""


def with_axes_kept(node: ast.Subscript, source: Source, module: str) -> str:
    """Return a sum that keeps its axes, where it is given them again, "" where it is not."""
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="einsum")) as call,
            slice=ast.Tuple(elts=parts),
        ) if name == module and (axes := summed_axes(call)):
            rank = len(parts)
            again = ["None" if k in axes else ":" for k in range(rank)]
            if [ast.unparse(part) for part in parts] == again:
                return contraction(call, axes, source, module)[:-1] + ", keepdims=True)"
    return ""


def contraction(call: ast.Call, axes: list[int], source: Source, module: str) -> str:
    """Return what `einsum` sums over axes of a product."""
    said = str(axes[0]) if len(axes) == 1 else str(tuple(axes))
    return f"{module}.sum({product(call.args[1:], source)}, axis={said})"


def product(factors: Sequence[ast.expr], source: Source) -> str:
    """Return the product of factors."""
    return " * ".join(
        f"({source.segment(one)})" if loose(one, is_first=not k) else source.segment(one)
        for k, one in enumerate(factors)
    )


def loose(node: ast.expr, *, is_first: bool) -> bool:
    """Tell whether a product would tear a factor apart."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return not is_first
    return not isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript)


def summed_axes(call: ast.Call) -> list[int]:
    """Return the axes over which `einsum` sums a product of arrays with one order of indices."""
    match call.args:
        case [ast.Constant(value=str(said)), *arrays]:
            given, _, output = said.replace(" ", "").partition("->")
            first, *others = given.split(",")
            rest = "".join(index for index in first if index in output)
            same = others == [first] * (len(arrays) - 1) and rest == output
            once = len({*first}) == len(first)
            return [k for k, i in enumerate(first) if i not in output] if same and once else []
    return []
