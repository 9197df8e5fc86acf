from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint, text_of
from refactorer.backward.broadcasts import Broadcasting, is_broadcast
from refactorer.backward.inlining import Places
from refactorer.rule import Example, Rule
from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound, reads, value_of, with_value, writes
from refactorer.syntax.expressions import is_call_of, operands, quote
from refactorer.syntax.renaming import replaced
from refactorer.syntax.suites import Statement


class DropBroadcasts(Broadcasting):
    """Leave broadcasting to the operation that reads the value: NumPy's operators do it anyway.

    An operation on a broadcast value is done before broadcasting, on fewer elements. A gradient
    that is returned is made an array of its own, which the caller may write to: in a broadcast view
    one element stands in many places.
    """

    ABOUT = ("np.broadcast_to(", "np.add.at(", "tangent.add_grad(")
    EXAMPLES = (
        Example(
            "an operator broadcasts",
            before="bx = np.broadcast_to(bz, np.shape(x)) * x",
            after="bx = bz * x",
            shapes={"x": (2, 3)},
        ),
        Example(
            "a column",
            before="bx = np.broadcast_to(bz[:, None], np.shape(x)) * x",
            after="bx = bz[:, None] * x",
            shapes={"x": (2, 3), "bz": (2,)},
        ),
        Example(
            "small things first",
            before="bx = -np.broadcast_to(bz, np.shape(x)) / n * x",
            after="bx = -bz / n * x",
            shapes={"x": (2, 3)},
        ),
        Example(
            "both operands",
            before="bx = np.broadcast_to(bz, np.shape(x)) * np.broadcast_to(z, np.shape(x)) * x",
            after="bx = bz * z * x",
            shapes={"x": (2, 3), "bz": (2, 1), "z": (2, 1)},
        ),
        Example(
            "a value with two readers",
            before="""
                bv = np.broadcast_to(bz / n, np.shape(v))
                bx = bv * x
                by = bv * y
            """,
            after="""
                bv = bz / n
                bx = bv * x
                by = bv * y
            """,
            shapes={
                "x": (2, 3),
                "y": (2, 3),
                "v": (2, 3),
                "bv": (2, 3),
                "bx": (2, 3),
                "by": (2, 3),
            },
            gradients=("bx", "by"),
        ),
        Example(
            "a sum that grows",
            before="""
                bv = np.broadcast_to(bz / n, np.shape(v))
                bv = tangent.add_grad(bv, bw * v)
                bx = bv * x
            """,
            after="""
                bv = bz / n + bw * v
                bx = bv * x
            """,
            shapes={"x": (2, 3), "v": (2, 3), "bv": (2, 3), "bx": (2, 3), "bw": (2, 3)},
            gradients=("bx",),
        ),
        Example(
            "a view with two readers",
            before="""
                bv = np.broadcast_to(bz[:, None], np.shape(v))
                bx = bv * x
                by = bv * y
            """,
            after="""
                bx = bz[:, None] * x
                by = bz[:, None] * y
            """,
            shapes={"x": (2, 3), "y": (2, 3), "v": (2, 3), "bv": (2, 3), "bz": (2,)},
            gradients=("bx", "by"),
        ),
        Example(
            "a contribution to a sum",
            before="bx = tangent.add_grad(bz * x, np.broadcast_to(by, np.shape(x)))",
            after="bx = bz * x + by",
            shapes={"x": (2, 3), "by": (2, 1)},
        ),
        Example(
            "a part of an array",
            before="bx[1:] = np.broadcast_to(bz, np.shape(v))",
            after="bx[1:] = bz",
            shapes={"bx": (3,), "v": (2,)},
        ),
        Example(
            "a comparison",
            before="mask = x == np.broadcast_to(z, np.shape(x))",
            after="mask = x == z",
            shapes={"x": (2, 3), "z": (2, 1)},
        ),
        Example(
            "a gradient",
            before="bx = np.broadcast_to(bz, np.shape(x))",
            after="bx = np.full_like(x, bz)",
            shapes={"x": (2, 3)},
            gradients=("bx",),
        ),
        Example(
            "a product of matrices broadcasts otherwise",
            before="by = np.broadcast_to(bz, np.shape(x)) @ y",
            after="by = np.full_like(x, bz) @ y",
            shapes={"x": (2, 3), "y": (3, 5)},
        ),
        Example(
            "a part of a view is a view",
            before="by = np.broadcast_to(bz[:, None], np.shape(x))[:, 1:]",
            after="by = np.full_like(x, bz[:, None])[:, 1:]",
            shapes={"x": (2, 3), "bz": (2,)},
        ),
        Example.unchanged(
            "a sum over what was broadcast",
            "by = np.sum(np.broadcast_to(bz[:, None], np.shape(x)), axis=0)",
            shapes={"x": (2, 3), "bz": (2,)},
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        if "np.broadcast_to" not in text_of(adjoint.backward):
            return adjoint
        rule = cls(adjoint.shapes)
        wanted = dict(zip(adjoint.gradients, adjoint.primal.wrt, strict=False))
        changed = adjoint.with_backward(cst.Module(list(rule.run(adjoint.backward.body, wanted))))
        return changed if changed is adjoint else replace(changed, shapes=rule.known)

    def __init__(self, shapes: Mapping[str, Array]) -> None:
        self.known = dict(shapes)
        super().__init__(self.known)

    def run(
        self, statements: Sequence[Statement], wanted: Mapping[str, str]
    ) -> Iterator[Statement]:
        """Yield statements that broadcast last, and leave it to their readers where they can."""
        later: dict[str, cst.BaseExpression] = {}
        read_at, written_at = Places(map(reads, statements)), Places(map(writes, statements))
        for i, statement in enumerate(statements):
            put = self.rewritten(statement, later)
            name = bound(put)
            later.pop(name or "", None)
            value = value_of(put) if name else put
            if name is None or not is_broadcast(value):
                yield put
                continue
            small, shape = operands(value)
            reader = next((statements[j] for j in read_at.after(name, i)), None)
            if name in wanted:
                yield with_value(put, quote("np.full_like({x}, {g})", x=wanted[name], g=small))
            elif lasts(small, written_at, i) and (is_view(small) or is_summand(name, reader)):
                later[name] = value
            else:
                self.known[name] = Array(self.shape(small) or (), self.shapes[name].dtype)
                later[name] = quote("np.broadcast_to({x}, {shape})", x=name, shape=shape)
                yield with_value(put, small)

    def rewritten(self, statement: Statement, later: Mapping[str, cst.BaseExpression]) -> Statement:
        """Return a statement in which each operation is done before its operands are broadcast."""
        values = {name: value for name, value in later.items() if reads(statement)[name]}
        put = replaced(statement, values) if values else statement
        return visited_by(visited_by(put, self), Filling(self.known))


def visited_by(statement: Statement, rule: Rule) -> Statement:
    """Return what a visitor makes of a statement."""
    (put,) = rule.put(statement)
    assert isinstance(put, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return put


class Filling(Rule):
    """Makes an array of a number, or of what is read in part, where an operation needs it whole.

    A number that is broadcast has the dtype of no other array, and a part of a view is a view.
    """

    ABOUT = ("np.broadcast_to(",)

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        whole = is_broadcast(original_node.value)
        return original_node if whole else updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        return self.filled(updated_node, numbers_only=True)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.Subscript:
        return updated_node.with_changes(value=self.filled(updated_node.value))

    def filled(self, node: cst.BaseExpression, *, numbers_only: bool = False) -> cst.BaseExpression:
        """Return the array that a broadcast value is like, with that value in it."""
        if not is_broadcast(node):
            return node
        g, shape = operands(node)
        if not is_call_of(shape, "np.shape") or (numbers_only and self.shape(g) != ()):
            return node
        return quote("np.full_like({x}, {g})", x=operands(shape)[0], g=g)


def is_view(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is a name, or a name with axes put in."""
    return isinstance(node.value if isinstance(node, cst.Subscript) else node, cst.Name)


def is_summand(name: str, reader: Statement | None) -> bool:
    """Tell whether the next statement that reads a name adds to its value under the same name."""
    return reader is not None and bound(reader) == name


def lasts(value: cst.BaseExpression, written_at: Places, i: int) -> bool:
    """Tell whether no statement behind one changes what an expression reads."""
    return not any(written_at.after(name, i) for name in reads(value))
