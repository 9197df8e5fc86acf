from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeGuard

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.dataflow import Statement, bound, reads, replaced, value_of, with_value, writes
from refactorer.expressions import code, dotted, is_call_of, operands, parenthesized, parse, quote
from refactorer.rule import Example, Rule
from refactorer.shapes import Array

ELEMENTWISE = frozenset(
    {"np.where", "np.maximum", "np.minimum", "np.exp", "np.sign", "np.logical_not"}
)


class DropBroadcasts(Rule):
    """Leave broadcasting to the operation that reads the value: NumPy's operators do it anyway.

    What is computed from a value that is broadcast is computed once, before it is. A gradient is an
    array of its own, which the caller may write to, and not a view in which one element stands in
    many places.
    """

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
        Example.unchanged(
            "a product of matrices broadcasts otherwise",
            "by = np.broadcast_to(bz, np.shape(x)) @ y",
            shapes={"x": (2, 3), "y": (3, 5)},
        ),
        Example.unchanged(
            "a sum over what was broadcast",
            "by = np.sum(np.broadcast_to(bz[:, None], np.shape(x)), axis=0)",
            shapes={"x": (2, 3), "bz": (2,)},
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        if "np.broadcast_to" not in adjoint.backward.code:
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
        for i, statement in enumerate(statements):
            put, rest = self.rewritten(statement, later), statements[i + 1 :]
            name = bound(put)
            later.pop(name or "", None)
            value = value_of(put) if name else put
            if name is None or not is_broadcast(value):
                yield put
                continue
            small, shape = operands(value)
            if name in wanted:
                yield with_value(put, quote("np.full_like({x}, {g})", x=wanted[name], g=small))
            elif (is_view(small) or is_summand(name, rest)) and lasts(small, rest):
                later[name] = value
            else:
                self.known[name] = Array(self.shape(small) or (), self.shapes[name].dtype)
                later[name] = quote("np.broadcast_to({x}, {shape})", x=name, shape=shape)
                yield with_value(put, small)

    def rewritten(self, statement: Statement, later: Mapping[str, cst.BaseExpression]) -> Statement:
        """Return a statement in which each operation is done before its operands are broadcast."""
        values = {name: value for name, value in later.items() if reads(statement)[name]}
        put = replaced(statement, values) if values else statement
        node = put.visit(self)
        assert isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        return node

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        # What is written to a part of an array is broadcast to that part.
        match updated_node:
            case cst.Assign(targets=[cst.AssignTarget(cst.Subscript())], value=value):
                if is_broadcast(value):
                    return updated_node.with_changes(value=operands(value)[0])
        return updated_node

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if isinstance(updated_node.operator, cst.MatrixMultiply):
            return updated_node
        return (
            self.later(
                f"{{0}} {code(updated_node.operator)} {{1}}", updated_node.left, updated_node.right
            )
            or updated_node
        )

    def leave_UnaryOperation(
        self, original_node: cst.UnaryOperation, updated_node: cst.UnaryOperation
    ) -> cst.BaseExpression:
        return (
            self.later(f"{code(updated_node.operator)}{{0}}", updated_node.expression)
            or updated_node
        )

    def leave_Comparison(
        self, original_node: cst.Comparison, updated_node: cst.Comparison
    ) -> cst.BaseExpression:
        (target,) = updated_node.comparisons
        template = f"{{0}} {code(target.operator)} {{1}}"
        return self.later(template, updated_node.left, target.comparator) or updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        parts = operands(updated_node)
        if is_call_of(updated_node, "np.add.at"):
            array, index, g = parts
            small = operands(g)[0] if is_broadcast(g) else g
            return quote("np.add.at({a}, {i}, {g})", a=array, i=index, g=small)
        if is_call_of(updated_node, "tangent.add_grad"):
            return self.later("{0} + {1}", *parts) or updated_node
        if dotted(updated_node.func) not in ELEMENTWISE or len(parts) != len(updated_node.args):
            return updated_node
        marks = ", ".join(f"{{{i}}}" for i in range(len(parts)))
        return self.later(f"{code(updated_node.func)}({marks})", *parts) or updated_node

    def later(self, template: str, *parts: cst.BaseExpression) -> cst.BaseExpression | None:
        """Return the operation with its operands as they are before they are broadcast.

        The result is broadcast where the operation does not do that itself. None where no operand
        is broadcast, or the result has another shape.
        """
        shapes = [operands(part)[1] for part in parts if is_broadcast(part)]
        if not shapes:
            return None
        before = [operands(part)[0] if is_broadcast(part) else part for part in parts]
        small, large = quoted(template, before), quoted(template, parts)
        if self.shape(small) == self.shape(large) is not None:
            return small
        fits = self.shape(quote("np.zeros({shape})", shape=shapes[0])) == self.shape(large)
        return quote("np.broadcast_to({g}, {shape})", g=small, shape=shapes[0]) if fits else None


def is_broadcast(node: cst.CSTNode) -> TypeGuard[cst.Call]:
    return is_call_of(node, "np.broadcast_to")


def is_view(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is a name, or a name with axes put in."""
    return isinstance(node.value if isinstance(node, cst.Subscript) else node, cst.Name)


def is_summand(name: str, statements: Sequence[Statement]) -> bool:
    """Tell whether the next statement that reads a name adds to its value under the same name."""
    reader = next((statement for statement in statements if reads(statement)[name]), None)
    return reader is not None and bound(reader) == name


def lasts(value: cst.BaseExpression, statements: Sequence[Statement]) -> bool:
    """Tell whether no statement changes what an expression reads."""
    return not any(reads(value).keys() & writes(statement) for statement in statements)


def quoted(template: str, parts: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    return parenthesized(parse(template.format(*(f"({code(part)})" for part in parts))))
