from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code, is_call_of, operands, parse, quote
from refactorer.syntax.rewriting import expression_by


class UseMethods(Rule):
    """Write `x.shape`, `x.copy()`, `x.reshape(...)` and the like where x is an array for sure.

    A value that the function computes as an array is one. An argument may be a list or a number,
    unless the function reads an attribute of it. The shape of a value without a name is written
    as in the forward part, if that has it.
    """

    EXAMPLES = (
        Example(
            "what the forward part has computed",
            forward="v = x @ y",
            before="bz = y.T @ x.T\nbv = np.reshape(bz, np.shape(v))",
            after="bz = y.T @ x.T\nbv = bz.reshape(v.shape)",
            shapes={"x": (2, 3), "y": (3, 5), "v": (2, 5), "bz": (5, 2)},
        ),
        Example(
            "a copy",
            before="bz = 2 * y\nbx = np.copy(bz)",
            after="bz = 2 * y\nbx = bz.copy()",
            shapes={"y": (3,), "bz": (3,)},
        ),
        Example(
            "axes in another order",
            forward="v = x + x",
            before="bz = np.transpose(v, (0, 2, 1)) @ y",
            after="bz = v.transpose(0, 2, 1) @ y",
            shapes={"x": (2, 3, 5), "v": (2, 3, 5), "y": (2, 3, 7), "bz": (2, 5, 7)},
        ),
        Example(
            "a product of matrices",
            forward="v = x @ y",
            before="bv = np.reshape(y.T @ x.T, np.shape(v))",
            after="bv = (y.T @ x.T).reshape(v.shape)",
            shapes={"x": (2, 3), "y": (3, 5), "v": (2, 5)},
        ),
        Example(
            "what a call returns",
            forward="v = x @ y",
            before="bv = np.reshape(np.transpose(v @ y, (1, 0)), np.shape(v))",
            after="bv = (v @ y).transpose(1, 0).reshape(v.shape)",
            shapes={"x": (3, 3), "y": (3, 3), "v": (3, 3), "bv": (3, 3)},
        ),
        Example(
            "a shape that the forward part spells",
            forward="v = np.reshape(x, (5, 2, 3))\nu = np.transpose(v, (0, 2, 1))",
            before="bv = np.reshape(u, np.shape(np.transpose(u, (0, 2, 1))))",
            after="bv = u.reshape(5, 2, 3)",
            shapes={"x": (5, 6), "v": (5, 2, 3), "u": (5, 3, 2)},
        ),
        Example(
            "an argument that the function takes for an array",
            forward="v = x.sum()",
            before="bx = np.broadcast_to(seed, np.shape(x))",
            after="bx = np.broadcast_to(seed, x.shape)",
            shapes={"x": (2, 3)},
        ),
        Example(
            "another expression is reshaped as it stands",
            forward="v = x @ y",
            before="bv = np.reshape(2 * bz, np.shape(v))",
            after="bv = np.reshape(2 * bz, v.shape)",
            shapes={"x": (2, 3), "y": (3, 5), "v": (2, 5), "bz": (10,)},
        ),
        Example.unchanged(
            "an argument that may be a list",
            "bx = np.broadcast_to(bz, np.shape(x))",
            shapes={"x": (2, 3)},
        ),
        Example.unchanged(
            "a number has no shape to read",
            "bv = np.broadcast_to(bz, np.shape(v))",
            forward="v = x * x",
        ),
    )

    def __init__(self, adjoint: Adjoint) -> None:
        super().__init__(adjoint.shapes)
        nodes = ast.walk(ast.parse(adjoint.primal.target.source))
        owners = (node.value for node in nodes if isinstance(node, ast.Attribute))
        read = {owner.id for owner in owners if isinstance(owner, ast.Name)}
        names = adjoint.primal.names
        self.unsure = {x for x in adjoint.parameters if names.get(x, x) not in read}
        self.own = {*names, *adjoint.parameters}
        self.spelled = spelled_shapes(adjoint, self.own)

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        rule = cls(adjoint)
        gradients = (code(expression_by(rule, parse(text))) for text in adjoint.gradients)
        return adjoint.with_backward(adjoint.backward.visit(rule), tuple(gradients))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        match operands(updated_node):
            case (x,) if is_call_of(updated_node, "np.shape") and self.is_spelled(x):
                return parse(self.spelled[self.shape(x) or ()])
            case (x,) if is_call_of(updated_node, "np.shape") and self.is_array(x):
                return quote("{x}.shape", x=x)
            case (x,) if is_call_of(updated_node, "np.copy") and self.is_array(x):
                return quote("{x}.copy()", x=x)
            case (x, cst.Tuple(sizes)) if is_call_of(updated_node, "np.reshape") and self.is_array(
                x
            ):
                return quote(f"{{x}}.reshape({', '.join(code(s.value) for s in sizes)})", x=x)
            case (x, shape) if is_call_of(updated_node, "np.reshape") and self.is_array(x):
                return quote(f"{{x}}.reshape({code(shape)})", x=x)
            case (x, axes) if is_call_of(updated_node, "np.transpose") and self.is_array(x):
                return quote(f"{{x}}.transpose{code(axes)}", x=x)
        return updated_node

    def is_spelled(self, value: cst.BaseExpression) -> bool:
        """Tell whether a value has no name of the user's, and its shape is said somewhere."""
        return code(value) not in self.own and self.shape(value) in self.spelled

    def is_array(self, value: cst.BaseExpression) -> bool:
        """Tell whether a value is an array for sure."""
        match value:
            case cst.Name(value=name):
                known = name in self.shapes and self.shapes[name].shape != ()
                return known and name not in self.unsure
            case cst.Call(func=cst.Attribute(attr=cst.Name("reshape" | "transpose"))):
                return True
            case cst.BinaryOperation(operator=cst.MatrixMultiply()) | cst.Call():
                return self.shape(value) not in (None, ())
        return False


def spelled_shapes(adjoint: Adjoint, own: Collection[str]) -> dict[tuple[int, ...], str]:
    """Return the shapes to which the forward part reshapes, each as the tuple that it gives.

    Numbers that are equal at the probe may differ elsewhere: what is said in two ways is left out.
    """
    values = {bound(s): tree(value_of(s)) for s in adjoint.forward.body if bound(s)}
    found: dict[tuple[int, ...], set[str]] = {}
    for name, value in values.items():
        match value:
            case ast.Call(ast.Attribute(attr="reshape"), [_, ast.Tuple(sizes)]) if name:
                texts = [spelled(size, values, own) for size in sizes]
                told = f"({', '.join(texts)},)" if all(texts) else ""
                found.setdefault(adjoint.shapes[name].shape, set()).add(told)
    alone = ((shape, min(told)) for shape, told in found.items() if len(told) == 1)
    return {shape: text for shape, text in alone if text}


def spelled(size: ast.expr, values: Mapping[str | None, ast.expr], own: Collection[str]) -> str:
    """Return a size by the names in it; "" where it is not made of names and literals."""
    match size:
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return ast.unparse(size)
        case ast.Name(name):
            return name if name in own else spelled(values.get(name, ast.Tuple([])), values, own)
        case ast.Call(ast.Attribute(attr="floor_divide"), [left, right]):
            sides = spelled(left, values, own), spelled(right, values, own)
            return (
                " // ".join(sides) if all(s.isidentifier() or s.isdecimal() for s in sides) else ""
            )
    return ""


def tree(value: cst.BaseExpression) -> ast.expr:
    """Return the tree of an expression."""
    return ast.parse(code(value), mode="eval").body
