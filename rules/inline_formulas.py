from __future__ import annotations

import ast
from typing import Any

import libcst as cst
import numpy as np

from refactorer.rule import Example, Rule
from refactorer.syntax.expressions import (
    UnknownShape,
    dotted,
    is_literal,
    literal,
    names_read,
    on_ones,
    operands,
    parenthesized,
    parse,
    substitute,
)
from refactorer.vjps import ROWS
from refactorer.vjps.notation import Row, names_of, options_of, text


class InlineFormulas(Rule):
    """Write out a formula that depends on shapes and options, now that these are known.

    For some functions, the table of derivatives holds a function that returns the text of the
    formula. tangent writes a call of that function; the text for its operands takes its place.
    """

    ABOUT = ("tangent.",)
    EXAMPLES = (
        Example(
            "a part of an array that was padded",
            before="bx = tangent.pull_pad(bz, x, ((1, 2), (0, 1)), 'constant')",
            after="bx = bz[1:-2, :-1]",
            shapes={"x": (2, 3), "bz": (5, 4)},
        ),
        Example(
            "a width that has a name may be 0",
            before="bx = tangent.pull_pad(bz, x, k, 'constant')",
            after="bx = bz[k:k + x.shape[0]]",
            shapes={"x": (2,), "bz": (4,), "k": ()},
            dtypes={"k": "object"},
        ),
        Example(
            "elements that were taken",
            before="bx = tangent.pull_take(bz, x, i, 0)",
            after="bx = tangent.add_grad_at_index(np.zeros_like(x), i, bz)",
            shapes={"x": (2, 3), "i": (2,), "bz": (2, 3)},
            dtypes={"i": "int64"},
        ),
        Example(
            "a tensor product",
            before="by = tangent.pull_tensordot_right(bz, x, y, 2)",
            after="by = np.tensordot(x, bz, ((0,), (0,)))",
            shapes={"x": (7, 2, 3), "y": (2, 3, 5), "by": (2, 3, 5), "bz": (7, 5)},
        ),
        Example(
            "elements that were shifted back",
            before="bx = tangent.pull_roll(bz, -1, None)",
            after="bx = np.roll(bz, 1)",
            shapes={"x": (3,), "bz": (3,)},
        ),
        Example.unchanged(
            "an axis that only the run tells",
            "bx = tangent.pull_take(bz, x, i, axis)",
            shapes={"x": (2, 3), "i": (2,), "bz": (2, 2)},
            dtypes={"i": "int64", "axis": "int64"},
        ),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        row = ROWS.get(dotted(updated_node.func).removeprefix("tangent."))
        if row is None:
            return updated_node
        given = dict(zip(names_of(row), operands(updated_node), strict=True))
        if not all(is_written_out(given[name]) for name in options_of(row)):
            return updated_node
        return self.formula(row, given)

    def formula(self, row: Row, given: dict[str, cst.BaseExpression]) -> cst.BaseExpression:
        """Return what a row says for the operands of a call."""
        said = text(row, {name: self.value(node) for name, node in given.items()})
        return parenthesized(settled(substitute(parse(said), given)))

    def value(self, node: cst.BaseExpression) -> Any:
        """Return a literal as it is, else a stand-in; None for a tuple: nothing is known of it.

        What a name holds here it need not hold elsewhere: an integer with a name is no literal.
        """
        if is_literal(node):
            return literal(node)
        if isinstance(node, cst.List | cst.Tuple):
            return [self.value(element.value) for element in node.elements]
        try:
            found = on_ones(node, self.shapes)
            return np.int64(found) if isinstance(found, int) else found
        except UnknownShape:
            return None


def is_written_out(node: cst.BaseExpression) -> bool:
    """Tell whether an expression has a value by itself: a literal, or a constant of NumPy's."""
    return is_literal(node) or names_read(node) == {"np"}


def settled(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression with the element in place of `[a, b][0]`, and a in place of `--a`."""
    tree = Settling().visit(ast.parse(cst.Module([]).code_for_node(node), mode="eval"))
    return parse(ast.unparse(tree))


class Settling(ast.NodeTransformer):
    """Reads the elements of lists that are written out, and drops two signs in a row."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.UnaryOp(ast.USub(), ast.UnaryOp(ast.USub(), value)):
                return value
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(
                value=ast.List(elts=parts) | ast.Tuple(elts=parts), slice=ast.Constant(value=int(i))
            ):
                return parts[i]
        return node
