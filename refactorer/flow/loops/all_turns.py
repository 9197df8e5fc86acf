"""What the turns of a loop compute one by one, computed for all turns at once."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from refactorer.flow.loops.turns import Turns
from refactorer.flow.names import bound_by, expression, loads, stores


@dataclass(frozen=True)
class Index:
    """The name of the number of a turn, and the text of how many turns there are."""

    name: str
    count: str


@dataclass(frozen=True)
class AllTurns:
    """The turns of the reverse of a loop, and the shapes of the names in one of them.

    `pivot` is the cotangent that is kept of all turns, `rank` its rank in one of them: 1 or 2.
    """

    turns: Turns
    shape: Callable[[str], tuple[int, ...] | None]
    numpy: str
    index: Index
    pivot: str
    rank: int

    def summed(self, tree: ast.expr, kept: str) -> str:
        """Return the sum over all turns of what is linear in the pivot; "" where none is known."""
        match tree:
            case ast.Name(id=self.pivot):
                return f"{kept}.sum(axis=0)"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=self.pivot), attr="sum"),
                args=[],
                keywords=[ast.keyword(arg="axis", value=ast.Constant(value=0))],
            ) if self.rank == 2:
                return f"{kept}.sum(axis=(0, 1))"
            case ast.BinOp(
                left=ast.Attribute(value=left, attr="T"),
                op=ast.MatMult(),
                right=ast.Name(id=self.pivot),
            ) if self.rank == 2 and (stack := self.stacked(left, 2)):
                return f"{self.numpy}.tensordot({stack}, {kept}, axes=((0, 1), (0, 1)))"
            case ast.BinOp(
                left=ast.Attribute(value=ast.Name(id=self.pivot), attr="T"),
                op=ast.MatMult(),
                right=right,
            ) if self.rank == 2 and (stack := self.stacked(right, 2)):
                return f"{self.numpy}.tensordot({kept}, {stack}, axes=((0, 1), (0, 1)))"
            case ast.BinOp(op=ast.Mult()) if self.rank == 1:
                return self.outer(tree, kept)
        return ""

    def parts(self, tree: ast.expr, kept: str) -> str:
        """Return an array with a part for each turn: the pivot, or its product with a matrix."""
        match tree:
            case ast.Name(id=self.pivot):
                return f"{kept}.copy()"
            case ast.BinOp(left=ast.Name(id=self.pivot), op=ast.MatMult(), right=right):
                return f"{kept} @ {ast.unparse(right)}" if self.is_same(right) else ""
            case ast.BinOp(left=left, op=ast.MatMult(), right=ast.Name(id=self.pivot)):
                same = self.is_same(left) and self.rank == 1
                return f"{kept} @ {transposed(left)}" if same else ""
        return ""

    def outer(self, tree: ast.BinOp, kept: str) -> str:
        """Return the sum of the outer products of two vectors over all turns."""
        left, right = ast.unparse(tree.left), ast.unparse(tree.right)
        for column, row in ((left, right), (right, left)):
            name = column.removesuffix("[:, None]")
            if name == column:
                continue
            texts = [
                kept if text == self.pivot else self.stacked(expression(text), 1)
                for text in (name, row)
            ]
            if self.pivot in (name, row) and all(texts):
                return f"{texts[0]}.T @ {texts[1]}"
        return ""

    def is_by_turns(self, array: str) -> bool:
        """Tell whether an array has one part for each turn."""
        turns, shape = self.shape(f"np.empty({self.index.count})"), self.shape(array)
        return turns is not None and shape is not None and turns[:1] == shape[:1] != ()

    def stacked(self, tree: ast.expr, rank: int) -> str:
        """Return the array of what an expression is in each turn; "" where there is none."""
        shape = self.shape(ast.unparse(tree))
        if shape is None or len(shape) != rank:
            return ""
        match tree:
            case ast.Subscript(value=ast.Name(id=array), slice=ast.Name(id=self.index.name)):
                return array if self.is_by_turns(array) else f"{array}[:{self.index.count}]"
            case ast.Name(id=name):
                return self.run_over(dict(self.turns.heads).get(name, "0"))
        return ""

    def run_over(self, head: str) -> str:
        """Return the array of what a loop runs over backwards, in the order of the turns.

        A list is made one where a part of it is run over, as it then has a value from before the
        loop: one that may be empty would give an array without the shape of its values.
        """
        match expression(head):
            case ast.Call(func=ast.Name(id="reversed"), args=[ast.Name(id=values)]):
                return values if self.shape(values) is not None else ""
            case ast.Call(
                func=ast.Name(id="reversed"),
                args=[ast.Subscript(value=ast.Name(id=values), slice=ast.Slice() as part)],
            ) if self.shape(values) is None:
                return f"{self.numpy}.array({values})[{ast.unparse(part)}]"
        return ""

    def is_same(self, tree: ast.expr) -> bool:
        """Tell whether a matrix is the same in all turns."""
        text = ast.unparse(tree)
        shape = self.shape(text)
        return loads(text).isdisjoint(self.changing) and shape is not None and len(shape) == 2

    def is_number(self, name: str) -> bool:
        """Tell whether a name is the same number in all turns."""
        return self.shape(name) == () and name not in self.changing

    @cached_property
    def changing(self) -> frozenset[str]:
        """The names that turns set."""
        heads = (stores(target) for target, _ in self.turns.heads)
        return bound_by(self.turns.body).union(*heads)


def transposed(tree: ast.expr) -> str:
    """Return the transpose of a matrix."""
    match tree:
        case ast.Attribute(value=inner, attr="T"):
            return ast.unparse(inner)
    return f"{ast.unparse(tree)}.T"
