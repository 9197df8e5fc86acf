"""The value that each of several targets of an assignment gets."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from refactorer.primal.reader import is_shape


def pairs(target: ast.expr, node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target with the expression whose value it gets, as far as the text shows it."""
    match target, node:
        case (
            ast.Tuple(elts=targets) | ast.List(elts=targets),
            ast.Tuple(elts=parts) | ast.List(elts=parts),
        ) if len(targets) == len(parts):
            for one, part in zip(targets, parts, strict=True):
                yield from pairs(one, part)
        case _:
            yield target, node


def elements(held: ast.expr, targets: Sequence[ast.expr]) -> list[ast.expr] | None:
    """Return what each of several targets gets; None where the text does not tell."""
    stars = [place for place, target in enumerate(targets) if isinstance(target, ast.Starred)]
    written_out = isinstance(held, ast.Tuple | ast.List)
    if stars and (written_out or is_shape(held)):
        return starred(held, stars[0], len(targets) - stars[0] - 1)
    if isinstance(held, ast.Tuple | ast.List):
        return held.elts if len(held.elts) == len(targets) else None
    return None if stars else [ast.Subscript(held, ast.Constant(i)) for i in range(len(targets))]


def starred(held: ast.expr, before: int, behind: int) -> list[ast.expr] | None:
    """Return what targets get of which one, with some before and behind it, takes the rest."""
    if isinstance(held, ast.Tuple | ast.List):
        end = len(held.elts) - behind
        return [*held.elts[:before], ast.List(held.elts[before:end]), *held.elts[end:]]
    sizes = [ast.Constant(i) for i in (*range(before), *range(-behind, 0))]
    rest = ast.Slice(ast.Constant(before), ast.Constant(-behind) if behind else None)
    found: list[ast.expr] = [ast.Subscript(held, size) for size in sizes]
    return [*found[:before], ast.Subscript(held, rest), *found[before:]]
