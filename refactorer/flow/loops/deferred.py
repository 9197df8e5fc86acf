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

from refactorer.flow.loops.all_turns import AllTurns, Index
from refactorer.flow.loops.arrays import with_one_array
from refactorer.flow.loops.elementwise import factors, is_elementwise, product
from refactorer.flow.loops.sums import Sum, as_sum
from refactorer.flow.loops.turns import Turns, count_of
from refactorer.flow.names import Names, bound_by, expression, loads, read_in, stores
from refactorer.flow.tidying.folding import put_in, with_values
from refactorer.flow.weaving.assembly import is_zeros
from refactorer.printing.probe import Probe
from refactorer.syntax.dataflow import bound, value_of, writes
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line

WORTH = 2  # sums that are taken behind the loop, so that an array for it pays


def deferred(
    turns: Turns, probe: Probe, names: Names, numpy: str, unset: Collection[str] = ()
) -> Turns:
    """Return the reverse of a loop with its sums behind it, where that can be done for several.

    `unset` are the names that hold nothing where the loop has no turns.
    """
    found, last = turns, None
    while found is not last:
        last, found = found, one_deferred(found, probe, names, numpy, unset)
    return with_one_array(found, names, numpy) if found is not turns else turns


def one_deferred(
    turns: Turns, probe: Probe, names: Names, numpy: str, unset: Collection[str]
) -> Turns:
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
class Deferral:
    """The sums that are linear in one cotangent of a turn."""

    turns: Turns
    probe: Probe
    names: Names
    numpy: str
    index: Index
    pivot: str
    unset: frozenset[str]

    def shape(self, text: str) -> tuple[int, ...] | None:
        """Return the shape of an expression of a turn."""
        array = self.probe.array(text)
        return None if array is None else array.shape

    @cached_property
    def whole(self) -> AllTurns:
        """What is known of all turns at once."""
        return AllTurns(self.turns, self.shape, self.numpy, self.index, self.pivot, self.rank)

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
        zeros = {bound(s) for s in self.turns.first if bound(s) and is_zeros(value_of(s))}
        found = [as_sum(s, self.index.name) for s in self.turns.body]
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
        return Turns((*first, self.made), heads, tuple(body), (*self.turns.after, *behind))

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
            bool(stacks)
            and all(map(self.whole.is_number, others))
            and is_elementwise(factor, self.numpy)
        )

    def stacks(self, parts: Sequence[ast.expr]) -> dict[str, str]:
        """Return the arrays of what names are in each turn, in the shape of the cotangent."""
        names = sorted({n.id for p in parts for n in ast.walk(p) if isinstance(n, ast.Name)})
        shape = self.shape(self.value)
        alike = [n for n in names if self.shape(n) == shape]
        found = {n: self.whole.stacked(ast.Name(n, ast.Load()), self.rank) for n in alike}
        return {name: text for name, text in found.items() if text}

    def batched(self, one: Sum, kept: str) -> str:
        """Return the sum over all turns, or the parts of all of them; "" for what is not known."""
        tree = expression(one.value)
        if not one.part:
            return self.whole.summed(tree, kept)
        return self.whole.parts(tree, kept) if self.whole.is_by_turns(one.target) else ""

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
