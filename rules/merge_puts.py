from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, mutates, value_of
from refactorer.syntax.expressions import is_call_of
from refactorer.syntax.puts import How, Put, may_wait, put
from refactorer.syntax.suites import Statement


class MergePuts(Rule):
    """Add to each part of an array of zeros once, the sum of all that is added there.

    Additions may be done in any order. In the one sum, like terms merge.
    """

    EXAMPLES = (
        Example(
            "two values for one place",
            before="""
                bx = np.zeros_like(x)
                bx[1:] = b * y
                bv = b * b
                bx[:-1] += y
                bx[1:] += bv * y
            """,
            after="""
                bx = np.zeros_like(x)
                bv = b * b
                bx[1:] = b * y + bv * y
                bx[:-1] += y
            """,
            shapes={"x": (3,), "bx": (3,), "y": (2,)},
            gradients=("bx",),
        ),
        Example(
            "places that may repeat",
            before="""
                bx = np.zeros_like(x)
                np.add.at(bx, i, y)
                np.add.at(bx, i, y)
            """,
            after="""
                bx = np.zeros_like(x)
                np.add.at(bx, i, y + y)
            """,
            shapes={"x": (3,), "bx": (3,), "y": (2,), "i": (2,)},
            dtypes={"i": "int64"},
            gradients=("bx",),
        ),
        Example.unchanged(
            "places of their own",
            """
                bx = np.zeros_like(x)
                bx[1:] = y
                bx[:-1] += y
            """,
            shapes={"x": (3,), "bx": (3,), "y": (2,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "what is set anew",
            """
                bx = np.zeros_like(x)
                bx[1:] = y
                bx[1:] = b * y
            """,
            shapes={"x": (3,), "bx": (3,), "y": (2,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "an array that is read in between",
            """
                bx = np.zeros_like(x)
                bx[1:] = y
                bv = np.sum(bx * x)
                bx[1:] += bv * y
            """,
            shapes={"x": (3,), "bx": (3,), "y": (2,)},
            gradients=("bx",),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        body = [*adjoint.backward.body]
        for name in [name for s in body if (name := bound(s)) and is_zeros(value_of(s))]:
            body = merged(body, name)
        return adjoint.with_backward(cst.Module(body))


def merged(body: list[Statement], zeros: str) -> list[Statement]:
    """Return statements with one put for each place of an array of zeros."""
    binders = [s for s in body if bound(s) == zeros]
    own = [s for s in body if zeros in mutates(s)]
    puts = [*filter(None, map(put, own))]
    if len(binders) != 1:
        return body
    found = sums(puts)
    last = body.index(own[-1]) if own else 0
    if len(found) == len(puts) or len(puts) < len(own) or not may_wait(own, body, last):
        return body
    before, after = body[:last], body[last + 1 :]
    return [*(s for s in before if s not in own), *(p.statement for p in found), *after]


def is_zeros(value: cst.BaseExpression) -> bool:
    """Tell whether a value is an array of zeros."""
    return is_call_of(value, "np.zeros_like")


def sums(puts: Sequence[Put]) -> list[Put]:
    """Return the puts, of those into one place their sum; all of them if one is set anew."""
    found: list[Put] = []
    for one in puts:
        same = [p for p in found if p.index == one.index]
        if not same or {same[0].how, one.how} == {How.ADDED_AT, How.ADDED}:
            found.append(one)
        elif one.how is How.SET:
            return [*puts]
        else:
            total = f"({same[0].value}) + ({one.value})"
            value = ast.unparse(ast.parse(total, mode="eval"))
            found[found.index(same[0])] = replace(same[0], value=value)
    return found
