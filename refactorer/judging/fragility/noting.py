"""Changes a function's source so that it records the values it compares, to find where they meet.

"Meet" is to become equal: that is where a maximum, an absolute value or a condition has a kink.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from refactorer.execution.evaluation import Function
from refactorer.judging.emitted import defined

NOTE = "note_what_meets"
ORDERS = ast.Lt | ast.LtE | ast.Gt | ast.GtE
PAIRED, ALONE, BOUNDED = ("maximum", "minimum"), ("abs", "absolute", "fabs"), "clip"


@dataclass(frozen=True)
class Pair:
    """Two expressions that may meet, as they are written."""

    left: str
    right: str

    @property
    def is_number(self) -> bool:
        """Whether the second one is a number."""
        return self.right.lstrip("-").replace(".", "", 1).isdigit()

    @property
    def words(self) -> str:
        """How a reader is told that they meet."""
        return f"`{self.left}` is {self.right if self.is_number else f'`{self.right}`'}"


@dataclass
class Notes:
    """Records the two values of each pair at their first comparison.

    `plain` are the inputs: comparisons of these alone are not recorded, as `edges` tries them.
    """

    plain: frozenset[str]
    pairs: list[Pair] = field(default_factory=list)
    values: dict[tuple[int, int], Any] = field(default_factory=dict)

    def __call__(self, place: int, side: int, value: Any) -> Any:
        """Note a value, and return it."""
        self.values.setdefault((place, side), value)
        return value

    def function(self, module: str, name: str) -> Function:
        """Return a function that a module defines, with notes of what it compares."""
        tree = Noting(self).visit(ast.parse(module))
        found = defined(ast.unparse(ast.fix_missing_locations(tree)), name)
        found.__globals__[NOTE] = self
        return found


class Noting(ast.NodeTransformer):
    """Records the operands of maxima, absolute values, bounds and comparisons as they are met."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return a call whose arguments are noted."""
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        match node.args:
            case [left, right] if name in PAIRED:
                node.args = [*self.noted(left, right)]
            case [value] if name in ALONE:
                node.args = [self.noted(value, ast.Constant(0))[0]]
            case [value, low, high] if name == BOUNDED:
                value, low = self.noted(value, low)
                node.args = [*self.noted(value, high), low]
                node.args[1:] = reversed(node.args[1:])
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Return a comparison whose sides are noted, where it tells less from more."""
        match node:
            case ast.Compare(left=left, ops=[order], comparators=[right]):
                if isinstance(order, ORDERS):
                    node.left, node.comparators[0] = self.noted(left, right)
        return self.generic_visit(node)

    def noted(self, left: ast.expr, right: ast.expr) -> tuple[ast.expr, ast.expr]:
        """Return two expressions that are noted, unless both are inputs or numbers."""
        if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
            return self.noted(right, left)[::-1]
        pair = Pair(ast.unparse(bare(left)), ast.unparse(right))
        if self.is_plain(left) and self.is_plain(right):
            return left, right
        if pair not in self.notes.pairs:
            self.notes.pairs.append(pair)
        place = self.notes.pairs.index(pair)
        return noting(place, 0, left), noting(place, 1, right)

    def is_plain(self, node: ast.expr) -> bool:
        """Tell whether an expression is an input or a number, or the difference of inputs."""
        match node:
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return self.is_plain(left) and self.is_plain(right)
            case ast.UnaryOp(operand=inner):
                return self.is_plain(inner)
            case ast.Name(id=name):
                return name in self.notes.plain
        return isinstance(node, ast.Constant)


def noting(place: int, side: int, value: ast.expr) -> ast.expr:
    """Return an expression whose value is noted."""
    return ast.Call(
        ast.Name(NOTE, ast.Load()), [ast.Constant(place), ast.Constant(side), value], []
    )


def bare(node: ast.expr) -> ast.expr:
    """Return an expression without its notes."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[_, _, value]) if name == NOTE:
            return bare(value)
    return node
