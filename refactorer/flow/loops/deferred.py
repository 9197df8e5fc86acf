"""Sums over the turns of a loop, taken at once behind it.

What each turn adds to the cotangent of something that all turns read is linear in a cotangent of
the turn. Those are kept in one array, and one product over all turns does the work of many.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from refactorer.flow.loops.arrays import with_one_array
from refactorer.flow.loops.elementwise import factors, is_elementwise, product
from refactorer.flow.loops.turns import Turns, count_of
from refactorer.flow.names import Names, bound_by, expression, loads, read_in, stores
from refactorer.flow.tidying.folding import put_in, with_values
from refactorer.printing.probe import Probe
from refactorer.syntax.dataflow import bound, value_of, writes
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line

WORTH = 2  # sums that are taken behind the loop, so that an array for it pays


@dataclass(frozen=True)
class Sum:
    """A line of a turn that adds to a cotangent: to all of it, or to the turn's part of it."""

    statement: Statement
    target: str
    value: str
    negative: bool
    part: bool


def deferred(
    turns: Turns, probe: Probe, names: Names, numpy: str, unset: Collection[str] = ()
) -> Turns:
    """Return the reverse of a loop with its sums behind it, where that can be done for several.

    `unset` are the names that hold nothing where the loop has no turns.
    """
    found, last = turns, None
    while found is not last:
        last, found = found, once(found, probe, names, numpy, unset)
    return with_one_array(found, names, numpy) if found is not turns else turns


def once(turns: Turns, probe: Probe, names: Names, numpy: str, unset: Collection[str]) -> Turns:
    """Return the reverse with the sums of one cotangent behind it; itself if there is none."""
    counts = [Index(name, count_of(text)) for name, text in turns.heads if count_of(text)]
    pivots = [name for s in turns.body if (name := bound(s))]
    found = (
        Deferral(turns, probe, names, numpy, index, pivot, frozenset(unset)).applied
        for index in counts[:1]
        for pivot in pivots
    )
    return next((put for put in found if put is not None), turns)


@dataclass(frozen=True)
class Index:
    """The number of a turn, and the text of how many there are."""

    name: str
    count: str


@dataclass(frozen=True)
class Deferral:
    """The sums that are linear in one cotangent of a turn."""

    turns: Turns
    probe: Probe
    names: Names
    numpy: str
    index: Index
    pivot: str
    unset: frozenset[str]

    @cached_property
    def rank(self) -> int:
        """The rank of the cotangent; -1 where it cannot be told."""
        return -1 if self.one is None else len(self.one)

    @property
    def one(self) -> tuple[int, ...] | None:
        """The shape of the cotangent of one turn."""
        found = self.shape(self.value)
        return self.shape(self.pivot) if found is None else found

    @property
    def value(self) -> str:
        """The text of the cotangent."""
        return code(next(value_of(s) for s in self.turns.body if bound(s) == self.pivot))

    def shape(self, text: str) -> tuple[int, ...] | None:
        """Return the shape of an expression of a turn."""
        array = self.probe.array(text)
        return None if array is None else array.shape

    @cached_property
    def like(self) -> str | None:
        """A name that is known before the loop, in the shape of the cotangent that is kept."""
        shape = self.one
        known = [*sorted(loads(self.value)), *(n for s in self.turns.first for n in loads(s))]
        return next((n for n in known if self.fits(n, shape)), None)

    def fits(self, name: str, shape: tuple[int, ...] | None) -> bool:
        """Tell whether a name is known before the loop, and has a shape."""
        heads = self.unset.union(*(stores(target) for target, _ in self.turns.heads))
        for statement in self.turns.body:
            if name in loads(statement):
                return name not in heads and self.shape(name) == shape != ()
            if name in bound_by([statement]):
                return False
        return name not in self.unset and self.shape(name) == shape != ()

    @cached_property
    def sums(self) -> list[Sum]:
        """The lines that add to cotangents which start at zero before the loop."""
        zeros = {bound(s) for s in self.turns.first}
        found = [summed(s, self.index.name) for s in self.turns.body]
        read = [loads(s) for s in self.turns.body]
        return [
            one
            for one in found
            if one and one.target in zeros and sum(one.target in names for names in read) == 1
        ]

    @property
    def applied(self) -> Turns | None:
        """The reverse with the sums behind it, if there are enough."""
        alone = sum(self.pivot in bound_by([s]) for s in self.turns.body) == 1
        if not alone or self.rank not in (1, 2) or self.like is None:
            return None
        done = [s for s in self.sums if self.batched(s, self.pivot)]
        if len(done) < WORTH:
            return None
        kept = self.kept
        gone = {s.target for s in done}
        first = [s for s in self.turns.first if bound(s) not in gone]
        behind = [
            line(f"{s.target} = {'-' if s.negative else ''}{self.batched(s, kept)}") for s in done
        ]
        body = [p for s in self.turns.body for p in self.keeping(s, kept, done)]
        heads = tuple(h for h in self.turns.heads if stores(h[0]) & read_in(body))
        return Turns((*first, self.made), heads, tuple(body), (*self.turns.behind, *behind))

    @property
    def is_whole_at_once(self) -> bool:
        """Whether one line computes the cotangent, so that it needs no name of its own."""
        return bound(self.last) == self.pivot

    @cached_property
    def kept(self) -> str:
        """The name for the cotangents of all turns."""
        numbered = self.pivot.rpartition("_")[2].isdecimal()
        if numbered:
            return self.names.new("d_steps", "d_turns")
        if self.is_whole_at_once:
            return self.pivot
        plural = f"all_{self.pivot}" if self.pivot.endswith("s") else f"{self.pivot}s"
        return self.names.new(plural, f"all_{self.pivot}")

    @property
    def made(self) -> Statement:
        """The line before the loop that makes the array for the cotangents."""
        if self.slope:
            return line(f"{self.kept} = {self.slope[0]}")
        like, size = self.like, self.index.count
        return line(f"{self.kept} = {self.numpy}.empty(({size}, *{like}.shape), {like}.dtype)")

    @cached_property
    def slope(self) -> tuple[str, str] | None:
        """The factor that follows the values of the turns alone, of all turns, and the other."""
        if not self.is_whole_at_once:
            return None
        found = factors(expression(self.value))
        still = [f for f in found if self.is_still(f)]
        moving = [f for f in found if f not in still]
        if not moving or not any(isinstance(f, ast.BinOp | ast.Call) for f in still):
            return None
        texts = [ast.unparse(product(part)) for part in (still, moving)]
        shape = self.shape(self.value)
        if self.shape(texts[0]) != shape or self.shape(texts[1]) not in (shape, ()):
            return None
        put = {n: cst.parse_expression(t) for n, t in self.stacks(still).items()}
        return code(put_in(cst.parse_expression(texts[0]), put)), texts[1]

    def is_still(self, factor: ast.expr) -> bool:
        """Tell whether a factor of all turns may be computed at once, element by element."""
        names = {n.id for n in ast.walk(factor) if isinstance(n, ast.Name)} - {self.numpy}
        stacks = self.stacks([factor])
        others = names - stacks.keys()
        return (
            bool(stacks) and all(map(self.is_number, others)) and is_elementwise(factor, self.numpy)
        )

    def is_number(self, name: str) -> bool:
        """Tell whether a name is the same number in all turns."""
        heads = {n for target, _ in self.turns.heads for n in stores(target)}
        return self.shape(name) == () and name not in heads | bound_by(self.turns.body)

    def stacks(self, parts: Sequence[ast.expr]) -> dict[str, str]:
        """Return the arrays of what names are in each turn, in the shape of the cotangent."""
        names = sorted({n.id for p in parts for n in ast.walk(p) if isinstance(n, ast.Name)})
        shape = self.shape(self.value)
        alike = [n for n in names if self.shape(n) == shape]
        found = {n: self.stacked(ast.Name(n, ast.Load()), self.rank) for n in alike}
        return {name: text for name, text in found.items() if text}

    def keeping(self, statement: Statement, kept: str, done: Sequence[Sum]) -> list[Statement]:
        """Return a line of the turn: sums are gone, and what they are of is kept."""
        if any(statement is one.statement for one in done):
            return []
        place = f"{kept}[{self.index.name}]"
        if statement is not self.last:
            read = place if self.is_whole_at_once else self.pivot
            return [with_values(statement, {self.pivot: cst.parse_expression(read)})]
        if self.slope:
            return [line(f"{place} *= {self.slope[1]}")]
        if self.is_whole_at_once:
            return [line(f"{place} = {self.value}")]
        return [statement, line(f"{place} = {self.pivot}")]

    @cached_property
    def last(self) -> Statement:
        """The line behind which the cotangent is what it is: it may be put together in place."""
        changing = [s for s in self.turns.body if self.pivot in writes(s)]
        return changing[-1]

    def batched(self, one: Sum, kept: str) -> str:
        """Return the sum over all turns, or the parts of all of them; "" for what is not known."""
        tree = expression(one.value)
        if one.part:
            return self.parts(tree, kept) if self.is_whole(one.target) else ""
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
        """Return the parts of all turns: the pivot, or its product with a matrix."""
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

    def is_whole(self, array: str) -> bool:
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
                return array if self.is_whole(array) else f"{array}[:{self.index.count}]"
            case ast.Name(id=name):
                return self.run_over(dict(self.turns.heads).get(name, "0"))
        return ""

    def run_over(self, head: str) -> str:
        """Return the array that a loop runs over backwards; a list that starts with a value is one.

        Of a list that may be empty, the array has no shape.
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
        heads = {n for target, _ in self.turns.heads for n in stores(target)}
        changing = heads | bound_by(self.turns.body)
        shape = self.shape(text)
        return loads(text).isdisjoint(changing) and shape is not None and len(shape) == 2


def transposed(tree: ast.expr) -> str:
    """Return the transpose of a matrix."""
    match tree:
        case ast.Attribute(value=inner, attr="T"):
            return ast.unparse(inner)
    return f"{ast.unparse(tree)}.T"


def summed(statement: Statement, index: str) -> Sum | None:
    """Return a line as a sum, if it is one."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.AugAssign(target=target, operator=operator, value=value)]
        ) if isinstance(operator, cst.AddAssign | cst.SubtractAssign):
            part = isinstance(target, cst.Subscript)
            name = code(target.value) if isinstance(target, cst.Subscript) else code(target)
            if part and code(target) != f"{name}[{index}]":
                return None
            negative = isinstance(operator, cst.SubtractAssign)
            return Sum(statement, name, code(value), negative, part)
    return None
