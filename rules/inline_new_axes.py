from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound, value_of, with_value
from refactorer.syntax.expressions import code, is_call_of, operands, quote
from refactorer.syntax.indices import index_parts
from refactorer.syntax.suites import Statement


class InlineNewAxes(Rule):
    """Undo an index that adds axes: the cotangent of x is that of x[:, None], read at [:, 0].

    The other way round, x[:, 0] takes all of an axis of length one, so its cotangent gets the axis
    back.
    """

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
        Example(
            "the only element of an axis",
            before="bx = tangent.add_grad_at_index(bx, (slice(None, None, None), 0), bz)",
            after="bx = tangent.add_grad(bx, bz[:, None])",
            shapes={"x": (3, 1), "bx": (3, 1), "bz": (3,)},
        ),
        Example.unchanged(
            "one element of several",
            "bx = tangent.add_grad_at_index(bx, (slice(None, None, None), 0), bz)",
            shapes={"x": (3, 2), "bx": (3, 2), "bz": (3,)},
        ),
        Example.unchanged(
            "an index that leaves elements out",
            "bx = tangent.add_grad_at_index(bx, (0, None), bz)",
            shapes={"x": (3,), "bx": (3,), "bz": (1,)},
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        body = inlined(adjoint.backward.body, adjoint.shapes)
        return adjoint.with_backward(cst.Module(list(body)))


def inlined(statements: Sequence[Statement], shapes: Mapping[str, Array]) -> Iterator[Statement]:
    """Yield the statements; additions at an index that takes all there is are plain additions."""
    zeros: set[str] = set()
    for statement in statements:
        name = bound(statement)
        value = value_of(statement) if name else statement
        g = taken_out(value, shapes)
        if name is None or g is None:
            yield statement
        elif name in zeros:
            yield with_value(statement, g)
        else:
            yield with_value(statement, quote("tangent.add_grad({b}, {g})", b=name, g=g))
        zeros.discard(name or "")
        if name and is_call_of(value, "tangent.init_grad"):
            zeros.add(name)


def taken_out(value: cst.CSTNode, shapes: Mapping[str, Array]) -> cst.BaseExpression | None:
    """Return the cotangent that is added at an index, with the axes that the array has."""
    if not is_call_of(value, "tangent.add_grad_at_index"):
        return None
    array, index, g = operands(value)
    parts = [ast.unparse(part) for part in index_parts(index)]
    known = shapes.get(code(array))
    places = [*turned_back(parts, known.shape if known else ())]
    return quote(f"{{g}}[{', '.join(places)}]", g=g) if len(places) == len(parts) else None


def turned_back(parts: Sequence[str], shape: Sequence[int]) -> Iterator[str]:
    """Yield what undoes each part of an index; nothing for the first that leaves elements out."""
    lengths = iter(shape)
    for i, part in enumerate(parts):
        if part == "None":
            yield "0"
        elif part == "...":
            after = sum(p != "None" for p in parts[i + 1 :])
            lengths = iter(shape[len(shape) - after :])
            yield part
        elif part == ":":
            next(lengths, None)
            yield part
        elif part in ("0", "-1") and next(lengths, None) == 1:
            yield "None"
        else:
            return
