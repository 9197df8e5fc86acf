"""Shapes that a function states itself: `n, d = X.shape` names the sizes of X.

So does `np.einsum("ij,jk->ik", X, W)`; `x, y = points.T` tells how many columns there are, and
`math.sqrt(v)` takes a number.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from types import FunctionType

from refactorer.arguments.dims import Dims
from refactorer.arguments.hints.shape_annotations import UNNAMED


def unpacked(source: str) -> Mapping[str, Dims]:
    """Return the shapes that a function tells before it branches, by the names of arguments."""
    definition = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef))
    arguments = {node.arg for node in ast.walk(definition.args) if isinstance(node, ast.arg)}
    found: dict[str, Dims] = {}
    for statement in definition.body:
        for name, shape in told(statement):
            if name in arguments and name not in found:
                found[name] = shape
        nodes = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        arguments -= {n.id for n in nodes if isinstance(n.ctx, ast.Store)}
    return found


def passed_on(source: str, namespace: Mapping[str, object]) -> Mapping[str, Dims]:
    """Return the shapes of what is passed on as `model(x, *params)`, by what the model takes."""
    found: dict[str, Dims] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(ast.Name(name), [*before, ast.Starred(ast.Name(given))]):
                if isinstance(function := namespace.get(name), FunctionType):
                    taken = function.__code__.co_argcount - len(function.__defaults__ or ())
                    found[given] = (str(taken - len(before)),)
    return found


def of_numbers(source: str) -> Mapping[str, Dims]:
    """Return the shapes of arguments where functions of `math` compute: what has items is a vector.

    The others are numbers. Nothing is known where no such function is called.
    """
    definition = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef))
    nodes = [*ast.walk(definition)]
    if not any(ast.unparse(n.func).startswith("math.") for n in nodes if isinstance(n, ast.Call)):
        return {}
    vectors = {ast.unparse(value) for node in nodes for value in with_items(node)}
    arguments = [node.arg for node in ast.walk(definition.args) if isinstance(node, ast.arg)]
    return {name: (UNNAMED,) if name in vectors else () for name in arguments}


def with_items(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a node takes an item of, runs over or measures."""
    match node:
        case ast.Subscript(value=value) | ast.For(iter=value) | ast.comprehension(iter=value):
            yield value
        case ast.Call(func=ast.Name("len" | "enumerate" | "zip" | "reversed"), args=values):
            yield from values


def told(statement: ast.stmt) -> Iterator[tuple[str, Dims]]:
    """Yield the arrays whose shapes a statement tells, and these."""
    match statement:
        case ast.Assign([ast.Tuple(targets) | ast.List(targets)], value):
            if not any(isinstance(target, ast.Starred) for target in targets):
                yield from arrays_unpacked(targets, value)
        case ast.For(ast.Name(counter), body=body):
            yield from of_rows(counter, body)
        case ast.For(ast.Tuple(targets), ast.Name(name)):
            yield name, (UNNAMED, str(len(targets)))
    if not isinstance(statement, ast.For | ast.While | ast.If | ast.With):
        for node in ast.walk(statement):
            yield from of_einsum(node)
            yield from with_axes(node)


def of_rows(counter: str, body: list[ast.stmt]) -> Iterator[tuple[str, Dims]]:
    """Yield the arrays of which each row is unpacked in a loop, as in `v, w = u[t]`."""
    for statement in body:
        match statement:
            case ast.Assign([ast.Tuple(targets)], ast.Subscript(ast.Name(name), ast.Name(index))):
                if index == counter:
                    yield name, (UNNAMED, str(len(targets)))


def arrays_unpacked(targets: list[ast.expr], value: ast.expr) -> Iterator[tuple[str, Dims]]:
    """Yield the array that is unpacked into targets, or whose shape or columns are."""
    match value:
        case ast.Attribute(ast.Name(name), "shape"):
            yield name, sizes_by_target(targets)
        case ast.Attribute(ast.Name(name), "T"):
            yield name, (UNNAMED, str(len(targets)))
        case ast.Name(name):
            yield name, (str(len(targets)),)


def with_axes(node: ast.AST) -> Iterator[tuple[str, Dims]]:
    """Yield the arrays of which several axes are named or indexed, and how many there are."""
    match node:
        case ast.Call(ast.Attribute(ast.Name(name)), args, options):
            owner = args[0].id if args and isinstance(args[0], ast.Name) else name
            counts = [highest(k.value) + 1 for k in options if k.arg == "axis"]
            yield from ((owner, (UNNAMED,) * count) for count in counts if count)
        case ast.Subscript(ast.Name(name), ast.Tuple(parts)) if len(parts) >= MATRIX:
            if not any(isinstance(part, ast.Constant) and is_no_axis(part) for part in parts):
                yield name, (UNNAMED,) * len(parts)
        case ast.Subscript(ast.Attribute(ast.Name(name), "shape"), ast.Constant(1)):
            yield name, (UNNAMED,) * MATRIX


MATRIX = 2  # axes of what is found without being told


def highest(axes: ast.expr) -> int:
    """Return the highest of several axes; -1 for one, and where they are counted from the last."""
    parts = axes.elts if isinstance(axes, ast.Tuple) else []
    found = [e.value for e in parts if isinstance(e, ast.Constant) and type(e.value) is int]
    return max(found, default=-1) if len(found) == len(parts) else -1


def is_no_axis(part: ast.Constant) -> bool:
    """Tell whether a part of an index is none for an axis: `None` puts one in, `...` is many."""
    return part.value is None or part.value is ...


def of_einsum(node: ast.AST) -> Iterator[tuple[str, Dims]]:
    """Yield the arrays that np.einsum is given, with its letters for their sizes."""
    match node:
        case ast.Call(ast.Attribute(attr="einsum"), [ast.Constant(str(text)), *operands]):
            terms = text.replace(" ", "").partition("->")[0].split(",")
            for term, operand in zip(terms, operands, strict=False):
                if isinstance(operand, ast.Name) and term.isalpha():
                    yield operand.id, tuple(term)


def sizes_by_target(targets: list[ast.expr]) -> Dims:
    """Return sizes by the names of targets; "?" for what tells nothing, as `_` does."""
    texts = [ast.unparse(target) for target in targets]
    times = Counter(texts)
    return tuple(
        text if text.isidentifier() and text.strip("_") and times[text] == 1 else UNNAMED
        for text in texts
    )
