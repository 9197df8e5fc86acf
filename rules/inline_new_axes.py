from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.dataflow import bound, value_of, with_value
from refactorer.expressions import index_parts, is_call_of, operands, quote
from refactorer.rule import Example, Rule
from refactorer.suites import Statement


class InlineNewAxes(Rule):
    """Take the axes out of a cotangent that an index put into its value: x[:, None] by [:, 0]."""

    EXAMPLES = (
        Example(
            "a column",
            before="bx = tangent.add_grad_at_index(bx, (slice(None, None, None), None), bz)",
            after="bx = tangent.add_grad(bx, bz[:, 0])",
            shapes={"x": (3,), "bx": (3,), "bz": (3, 1)},
        ),
        Example(
            "the first contribution",
            before="""
                bx = tangent.init_grad(x)
                bx = tangent.add_grad_at_index(bx, (slice(None, None, None), None), bz)
            """,
            after="""
                bx = tangent.init_grad(x)
                bx = bz[:, 0]
            """,
            shapes={"x": (3,), "bz": (3, 1)},
        ),
        Example(
            "an axis before the last",
            before="bx = tangent.add_grad_at_index(bx, (..., None, slice(None, None, None)), bz)",
            after="bx = tangent.add_grad(bx, bz[..., 0, :])",
            shapes={"x": (3,), "bx": (3,), "bz": (1, 3)},
        ),
        Example.unchanged(
            "an index that leaves elements out",
            "bx = tangent.add_grad_at_index(bx, (0, None), bz)",
            shapes={"x": (3,), "bx": (3,), "bz": (1,)},
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        return adjoint.with_backward(cst.Module(list(inlined(adjoint.backward.body))))


def inlined(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements; additions at an index that only puts axes in are plain additions."""
    zeros: set[str] = set()
    for statement in statements:
        name = bound(statement)
        value = value_of(statement) if name else statement
        g = taken_out(value)
        if name is None or g is None:
            yield statement
        elif name in zeros:
            yield with_value(statement, g)
        else:
            yield with_value(statement, quote("tangent.add_grad({b}, {g})", b=name, g=g))
        zeros.discard(name or "")
        if name and is_call_of(value, "tangent.init_grad"):
            zeros.add(name)


def taken_out(value: cst.CSTNode) -> cst.BaseExpression | None:
    """Return the cotangent that is added at an index without the axes that the index puts in."""
    if not is_call_of(value, "tangent.add_grad_at_index"):
        return None
    _, index, g = operands(value)
    parts = [ast.unparse(part) for part in index_parts(index)]
    if not set(parts) <= {":", "None", "..."}:
        return None
    places = ", ".join("0" if part == "None" else part for part in parts)
    return quote(f"{{g}}[{places}]", g=g)
