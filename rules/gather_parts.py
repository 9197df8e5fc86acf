from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import assignment, bound, reads, value_of, writes
from refactorer.syntax.expressions import UnknownShape, is_call_of, parse, shape_of
from refactorer.syntax.puts import How, Put, may_wait, put


class GatherParts(Rule):
    """Make the cotangent of an unpacked array from its parts: after `a, b = x`, x̄ = [ā, b̄].

    The array has as many entries as there are names, whatever the sizes of other axes are.
    """

    EXAMPLES = (
        Example(
            "a point in the plane",
            primal="u, v = x",
            before="""
                bx = np.zeros_like(x)
                bx[1] = b * v
                bx[0] = b * u
            """,
            after="bx = np.array([b * u, b * v])",
            shapes={"x": (2,), "bx": (2,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "an array that may have more parts",
            """
                bx = np.zeros_like(x)
                bx[1] = b * v
                bx[0] = b * u
            """,
            primal="u = x[0]",
            shapes={"x": (2,), "bx": (2,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "a part that nothing is put into",
            """
                bx = np.zeros_like(x)
                bx[1] = b * v
            """,
            primal="u, v = x",
            shapes={"x": (2,), "bx": (2,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "rows that a number fills",
            """
                bx = np.zeros_like(x)
                bx[1] = b
                bx[0] = b * u
            """,
            primal="u, v = x",
            shapes={"x": (2, 3), "u": (3,), "v": (3,), "bx": (2, 3)},
            gradients=("bx",),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        for name, count in dict(unpacked_names(adjoint)).items():
            adjoint = gathered(adjoint, name, count)
        return adjoint


def unpacked_names(adjoint: Adjoint) -> Iterator[tuple[str, int]]:
    """Yield the cotangents of what the user unpacks, and how many parts they have."""
    primal = adjoint.primal
    counts = dict(unpackings(primal.target.source))
    for name, value in adjoint.cotangents.items():
        if count := counts.get(primal.names.get(value, value)):
            yield name, count


def unpackings(source: str) -> Iterator[tuple[str, int]]:
    """Yield the names that are unpacked in a text, and into how many."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Assign([ast.Tuple(parts)], ast.Name(whole)):
                if all(isinstance(part, ast.Name) for part in parts):
                    yield whole, len(parts)


def gathered(adjoint: Adjoint, name: str, count: int) -> Adjoint:
    """Return the adjoint with an array made of all its parts, where they are put into zeros."""
    body = [*adjoint.backward.body]
    puts = {s: p for s in body if (p := put(s)) and p.array == name}
    zeros = [s for s in body if bound(s) == name and is_call_of(value_of(s), "np.zeros_like")]
    if len(zeros) != 1 or not puts or not are_all(list(puts.values()), count, adjoint):
        return adjoint
    last = max(map(body.index, puts))
    between = [s for s in body[: last + 1] if s not in puts]
    alone = not any(name in reads(s) or (name in writes(s) and s not in zeros) for s in between)
    if not alone or not may_wait([*puts], body, last):
        return adjoint
    values = {p.index: p.value for p in puts.values()}
    made = parse(f"np.array([{', '.join(values[str(i)] for i in range(count))}])")
    body[last] = assignment(name, made, body[last])
    left = [s for s in body if s not in puts and s not in zeros]
    return adjoint.with_backward(cst.Module(left))


def are_all(puts: Sequence[Put], count: int, adjoint: Adjoint) -> bool:
    """Tell whether each part of an array is put there once, as it is."""
    shape = adjoint.shapes[puts[0].array].shape
    places = sorted(p.index for p in puts)
    if places != [str(i) for i in range(count)] or any(p.how is not How.SET for p in puts):
        return False
    try:
        return all(shape_of(parse(p.value), adjoint.shapes) == shape[1:] for p in puts)
    except UnknownShape:
        return False
