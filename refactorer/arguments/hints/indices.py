"""Arguments that are whole numbers, by what the function does with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

# Which arguments of a function of NumPy are whole numbers.
EVERY, LATER = slice(None), slice(1, None)
COUNTED = {
    **dict.fromkeys(("arange", "bincount", "empty", "eye", "ones", "range", "zeros"), EVERY),
    **dict.fromkeys(("full", "identity"), slice(1)),
    **dict.fromkeys(("repeat", "reshape", "roll", "split", "take", "tile"), LATER),
    **dict.fromkeys(("at", "put_along_axis", "take_along_axis"), slice(1, 2)),
}

Helpers = Mapping[str, ast.FunctionDef]


def indices(function: ast.AST, helpers: Helpers) -> frozenset[str]:
    """Return the names that a function reads as an index or a size, which is no float.

    What such an index is a part of, a term, or an element, holds none either; nor does what is
    given to a helper for one.
    """
    found = [part for node in ast.walk(function) for part in counted(node, helpers)]
    names = {name for part in found for name in whole(part)}
    for element, holder in reversed([*elements(function)]):
        names |= {holder} if element in names else set()
    return frozenset(names)


def labels(function: ast.AST) -> frozenset[str]:
    """Return the names of which only equality, order, or truth is asked.

    What is compared with something else by order may be a threshold: it stays a float.
    """
    nodes = [*ast.walk(function)]
    asked = [name for node in nodes for name in asked_of(node)]
    measured = [name for node in nodes for name in measured_of(node)]
    others = {n.id for n in nodes if isinstance(n, ast.Name) and n not in (*asked, *measured)}
    return frozenset(name.id for name in asked) - others


def asked_of(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the names that a node compares, orders, or takes for conditions."""
    match node:
        case ast.Compare(left, [ast.Eq() | ast.NotEq()], [right]):
            yield from (*laid_out(left), *laid_out(right))
        case ast.Compare(left, _, [right]):
            sides = [*laid_out(left), *laid_out(right)]
            yield from sides if len(sides) == 2 and sides[0].id == sides[1].id else []
        case ast.Call(ast.Attribute(ast.Name("np" | "numpy" | "xp"), "where"), [condition, _, _]):
            yield from laid_out(condition)
        case ast.Call(ast.Attribute(ast.Name("np" | "numpy" | "xp"), "argsort"), [value, *_]):
            yield from laid_out(value)


def measured_of(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the names whose sizes a node asks for."""
    match node:
        case ast.Call(ast.Name("len"), [ast.Name() as name]):
            yield name
        case ast.Attribute(ast.Name() as name, "shape" | "size" | "ndim"):
            yield name


def laid_out(node: ast.expr) -> Iterator[ast.Name]:
    """Yield the name of an array that is taken as it is, with more axes, or negated."""
    match node:
        case ast.Name():
            yield node
        case ast.UnaryOp(operand=value):
            yield from laid_out(value)
        case ast.Subscript(value, ast.Tuple(parts)) if all(map(is_whole_axis, parts)):
            yield from laid_out(value)
        case ast.Subscript(value, index) if is_whole_axis(index):
            yield from laid_out(value)


def is_whole_axis(part: ast.expr) -> bool:
    """Tell whether a part of an index is a whole axis or a new one: `:` or `None`."""
    match part:
        case ast.Constant(None) | ast.Slice(None, None, None) | ast.Attribute(attr="newaxis"):
            return True
    return False


def counted(node: ast.AST, helpers: Helpers) -> Iterator[ast.expr]:
    """Yield the parts of a node that are indices or sizes."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="c_" | "r_")):
            pass
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            yield from parts
        case ast.Subscript(slice=index):
            yield index
        case ast.Slice(lower=lower, upper=upper, step=step):
            yield from filter(None, (lower, upper, step))
        case ast.Call(func=ast.Name(id=name)) if name in helpers:
            yield from given_for_indices(node, helpers[name], other_helpers(helpers, name))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=parts):
            yield from parts[COUNTED[name]] if name in COUNTED else []
        case ast.keyword(arg="axis", value=value):
            yield value


def given_for_indices(
    call: ast.Call, helper: ast.FunctionDef, helpers: Helpers
) -> Iterator[ast.expr]:
    """Yield what a call gives a helper for what is an index there."""
    names = indices(helper, helpers)
    for parameter, value in zip(helper.args.args, call.args, strict=False):
        if parameter.arg in names:
            yield value
    for keyword in call.keywords:
        if keyword.arg in names:
            yield keyword.value


def other_helpers(helpers: Helpers, name: str) -> Helpers:
    """Return the other helpers: one that calls itself is not looked into again."""
    return {other: helper for other, helper in helpers.items() if other != name}


def whole(part: ast.expr) -> Iterator[str]:
    """Yield the names of what an expression is, or is a part or the sum of."""
    match part:
        case ast.Name(name):
            yield name
        case ast.Subscript(value):
            yield from whole(value)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv(), right):
            yield from whole(left)
            yield from whole(right)


def elements(function: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield names of elements and sums, and what they are elements or sums of."""
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Name(name)], value) | ast.AugAssign(ast.Name(name), _, value):
                yield from ((name, holder) for holder in whole(value))
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
                for target, value in zip(targets, values, strict=False):
                    yield from elements(ast.Assign([target], value))
            case ast.For(target, value) | ast.comprehension(target, value):
                yield from run_through(target, value)


def run_through(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    """Yield the names that a loop sets, and those of what it runs through."""
    match target, value:
        case ast.Name(name), ast.Name(holder):
            yield name, holder
        case ast.Tuple([_, item]), ast.Call(ast.Name("enumerate"), [inner, *_]):
            yield from run_through(item, inner)
        case ast.Tuple(items), ast.Call(ast.Name("zip"), parts):
            for item, inner in zip(items, parts, strict=False):
                yield from run_through(item, inner)
