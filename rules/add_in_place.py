from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import libcst as cst
import numpy as np

from refactorer.adjoint import Adjoint
from refactorer.backward.sums import like, rest_of, with_sum
from refactorer.rule import Example, Rule
from refactorer.shapes import Array
from refactorer.syntax.dataflow import assignment, bound, mutates, reads, value_of, writes
from refactorer.syntax.expressions import UnknownShape, code, is_call_of, names_read, on_ones, parse
from refactorer.syntax.puts import How, may_wait, put
from refactorer.syntax.renaming import fresh
from refactorer.syntax.suites import Statement


class AddInPlace(Rule):
    """Add a value at an index in place, not as an array that is zero everywhere else.

    The sum of y and an array that is zero except for v at i is y with v added at i. That saves an
    array, and an addition over all of it. The gradient of a cross-entropy, for example, is a
    softmax from which something is subtracted in one place of each row.
    """

    EXAMPLES = (
        Example(
            "a sum of an array of zeros and a product",
            before="""
                bv = np.zeros_like(x)
                bv[i, j] = bz / n
                bx = bv + g * x
            """,
            after="""
                bx = g * x
                bx[i, j] += bz / n
            """,
            shapes={"x": (3, 5), "i": (3,), "j": (3,), "bv": (3, 5), "bx": (3, 5)},
            dtypes={"i": "int64", "j": "int64"},
            gradients=("bx",),
        ),
        Example(
            "a negative value is taken off",
            before="""
                bv = np.zeros_like(x)
                bv[i] = -bz / n
                bx = g * x + bv
            """,
            after="""
                bx = g * x
                bx[i] -= bz / n
            """,
            shapes={"x": (3,), "bv": (3,), "bx": (3,)},
            dtypes={"i": "int64"},
            gradients=("bx",),
        ),
        Example(
            "what is subtracted",
            before="""
                bv = np.zeros_like(x)
                bv[1:] = bz
                bx = g * x - bv
            """,
            after="""
                bx = g * x
                bx[1:] -= bz
            """,
            shapes={"x": (3,), "bz": (2,), "bv": (3,), "bx": (3,)},
            gradients=("bx",),
        ),
        Example(
            "several arrays of zeros in one sum",
            before="""
                bv = np.zeros_like(x)
                bv[1:] = by
                bu = np.zeros_like(x)
                bu[:-1] = -by
                bx = bv + bu + g * x
            """,
            after="""
                bx = g * x
                bx[:-1] -= by
                bx[1:] += by
            """,
            shapes={**dict.fromkeys(("x", "bv", "bu", "bx"), (3,)), "by": (2,)},
            gradients=("bx",),
        ),
        Example(
            "a gradient that has no name yet gets one",
            before="""
                bv = np.zeros_like(x)
                np.add.at(bv, i, bz)
            """,
            after="""
                bx = 2 * x
                np.add.at(bx, i, bz)
            """,
            shapes={"x": (3,), "i": (2,), "bz": (2,), "bv": (3,)},
            dtypes={"i": "int64"},
            gradients=("bv + 2 * x",),
            wrt=("x",),
        ),
        Example(
            "a sum within a product",
            before="""
                bu = np.where(h > 0, b, 0)
                bv = np.zeros_like(h)
                bv[i, j] = -np.sum(bu, axis=1)
                bW = x.T @ (bv + bu)
            """,
            after="""
                bu = np.where(h > 0, b, 0)
                bh = np.copy(bu)
                bh[i, j] -= np.sum(bu, axis=1)
                bW = x.T @ bh
            """,
            forward="h = x @ W",
            shapes={
                **dict.fromkeys(("h", "b", "bv", "bu"), (3, 4)),
                **dict.fromkeys(("W", "bW"), (2, 4)),
                **dict.fromkeys(("i", "j"), (3,)),
                "x": (3, 2),
            },
            dtypes={"i": "int64", "j": "int64"},
            gradients=("bW",),
        ),
        Example.unchanged(
            "what is put there overwrites what was put before",
            """
                bv = np.zeros_like(x)
                bv[1:] = bz
                bv[:2] = bz
                bx = g * x + bv
            """,
            shapes={"x": (3,), "bz": (2,), "bv": (3,), "bx": (3,)},
            gradients=("bx",),
        ),
        Example(
            "an array that somebody else holds is copied",
            before="""
                bv = np.zeros_like(x)
                bv[1:] = bz
                bx = y + bv
            """,
            after="""
                bx = np.copy(y)
                bx[1:] += bz
            """,
            shapes={"x": (3,), "y": (3,), "bz": (2,), "bv": (3,), "bx": (3,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "a view of an array that somebody else holds",
            """
                bv = np.zeros_like(x)
                bv[1:] = bz
                bx = y[::-1] + bv
            """,
            shapes={"x": (3,), "y": (3,), "bz": (2,), "bv": (3,), "bx": (3,)},
            gradients=("bx",),
        ),
        Example(
            "a number that is spread over the array",
            before="""
                bv = np.zeros_like(x)
                bv[1:] = bz
                bx = g * g + bv
            """,
            after="""
                bx = np.full_like(x, g * g)
                bx[1:] += bz
            """,
            shapes={"x": (3,), "bz": (2,), "bv": (3,), "bx": (3,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "rows that are spread over the array",
            """
                bv = np.zeros_like(x)
                bv[1:] = bz
                bx = g * y + bv
            """,
            shapes={"x": (3, 2), "y": (2,), "bz": (2, 2), "bv": (3, 2), "bx": (3, 2)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "a value that changes before the sum is taken",
            """
                bv = np.zeros_like(x)
                bv[1:] = h
                h = 2 * g
                bx = h * x + bv
            """,
            shapes={"x": (3,), "bv": (3,), "bx": (3,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "an array that is read twice",
            """
                bv = np.zeros_like(x)
                bv[1:] = bz
                bx = g * x + bv
                by = g * y + bv
            """,
            shapes={**dict.fromkeys(("x", "y", "bv", "bx", "by"), (3,)), "bz": (2,)},
            gradients=("bx", "by"),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        for name in filter(None, [bound(s) for s in adjoint.backward.body if is_zeros(s)]):
            spelled = with_sum(with_lines(adjoint, name), name)
            body = added_elsewhere(spelled.backward.body, name, spelled.shapes)
            adjoint = replace(spelled, backward=cst.Module(body)) if body else adjoint
        return adjoint


def is_zeros(statement: Statement) -> bool:
    """Tell whether a statement binds an array of zeros."""
    return bound(statement) is not None and is_call_of(value_of(statement), "np.zeros_like")


def with_lines(adjoint: Adjoint, name: str) -> Adjoint:
    """Return the adjoint with lines of their own for the gradients that read a name."""
    taken = {*adjoint.shapes, *(n for s in adjoint.backward.body for n in writes(s))}
    spelled = [*zip(adjoint.primal.wrt, adjoint.gradients, strict=True)]
    own = [fresh(f"b{x}", taken) if name in names_read(g) else g for x, g in spelled]
    new = {n: pair for n, pair in zip(own, spelled, strict=True) if n != pair[1]}
    lines = [assignment(n, parse(gradient)) for n, (_, gradient) in new.items()]
    return replace(
        adjoint,
        backward=cst.Module([*adjoint.backward.body, *lines]),
        gradients=tuple(own),
        cotangents={**adjoint.cotangents, **{n: x for n, (x, _) in new.items()}},
        shapes={**adjoint.shapes, **{n: adjoint.shapes[x] for n, (x, _) in new.items()}},
    )


def added_elsewhere(
    body: Sequence[Statement], zeros: str, shapes: Mapping[str, Array]
) -> list[Statement]:
    """Return statements that put into the sum what is put into zeros; none where that cannot be."""
    own = [s for s in body if zeros in mutates(s)]
    others = [s for s in body if s not in own and bound(s) != zeros]
    readers = [s for s in others if zeros in reads(s)]
    puts = [*filter(None, map(put, own))]
    alone = len(readers) == 1 and len(own) == len(puts) == len(body) - len(others) - 1
    if not alone or not puts or any(p.how is How.SET for p in puts[1:]):
        return []
    target, (rest, sign) = bound(readers[0]), rest_of(readers[0], zeros)
    rest = array_of_terms(rest, next(s for s in body if bound(s) == zeros), shapes)
    if not target or not rest or not is_new(rest, shapes[zeros], shapes):
        return []
    if not may_wait(own, body, body.index(readers[0])):
        return []
    moved = [replace(p if sign else p.negated(), array=target) for p in puts]
    added = [replace(p, how=How.ADDED) if p.how is How.SET else p for p in moved]
    lines = [assignment(target, parse(rest), readers[0]), *(p.statement for p in added)]
    place = others.index(readers[0])
    return [*others[:place], *lines, *others[place + 1 :]]


def array_of_terms(rest: str, zeros: Statement, shapes: Mapping[str, Array]) -> str:
    """Return what makes an array of the other terms: of a number, or of one that has a name."""
    if not rest:
        return ""
    with suppress(UnknownShape):
        if np.ndim(on_ones(rest, shapes)) == 0:
            return f"np.full_like({code(like(zeros))}, {rest})"
    return f"np.copy({rest})" if rest.isidentifier() else rest


def is_new(text: str, whole: Array, shapes: Mapping[str, Array]) -> bool:
    """Tell whether an expression makes an array of its own, as large as another one."""
    tree = ast.parse(text, mode="eval").body
    made = text.startswith(("np.copy(", "np.full_like("))
    if not made and not isinstance(tree, ast.BinOp | ast.UnaryOp):
        return False
    try:
        value = np.asarray(on_ones(text, shapes))
    except UnknownShape:
        return False
    return value.shape == whole.shape and value.dtype == whole.dtype
