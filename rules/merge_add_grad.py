from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

import libcst as cst

from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import is_pure
from refactorer.syntax.expressions import code, is_call_of, operands, parse, quote
from refactorer.syntax.rewriting import expression_by

# The sign, the coefficient and the rest of a product.
LEADING = re.compile(r"(-?)(?:([0-9.]+(?:e[-+]?[0-9]+)?) \* )?(.*)")


class MergeAddGrad(Rule):
    """Collect equal cotangent contributions into one scaled term.

    A value x that is read k times receives k contributions, and reverse mode sums them: x̄ = ḡ₁ +
    ... + ḡₖ. Equal summands are collected, since ḡ + ḡ = 2ḡ, and zeros are dropped.

    Addition of cotangents commutes, so the duplicates need not be adjacent. They must have no side
    effects: `tangent.pop` returns a new value each time it is evaluated.
    """

    ABOUT = ("tangent.add_grad(", "+ -")
    EXAMPLES = (
        Example("two readers", "bx = tangent.add_grad(bz * y, bw)", "bx = bz * y + bw"),
        Example(
            "a square reads its operand twice",
            before="bx = tangent.add_grad(bz * x, bz * x)",
            after="bx = 2 * bz * x",
        ),
        Example(
            "a cube reads it three times",
            before="bx = tangent.add_grad(tangent.add_grad(g, g), g)",
            after="bx = 3 * g",
        ),
        Example(
            "duplicates need not be adjacent",
            before="bx = tangent.add_grad(tangent.add_grad(-g, h), -g)",
            after="bx = -2 * g + h",
        ),
        Example(
            "a contribution that is subtracted",
            before="bx = tangent.add_grad(g, -h * y / z)",
            after="bx = g - h * y / z",
        ),
        Example("a sum with a minus", "bx = g + -h * y", "bx = g - h * y"),
        Example(
            "coefficients multiply",
            before="bx = tangent.add_grad(0.5 * g / z, 0.5 * g / z)",
            after="bx = g / z",
        ),
        Example(
            "a sum is one factor",
            before="bx = tangent.add_grad(g + h, g + h)",
            after="bx = 2 * (g + h)",
        ),
        Example(
            "a sum that is written out already",
            before="bx = tangent.add_grad(g + h * y, h * y)",
            after="bx = g + 2 * h * y",
        ),
        Example(
            "sums inside of sums",
            before="bx = tangent.add_grad(g, tangent.add_grad(h, y) * x)",
            after="bx = g + (h + y) * x",
        ),
        Example(
            "the zero that a sum starts from",
            before="bx = tangent.add_grad(np.zeros_like(x), g)",
            after="bx = g",
            shapes={"x": (3,), "g": (3,)},
        ),
        Example(
            "a product with zero",
            before="bx = tangent.add_grad(g, np.zeros_like(x) * np.sign(x))",
            after="bx = g",
            shapes={"x": (3,), "g": (3,)},
        ),
        Example(
            "a sum that is a factor",
            before="bx = tangent.add_grad(g, h) * x",
            after="bx = (g + h) * x",
        ),
        Example.unchanged(
            "reads of the tape",
            "b = tangent.add_grad(tangent.pop(s, '_1'), tangent.pop(s, '_1'))",
            dtypes={"s": "object"},
        ),
    )

    def visit_Call(self, node: cst.Call) -> bool:
        # The outermost add_grad owns the whole sum.
        return not is_call_of(node, "tangent.add_grad")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not is_call_of(updated_node, "tangent.add_grad"):
            return updated_node
        if not is_pure(updated_node):
            return updated_node
        times = self.counted(list(summands(updated_node)))
        return quote(added([scaled(k, text) for text, k in times.items()]))

    def counted(self, terms: list[cst.BaseExpression]) -> Counter[str]:
        """Return how often each summand occurs, sums taken apart unless they occur again."""
        nonzero = [self.inside(g) for g in terms if not is_zero(g)] or terms[:1]
        times = Counter(map(code, nonzero))
        if len(times) < len(nonzero):
            return times
        return Counter(code(h) for g in nonzero for h in summands_of_sum(g))

    def inside(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Return a summand with the sums inside it written out."""
        return parse(code(expression_by(self, node) if self.is_about(node) else node))

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if not isinstance(updated_node.operator, cst.Add):
            return updated_node
        right = code(updated_node.right)
        subtracted = right.startswith("-") and is_product(right)
        return quote(added([code(updated_node.left), right])) if subtracted else updated_node


def summands(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.Call) and is_call_of(node, "tangent.add_grad"):
        for g in operands(node):
            yield from summands(g)
    else:
        yield node


def summands_of_sum(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    match node:
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            yield from summands_of_sum(left)
            yield from summands_of_sum(right)
        case _:
            yield node.with_changes(lpar=[], rpar=[])


def is_zero(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is a product with zero."""
    match node:
        case cst.BinaryOperation(left=a, operator=cst.Multiply() | cst.MatrixMultiply(), right=b):
            return is_zero(a) or is_zero(b)
        case cst.BinaryOperation(left=a, operator=cst.Divide()):
            return is_zero(a)
        case cst.UnaryOperation(operator=cst.Minus(), expression=a):
            return is_zero(a)
    return is_call_of(node, "np.zeros_like") or code(node) in {"0", "0.0"}


def added(terms: list[str]) -> str:
    """Return the sum of some terms; a term with a minus in front is subtracted."""
    first, *rest = terms
    return first + "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in rest)


def scaled(k: int, term: str) -> str:
    """Return k times a term, its leading coefficient multiplied."""
    product = term if is_product(term) else f"({term})"
    if k == 1:
        return product
    found = LEADING.match(product)
    assert found is not None
    sign, digits, rest = found.groups()
    value = k * ast.literal_eval(digits or "1")
    number = int(value) if value == int(value) else value
    return f"{sign}{rest}" if number == 1 else f"{sign}{number} * {rest}"


def is_product(term: str) -> bool:
    """Tell whether a term can stand in a sum as it is, its sign and its coefficient in front."""
    tree = ast.parse(term, mode="eval").body
    if isinstance(tree, ast.BinOp):
        return isinstance(tree.op, ast.Mult | ast.Div | ast.MatMult | ast.Pow)
    return not isinstance(tree, ast.Compare | ast.BoolOp | ast.IfExp)
