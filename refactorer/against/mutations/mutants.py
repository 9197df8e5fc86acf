"""The mistakes that people make, made in our code one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from refactorer.against.mutations.mistakes import (
    Make,
    flipped,
    misplaced,
    over_another_axis,
    resized,
    weighted,
    with_factor_transposed,
)
from refactorer.against.mutations.omissions import (
    dropped_factor,
    dropped_term,
    of_conditions,
    of_sums,
    passed,
    unsigned,
)


@dataclass(frozen=True)
class Mutation:
    """Our code with a mistake, the description of the mistake, and the line of ours."""

    words: str
    line: int
    tree: ast.Module


def mutations(tree: ast.Module) -> Iterator[Mutation]:
    """Yield our code with each mistake in turn, the likeliest first."""
    makers: Sequence[Make] = (
        *(of_conditions, dropped_term, dropped_factor, unsigned, with_factor_transposed, of_sums),
        *(passed(followers(tree)), over_another_axis, flipped, misplaced, weighted),
    )
    backward = followed_first(tree)
    for lines in backward:
        for maker in makers:
            yield from by_expression(tree, lines, maker)
    yield from by_size(tree)
    yield from by_name(tree)
    yield from by_statement(tree)
    for first in by_expression(tree, backward[0], dropped_term):
        for second in by_expression(first.tree, pulling(first.tree), dropped_term):
            yield Mutation(f"{first.words}, and {second.words}", first.line, second.tree)


def by_expression(tree: ast.Module, nodes: Sequence[ast.AST], maker: Make) -> Iterator[Mutation]:
    """Yield our code with each expression replaced that a maker has another one for."""
    for node in nodes:
        if not isinstance(node, ast.expr):
            continue
        for words, other in maker(node):
            yield Mutation(words, node.lineno, with_nodes_replaced(tree, node, other))


def by_size(tree: ast.Module) -> Iterator[Mutation]:
    """Yield our code with the size of another axis wherever it asks for that of one."""
    nodes = [node for node in pulling(tree) if isinstance(node, ast.expr)]
    for axis, other in ((0, 1), (1, 0)):
        pairs = [(n, put) for n in nodes if (put := resized(n, axis, other)) is not None]
        if pairs:
            words = f"it divides by the size of axis {other} in place of axis {axis}"
            yield Mutation(
                words, pairs[0][0].lineno, with_nodes_replaced(tree, *chain.from_iterable(pairs))
            )


def pulling(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes of the callbacks, or of whole functions that have none."""
    return [node for line in pulling_lines(tree) for node in ast.walk(line)]


def pulling_lines(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements of the callbacks, or of whole functions that have none."""
    return [line for function in pullbacks(tree) for line in function.body]


def pullbacks(tree: ast.Module) -> list[ast.FunctionDef]:
    """Return the callbacks, or whole functions that have none."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inner = [f for f in functions if not any(is_function(n) for n in ast.walk(f) if n is not f)]
    outer = [f for f in functions if f not in inner]
    within = {id(node) for f in outer for node in ast.walk(f)}
    return [f for f in inner if id(f) in within] or inner


def followers(tree: ast.Module) -> frozenset[str]:
    """Return the names that follow the cotangent, which is the last argument."""
    found = {given.arg for function in pullbacks(tree) for given in function.args.args[-1:]}
    for line in pulling_lines(tree):
        names = [node for node in ast.walk(line) if isinstance(node, ast.Name)]
        if not found.isdisjoint(n.id for n in names if isinstance(n.ctx, ast.Load)):
            found |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
    return frozenset(found)


def followed_first(tree: ast.Module) -> tuple[list[ast.AST], list[ast.AST]]:
    """Return the nodes of the statements that the cotangent comes to, and those of the others."""
    found: tuple[list[ast.AST], list[ast.AST]] = [], []
    names = followers(tree)
    for line in pulling_lines(tree):
        nodes = [*ast.walk(line)]
        reads = {n.id for n in nodes if isinstance(n, ast.Name)}
        found[names.isdisjoint(reads)].extend(nodes)
    return found


def is_function(node: ast.AST) -> bool:
    """Tell whether a node defines a function."""
    return isinstance(node, ast.FunctionDef)


def with_nodes_replaced(tree: ast.Module, *pairs: object) -> ast.Module:
    """Return a copy of a tree with nodes replaced: old, new, old, new."""
    new = {id(old): other for old, other in zip(pairs[::2], pairs[1::2], strict=True)}
    return copy.deepcopy(tree, {key: copy.deepcopy(value) for key, value in new.items()})


def by_name(tree: ast.Module) -> Iterator[Mutation]:
    """Yield our code with each name that the callbacks read replaced by each other name."""
    reads = [n for n in pulling(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    others = names_in_functions(tree)
    for name in dict.fromkeys(read.id for read in reads if read.id in others):
        places = [read for read in reads if read.id == name]
        for other in others:
            if other != name:
                words = f"there is `{other}` in place of `{name}`"
                yield from with_other_names(tree, places, other, words)


def with_other_names(
    tree: ast.Module, places: Sequence[ast.Name], other: str, words: str
) -> Iterator[Mutation]:
    """Yield the tree with another name at all places, then at each of several."""
    each = [[place] for place in places] if len(places) > 1 else []
    for chosen in [list(places), *each]:
        pairs = chain.from_iterable((place, ast.Name(other, ast.Load())) for place in chosen)
        yield Mutation(words, chosen[0].lineno, with_nodes_replaced(tree, *pairs))


def names_in_functions(tree: ast.Module) -> list[str]:
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
                yield Mutation(words, node.lineno, with_nodes_replaced(tree, node, once))
        if isinstance(node, ast.AugAssign):
            for words, other in other_statements(node):
                yield Mutation(words, node.lineno, with_nodes_replaced(tree, node, other))


def other_statements(node: ast.AugAssign) -> Iterator[tuple[str, ast.stmt]]:
    """Yield what else may stand for a statement that adds to something."""
    yield f"`{ast.unparse(node)}` is missing", ast.Pass()
    target, value = node.target, node.value
    yield f"`{ast.unparse(target)}` is set in place of added to", ast.Assign([target], value)
    op = ast.Add() if isinstance(node.op, ast.Sub) else ast.Sub()
    other = ast.AugAssign(target, op, value)
    yield f"there is `{ast.unparse(other)}` in place of `{ast.unparse(node)}`", other
    match target:
        case ast.Subscript(array, ast.Tuple([_, index])):
            whole = ast.Subscript(array, ast.Tuple([ast.Slice(), index], ast.Load()), ast.Store())
            words = f"`{ast.unparse(target)}` is changed in all rows"
            yield words, ast.AugAssign(whole, node.op, value)
