from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.dataflow import Statement, assignment, bound, value_of
from refactorer.expressions import code, is_call_of, literal, operands, quote
from refactorer.rule import Example, Rule

HELPERS = ("tangent.np_concat_grads", "tangent.np_stack_grads")


class InlineConcatenate(Rule):
    """Cut the cotangent of joined arrays where they were joined: each gets its own slice."""

    EXAMPLES = (
        Example(
            "joined along an axis",
            forward="z = tangent.np_concat_seq(1, x, y)",
            before="""
                arrays = (x, y)
                # Grad of: z = np.concatenate([x, y], axis=1)
                barrays = tangent.np_concat_grads(bz, arrays, 1)
                _bx, _by = barrays
            """,
            after="""
                # Grad of: z = np.concatenate([x, y], axis=1)
                _bx = bz[:, :x.shape[1]]
                _by = bz[:, x.shape[1]:]
            """,
            shapes={"x": (2, 3), "y": (2, 5), "bz": (2, 8)},
        ),
        Example(
            "three of them",
            before="""
                arrays = (x, y, w)
                barrays = tangent.np_concat_grads(bz, arrays, -1)
                _bx, _by, _bw = barrays
            """,
            after="""
                _bx = bz[..., :x.shape[-1]]
                _by = bz[..., x.shape[-1]:x.shape[-1] + y.shape[-1]]
                _bw = bz[..., x.shape[-1] + y.shape[-1]:]
            """,
            shapes={"x": (2,), "y": (3,), "w": (5,), "bz": (10,)},
        ),
        Example(
            "laid side by side along a new axis",
            before="""
                arrays = (x, y)
                barrays = tangent.np_stack_grads(bz, arrays, 0)
                _bx, _by = barrays
            """,
            after="""
                _bx = bz[0]
                _by = bz[1]
            """,
            shapes={"x": (3,), "y": (3,), "bz": (2, 3)},
        ),
        Example.unchanged("other tuples", "a, b = pair", dtypes={"pair": "object"}),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        forward = adjoint.forward.visit(Joined())
        backward = cst.Module(list(cut(adjoint.backward.body)))
        changed = adjoint.with_backward(backward)
        return (
            changed if forward.code == adjoint.forward.code else replace(changed, forward=forward)
        )


class Joined(cst.CSTTransformer):
    """Puts NumPy's function back where tangent took several arguments in place of one list."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        for helper, function in (("np_concat_seq", "concatenate"), ("np_stack_seq", "stack")):
            if is_call_of(updated_node, f"tangent.{helper}"):
                axis, *arrays = operands(updated_node)
                listed = ", ".join(map(code, arrays))
                return quote(f"np.{function}([{listed}], axis={{axis}})", axis=axis)
        return updated_node


def cut(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements with slices in place of the helpers that cut."""
    tuples: dict[str, Statement] = {}
    for statement in statements:
        match unpacked(statement):
            case (names, source) if source in tuples:
                yield from slices(names, tuples, source)
                continue
        if (name := bound(statement)) is not None:
            value = value_of(statement)
            if is_call_of(value, *HELPERS) or (
                isinstance(value, cst.Tuple) and name.startswith("arrays")
            ):
                tuples[name] = statement
                continue
        yield statement


def unpacked(statement: Statement) -> tuple[list[str], str] | None:
    """Return the names and the source of `a, b = source`."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(targets=[cst.AssignTarget(cst.Tuple(elements))], value=cst.Name(source))
            ]
        ):
            return [code(element.value) for element in elements], source
    return None


def slices(names: list[str], tuples: dict[str, Statement], source: str) -> Iterator[Statement]:
    """Yield the statements that bind each name to its part of a cotangent."""
    call = cst.ensure_type(value_of(tuples[source]), cst.Call)
    g, arrays, axis = operands(call)
    joined = is_call_of(call, HELPERS[0])
    parts = elements(tuples, arrays) if joined else names
    for i, name in enumerate(names):
        place = between(parts, i, code(axis)) if joined else str(i)
        index = f"..., {place}" if literal(axis) < 0 else ":, " * literal(axis) + place
        yield assignment(name, quote(f"{{g}}[{index}]", g=g), tuples[source] if i == 0 else None)


def elements(tuples: dict[str, Statement], arrays: cst.BaseExpression) -> list[str]:
    display = value_of(tuples[code(arrays)]) if isinstance(arrays, cst.Name) else arrays
    return [code(element.value) for element in cst.ensure_type(display, cst.Tuple).elements]


def between(arrays: Sequence[str], i: int, axis: str) -> str:
    """Return the slice that the i-th of some joined arrays fills."""
    sizes = [f"{array}.shape[{axis}]" for array in arrays]
    stop = " + ".join(sizes[: i + 1]) if i + 1 < len(arrays) else ""
    return f"{' + '.join(sizes[:i])}:{stop}"
