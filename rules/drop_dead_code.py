from __future__ import annotations

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import needed
from refactorer.syntax.expressions import names_read


class DropDeadCode(Rule):
    """Drop statements whose values no gradient needs."""

    EXAMPLES = (
        Example(
            "the cotangent of an argument that was not asked for",
            before="""
                bv = bz * y
                by = bz * v
                bx = 2 * bv
            """,
            after="""
                bv = bz * y
                bx = 2 * bv
            """,
            gradients=("bx",),
        ),
        Example(
            "a value that is overwritten before it is read",
            before="""
                bx = np.zeros_like(x)
                bx = bz * y
            """,
            after="bx = bz * y",
            gradients=("bx",),
        ),
        Example.unchanged(
            "an array that is filled in place",
            """
                bx = np.zeros_like(x)
                bx[1:] = bz
            """,
            shapes={"x": (3,), "bz": (2,)},
            gradients=("bx",),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        wanted = frozenset().union(*map(names_read, adjoint.gradients))
        return adjoint.with_backward(cst.Module(needed(adjoint.backward.body, wanted)))
