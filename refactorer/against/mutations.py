"""The mistakes that people make, made in our code one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

Make = Callable[[ast.expr], Iterator[tuple[str, ast.expr]]]
REDUCTIONS = {"sum": "mean", "mean": "sum"}
AXES = (0, 1, 2, None)


@dataclass(frozen=True)
class Mutation:
    """A changed tree, what theirs has done if it is like that, and the line of ours."""

    words: str
    line: int
    tree: ast.Module


def mutations(tree: ast.Module) -> Iterator[Mutation]:
    """Yield our code with each mistake in turn, the likeliest first."""
    makers: Sequence[Make] = (
        *(dropped_term, dropped_factor, unsigned),
        *(along, flipped, misplaced, weighted),
    )
    for maker in makers:
        yield from by_expression(tree, maker)
    yield from by_name(tree)
    yield from by_statement(tree)
    for first in by_expression(tree, dropped_term):
        for second in by_expression(first.tree, dropped_term):
            yield Mutation(f"{first.words}, and {second.words}", first.line, second.tree)


def by_expression(tree: ast.Module, maker: Make) -> Iterator[Mutation]:
    """Yield our code with each expression replaced that a maker has another one for."""
    for node in pulling(tree):
        if not isinstance(node, ast.expr):
            continue
        for words, other in maker(node):
            yield Mutation(words, node.lineno, replaced(tree, node, other))


def pulling(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes of the callbacks, or of whole functions that have none."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inner = [f for f in functions if not any(is_function(n) for n in ast.walk(f) if n is not f)]
    outer = [f for f in functions if f not in inner]
    within = {id(node) for f in outer for node in ast.walk(f)}
    chosen = [f for f in inner if id(f) in within] or inner
    return [node for f in chosen for line in f.body for node in ast.walk(line)]


def is_function(node: ast.AST) -> bool:
    """Tell whether a node defines a function."""
    return isinstance(node, ast.FunctionDef)


def replaced(tree: ast.Module, *pairs: object) -> ast.Module:
    """Return a copy of a tree with nodes replaced: old, new, old, new."""
    new = {id(old): other for old, other in zip(pairs[::2], pairs[1::2], strict=True)}
    return copy.deepcopy(tree, {key: copy.deepcopy(value) for key, value in new.items()})


def dropped_term(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a sum without each of its terms."""
    match node:
        case ast.BinOp(left=ast.Constant(), op=ast.Add() | ast.Sub()):
            return  # what is left is a constant: the whole is a factor
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            minus = isinstance(op, ast.Sub)
            yield f"the term `{'-' if minus else '+'} {ast.unparse(right)}` is missing", left
            rest = ast.UnaryOp(ast.USub(), right) if minus else right
            yield f"the term `{ast.unparse(left)}` is missing", rest


def dropped_factor(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a product without each of its factors, and what is left out of it besides."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):
            yield f"the factor `{ast.unparse(right)}` is missing", left
            yield f"the factor `{ast.unparse(left)}` is missing", right
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield f"the division by `{ast.unparse(right)}` is missing", left
            yield (
                f"`{ast.unparse(left)}` is missing above",
                ast.BinOp(ast.Constant(1.0), ast.Div(), right),
            )
        case ast.BinOp(left=left, op=ast.Pow()):
            yield f"`{ast.unparse(left)}` is not raised to its power", left
        case ast.Attribute(value=value, attr="T"):
            yield f"`{ast.unparse(value)}` is not transposed", value
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=name), args=[first, *_]):
            yield f"`{name}` of `{ast.unparse(first)}` is not taken", first
        case ast.Call(func=ast.Attribute(value=value, attr=name)):
            yield f"`.{name}(...)` of `{ast.unparse(value)}` is missing", value


def unsigned(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield what is clipped by its size without its sign where it is large."""
    match node:
        case ast.Call(ast.Attribute(ast.Name("np"), "clip"), [x, ast.UnaryOp(ast.USub(), low), c]):
            if ast.unparse(low) == ast.unparse(c):
                inner, bound = ast.unparse(x), ast.unparse(c)
                text = f"np.where(np.abs({inner}) <= {bound}, {inner}, {bound})"
                yield f"the factor `np.sign({inner})` is missing", ast.parse(text, mode="eval").body


def flipped(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield an expression with another sign, or with the opposite operation."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield (
                f"the term `{ast.unparse(right)}` has the wrong sign",
                ast.BinOp(left, ast.Sub(), right),
            )
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield (
                f"the term `{ast.unparse(right)}` has the wrong sign",
                ast.BinOp(left, ast.Add(), right),
            )
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            yield (
                f"it is divided by `{ast.unparse(right)}` in place of multiplied",
                ast.BinOp(left, ast.Div(), right),
            )
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield (
                f"it is multiplied by `{ast.unparse(right)}` in place of divided",
                ast.BinOp(left, ast.Mult(), right),
            )
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield f"the sign of `{ast.unparse(operand)}` is wrong", operand


def along(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a reduction over another axis."""
    match node:
        case ast.Call(func=func, args=args, keywords=keywords):
            for place, keyword in enumerate(keywords):
                axis = keyword.value
                if keyword.arg == "axis" and isinstance(axis, ast.Constant):
                    for other in AXES:
                        if other != axis.value:
                            words = f"`{ast.unparse(node)}` is taken over axis {other}"
                            changed = ast.keyword("axis", ast.Constant(other))
                            given = [*keywords[:place], changed, *keywords[place + 1 :]]
                            yield words, ast.Call(func, args, given)
        case ast.Subscript(
            value=ast.Call(args=[ast.Constant(value="ij,ij->i"), one, other_factor])
        ):
            rows = ast.parse("(a * b).sum(axis=0, keepdims=True)", mode="eval").body
            words = f"`{ast.unparse(node)}` is taken over axis 0"
            yield words, substituted(rows, {"a": one, "b": other_factor})


def substituted(template: ast.expr, parts: Mapping[str, ast.expr]) -> ast.expr:
    """Return a template with expressions in place of its names."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return parts.get(node.id, node)

    filled: ast.expr = Fill().visit(template)
    return filled


def misplaced(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield an expression at another index, or with another reduction."""
    match node:
        case ast.Subscript(value=value, slice=ast.Slice(lower, None, None)) if lower:
            other = ast.Subscript(value, ast.Slice(None, ast.UnaryOp(ast.USub(), lower)), node.ctx)
            yield f"there is `{ast.unparse(other)}` in place of `{ast.unparse(node)}`", other
        case ast.Subscript(
            value=value, slice=ast.Slice(None, ast.UnaryOp(ast.USub(), upper), None)
        ):
            other = ast.Subscript(value, ast.Slice(upper, None), node.ctx)
            yield f"there is `{ast.unparse(other)}` in place of `{ast.unparse(node)}`", other
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in REDUCTIONS:
            taken = REDUCTIONS[name]
            yield (
                f"the {taken} is taken in place of the {name}",
                ast.Call(ast.Attribute(value, taken, ast.Load()), node.args, node.keywords),
            )
        case ast.Subscript(value=value):
            yield f"it takes `{ast.unparse(value)}` in place of `{ast.unparse(node)}`", value
        case ast.Constant(value=int(value)) if type(value) is int:
            for other_value in (value - 1, value + 1):
                yield f"there is {other_value} in place of {value}", ast.Constant(other_value)
        case ast.Name(ctx=ast.Load()):
            for step in (1, -1):
                op = ast.Add() if step > 0 else ast.Sub()
                yield f"`{node.id}` is off by one", ast.BinOp(node, op, ast.Constant(1))


def weighted(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield a sum in which a term has another factor."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            for times, words in ((2.0, "is taken twice"), (0.5, "is halved")):
                weight = ast.Constant(times)
                yield (
                    f"the term `{ast.unparse(right)}` {words}",
                    ast.BinOp(left, op, ast.BinOp(weight, ast.Mult(), right)),
                )
                yield (
                    f"the term `{ast.unparse(left)}` {words}",
                    ast.BinOp(ast.BinOp(weight, ast.Mult(), left), op, right),
                )


def by_name(tree: ast.Module) -> Iterator[Mutation]:
    """Yield our code with each name that the callbacks read replaced by each other name."""
    reads = [n for n in pulling(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    others = names(tree)
    for name in dict.fromkeys(read.id for read in reads if read.id in others):
        places = [read for read in reads if read.id == name]
        for other in others:
            if other != name:
                words = f"there is `{other}` in place of `{name}`"
                yield from renamed(tree, places, other, words)


def renamed(
    tree: ast.Module, places: Sequence[ast.Name], other: str, words: str
) -> Iterator[Mutation]:
    """Yield the tree with another name at all places, then at each of several."""
    each = [[place] for place in places] if len(places) > 1 else []
    for chosen in [list(places), *each]:
        pairs = chain.from_iterable((place, ast.Name(other, ast.Load())) for place in chosen)
        yield Mutation(words, chosen[0].lineno, replaced(tree, *pairs))


def names(tree: ast.Module) -> list[str]:
    """Return the names that functions set or take."""
    found = [n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)]
    found += [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    return list(dict.fromkeys(found))


def by_statement(tree: ast.Module) -> Iterator[Mutation]:
    """Yield our code without each of the statements that add to a name, or change one again."""
    for node in pulling(tree):
        match node:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(attr="at"), args=[array, index, value])
            ):
                place = ast.Subscript(array, index, ast.Store())
                words = f"entries that `{ast.unparse(index)}` takes more than once are counted once"
                once = ast.Assign([place], value)
                yield Mutation(words, node.lineno, replaced(tree, node, once))
        if isinstance(node, ast.AugAssign):
            words = f"`{ast.unparse(node)}` is missing"
            yield Mutation(words, node.lineno, replaced(tree, node, ast.Pass()))
            plain = ast.Assign([node.target], node.value)
            words = f"`{ast.unparse(node.target)}` is set in place of added to"
            yield Mutation(words, node.lineno, replaced(tree, node, plain))
