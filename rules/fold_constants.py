from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.indices import sliced
from refactorer.syntax.suites import Statement


class FoldConstants(Rule):
    """Write a constant where it is read: tangent names each tuple, slice and negative number.

    Only names that tangent made up go; a constant that the function itself names keeps its name. An
    expression of literals becomes its value, an option that says the default is left out, and NumPy
    goes by one name.
    """

    EXAMPLES = (
        Example(
            "a negative axis",
            forward="minus_1 = -1",
            primal="z = np.sum(x, axis=-1, keepdims=True)",
            before="bx = np.sum(bz, axis=minus_1, keepdims=True)",
            after="bx = np.sum(bz, axis=-1, keepdims=True)",
            shapes={"bz": (2, 3)},
        ),
        Example(
            "a negative constant of NumPy's",
            forward="minus_np_inf = -np.inf",
            primal="z = np.maximum(x, -np.inf)",
            before="bx = bz * (x > minus_np_inf)",
            after="bx = bz * (x > -np.inf)",
            shapes={"x": (3,), "bz": (3,)},
        ),
        Example(
            "an index of slices",
            forward="""
                colon = slice(None, None, None)
                t = (colon, 0)
            """,
            primal="z = x[:, 0]",
            before="bx = tangent.add_grad_at_index(bx, t, bz)",
            after="bx = tangent.add_grad_at_index(bx, (slice(None, None, None), 0), bz)",
            shapes={"bx": (2, 3), "bz": (2,)},
        ),
        Example(
            "an index of slices where it is read",
            forward="_1 = slice(1, None, None)",
            primal="z = y[1:]",
            before="bx = y[_1]",
            after="bx = y[1:]",
            shapes={"y": (3,)},
        ),
        Example("an exponent", "bx = 3 * y ** (3 - 1)", "bx = 3 * y ** 2"),
        Example("an exponent of one", "bx = y ** (2 - 1)", "bx = y"),
        Example("a coefficient of minus one", "bx = -1 * y ** (-2)", "bx = -y ** (-2)"),
        Example(
            "NumPy's name, and an option that says the default",
            before="bx = numpy.sum(y, axis=0, keepdims=False)",
            after="bx = np.sum(y, axis=0)",
            shapes={"y": (2, 3)},
        ),
        Example.unchanged("a constant of the function's own", "bx = y * k", forward="k = 3"),
        Example.unchanged("arithmetic that would gain digits", "bx = y ** (0.1 - 0.3)"),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        own = constants(adjoint)
        folding = Folding(own)
        forward = [s for s in adjoint.forward.body if bound(s) not in own]
        changed = adjoint.with_backward(folded(adjoint.backward.body, folding))
        return replace(changed, forward=folded(forward, folding)) if own else changed


def constants(adjoint: Adjoint) -> dict[str, ast.expr]:
    """Return the values of the names that tangent gave to literals, slices and tuples."""
    own: dict[str, ast.expr] = {}
    users = names_bound(adjoint.primal.code)
    for statement in adjoint.forward.body:
        name = bound(statement)
        if name is not None and name not in users:
            value = Folding(own).visit(ast.parse(code(value_of(statement)), mode="eval").body)
            own |= {name: value} if is_constant(value) else {}
    return own


def names_bound(text: str) -> set[str]:
    names = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name))
    return {n.id for n in names if isinstance(n.ctx, ast.Store)}


def is_constant(value: ast.expr) -> bool:
    match value:
        case ast.Constant() | ast.Tuple():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return is_constant(operand)
        case ast.Call(func=ast.Name(id="slice")) | ast.Attribute(value=ast.Name(id="np")):
            return True
    return False


def folded(statements: Sequence[Statement], folding: Folding) -> cst.Module:
    return cst.Module([rewritten(s, folding) for s in statements])


def rewritten(statement: Statement, folding: Folding) -> Statement:
    tree = ast.parse(code(statement).strip())
    old = ast.unparse(tree)
    new = ast.unparse(folding.visit(tree))
    if not isinstance(statement, cst.SimpleStatementLine) or new == old:
        return statement
    parsed = cst.ensure_type(cst.parse_statement(new), cst.SimpleStatementLine)
    return parsed.with_changes(leading_lines=statement.leading_lines)


class Folding(ast.NodeTransformer):
    """Folds the constants of an expression."""

    OPERATORS: ClassVar[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
    }
    DEFAULTS = frozenset({"keepdims=False", "axis=None"})

    def __init__(self, own: Mapping[str, ast.expr]) -> None:
        self.own = own

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == "numpy":
            return ast.Name("np", node.ctx)
        return self.own.get(node.id, node) if isinstance(node.ctx, ast.Load) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        node.slice = sliced(node.slice)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BinOp(left=value, op=ast.Pow(), right=ast.Constant(value=1)):
                return value
            case ast.BinOp(left=ast.Constant(value=1), op=ast.Mult(), right=value):
                return value
            case ast.BinOp(
                left=ast.UnaryOp(op=ast.USub() as minus, operand=ast.Constant(value=1)),
                op=ast.Mult(),
                right=value,
            ):
                return ast.UnaryOp(minus, value)
        return self.of_literals(node)

    def of_literals(self, node: ast.BinOp) -> ast.expr:
        """Return the value of an operation on literals, unless that takes more digits."""
        try:
            left, right = ast.literal_eval(node.left), ast.literal_eval(node.right)
            value = ast.parse(repr(self.OPERATORS[type(node.op)](left, right)), mode="eval").body
        except (KeyError, TypeError, ValueError):
            return node
        return value if len(ast.unparse(value)) <= len(ast.unparse(node)) else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node.keywords = [k for k in node.keywords if ast.unparse(k) not in self.DEFAULTS]
        return node
