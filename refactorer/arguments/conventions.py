"""What the name of an argument says of its rank: X is a matrix, b a vector, as in print."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refactorer.arguments.plans import Plan

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lam", "mu"),
    *("nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
)
MATRIX = re.compile(r"_*[A-Z]")
INTEGERS = ("index", "lengths")  # kinds of values
VECTOR = re.compile(rf"_*(?:[a-z]|{'|'.join(GREEK)}|bias|coefs?|weights)_?\d*(?:_\w*)?")


def rank(name: str) -> int | None:
    """Return the rank that a name says; None where it says none."""
    if MATRIX.match(name):
        return 2
    return 1 if VECTOR.fullmatch(name) else None


def departures(plan: Plan, source: str) -> tuple[int, bool, int]:
    """Return how much of the assumed ranks is not what a function says, and what else is unlikely.

    Names say ranks; what is subtracted is alike; what is reduced by `axis=0` has another axis, too.
    Arrays of one shape are preferred where that is no square, and for words that say nothing
    vectors to matrices.
    """
    shapes = {entry.name: entry.shape for entry in plan.inputs}
    said = said_ranks(plan)
    wrong = sum(said[name] not in (None, len(shapes[name])) for name in said)
    apart = sum({a, b} <= said.keys() and shapes[a] != shapes[b] for a, b in subtracted(source))
    rows = [found for found in map(said.keys().__and__, reduced(source)) if found]
    flat = sum(all(len(shapes[name]) < 2 for name in names) for names in rows)
    assumed = {shapes[name] for name in said}
    square = any(len({*shape}) < len(shape) for shape in assumed)
    words = sum(len(shapes[name]) or 2 for name in said if said[name] is None)
    return wrong + 2 * (apart + flat), len(assumed) > 1 or square, words


def subtracted(source: str) -> Iterator[tuple[str, str]]:
    """Yield the names of one letter of which differences are taken."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(ast.Name(a), ast.Sub(), ast.Name(b)) if len(a) == len(b) == 1:
                yield a, b


def reduced(source: str) -> Iterator[set[str]]:
    """Yield the names in what is reduced along the first axis, where that is said."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(ast.Attribute(owner), args, [ast.keyword("axis", ast.Constant(0)), *_]):
                parts = ast.walk(ast.Tuple([owner, *args]))
                yield {part.id for part in parts if isinstance(part, ast.Name)}


def said_ranks(plan: Plan) -> dict[str, int | None]:
    """Return the ranks that names say, where they were assumed; integers are one for each row."""
    assumed = [entry for entry in plan.inputs if entry.name in plan.assumed]
    return {i.name: 1 if i.kind.startswith(INTEGERS) else rank(i.name) for i in assumed}


def differ(plan: Plan) -> bool:
    """Tell whether the names say of some arguments that they are matrices, of others vectors."""
    return {1, 2} <= {*said_ranks(plan).values()}
