"""Ranks by what the text of a function does with its arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import digits

import numpy as np

OF_ARRAYS = ("len", "zip", "enumerate", "reversed")  # built in; they take what has elements
OF_NUMBERS = ("array", "asarray", "clip", "float32", "float64", "full", "where")


def subtracted(source: str) -> Iterator[tuple[str, str]]:
    """Yield the names of one letter, or with other numbers, of which differences are taken."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(ast.Name(a), ast.Sub(), ast.Name(b)):
                if len(a) == len(b) == 1 or a.rstrip(digits) == b.rstrip(digits):
                    yield a, b


def spread_apart(source: str) -> Iterator[tuple[str, str]]:
    """Yield the names of which all differences are taken: `x[:, None] - y`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(ast.Subscript(ast.Name(a), index), ast.Sub(), right) if has_new(index):
                match right:
                    case ast.Name(b) | ast.Subscript(ast.Name(b)) if a != b:
                        yield a, b


def has_new(index: ast.expr) -> bool:
    """Tell whether an index puts in an axis."""
    return any(isinstance(n, ast.Constant) and n.value is None for n in ast.walk(index))


def entries(source: str) -> frozenset[str]:
    """Return the names of numbers that a matrix is written with, and of what these are made of."""
    tree, found = ast.parse(source), set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.List([ast.List(), *_] as rows):
                found |= names_in(*rows)
    for node in reversed([*ast.walk(tree)]):
        match node:
            case ast.Assign([target], value) if found & names_in(target):
                found |= names_in(value)
    return frozenset(found)


def names_reduced(source: str, *axes: str) -> Iterator[frozenset[str]]:
    """Yield the names in what is reduced along one of these axes, where that is said."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(ast.Attribute(owner), args, [ast.keyword("axis", axis), *_]):
                if ast.unparse(axis) in axes:
                    yield names_in(owner, *args)
            case ast.Call(ast.Attribute(owner, "sum" | "mean" | "max"), [axis]):
                if ast.unparse(axis) in axes:
                    yield names_in(owner)


def computed_by_entry(tree: ast.AST, names: frozenset[str]) -> frozenset[str]:
    """Return names, and those from which they are computed entry by entry: z = (x - mu) / sigma."""
    found = {*names}
    for node in reversed([*ast.walk(tree)]):
        match node:
            case ast.Assign([ast.Name(name)], value) if name in found and is_by_entry(value):
                found |= names_in(value)
    return frozenset(found)


def is_by_entry(value: ast.expr) -> bool:
    """Tell whether there is no product, index or function of whole arrays in an expression."""
    nodes = [*ast.walk(value)]
    called = [n.func for n in nodes if isinstance(n, ast.Call)]
    others = [n for n in nodes if isinstance(n, ast.Attribute) and n not in called]
    whole = any(isinstance(n, ast.Subscript | ast.MatMult) for n in nodes)
    modules = all(isinstance(f, ast.Attribute) and not takes_arrays(f) for f in called)
    return modules and not others and not whole


def surely_arrays(source: str) -> frozenset[str]:
    """Return the names of values that surely are arrays: some operation needs their elements."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(ast.Name(name)) | ast.Attribute(ast.Name(name)):
                found.add(name)
            case ast.Assign([ast.Tuple() | ast.List()], ast.Name(name)):
                found.add(name)
            case ast.For(iter=ast.Name(name)) | ast.comprehension(iter=ast.Name(name)):
                found.add(name)
            case ast.Call(function, args) if takes_arrays(function):
                found |= {arg.id for arg in args if isinstance(arg, ast.Name)}
            case ast.BinOp(left, ast.MatMult(), right):
                found |= names_in(left, right)
    return frozenset(found)


def summed_up(source: str) -> frozenset[str]:
    """Return the names of what probably has elements: what is taken apart, or reduced to numbers.

    What a name is bound to is in what is done with the name.
    """
    found = {*surely_arrays(source)}
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(owner) as function, args) if takes_arrays(function):
                found |= names_in(owner, *args)
    for node in reversed([*ast.walk(tree)]):
        match node:
            case ast.Assign([ast.Name(name)], value) if name in found:
                found |= names_in(value)
    return frozenset(found)


def is_curve(source: str) -> bool:
    """Tell whether a function is a curve at some points: `theta[0] * t + theta[1] - y`.

    Such a function reduces nothing, and joins nothing.
    """
    nodes = [*ast.walk(ast.parse(source))]
    together = (ast.For, ast.While, ast.List, ast.ListComp, ast.MatMult, ast.Slice, ast.Tuple)
    return (
        any(isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant) for n in nodes)
        and not any(isinstance(n, together) for n in nodes)
        and not any(isinstance(n, ast.Call) and takes_arrays(n.func) for n in nodes)
    )


def takes_arrays(function: ast.expr) -> bool:
    """Tell whether a function is one of arrays: no function of the user's, and none of numbers."""
    match function:
        case ast.Name(name):
            return name in OF_ARRAYS
        case ast.Attribute(ast.Name("np" | "numpy" | "xp"), name):
            elementwise = isinstance(getattr(np, name, None), np.ufunc)
            return not elementwise and name not in OF_NUMBERS and not name.endswith("_like")
        case ast.Attribute(ast.Name("math" | "special")):
            return False
    return isinstance(function, ast.Attribute)


def names_in(*nodes: ast.expr) -> frozenset[str]:
    """Return the names in expressions."""
    every = (n for node in nodes for n in ast.walk(node))
    return frozenset(n.id for n in every if isinstance(n, ast.Name))
