"""Lines of a turn that its reverse computes again, so that their values need not be kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst
import numpy as np

from refactorer.flow.names import bound_by, expression, loads, parsed, read_in, reads_first
from refactorer.flow.structure.activity import targets
from refactorer.flow.structure.regions import Put, every
from refactorer.flow.structure.visits import Visits
from refactorer.flow.weaving.puts import shape_there
from refactorer.printing.probe import Probe
from refactorer.syntax.dataflow import bound, is_pure, mutates, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, else_of, line, lines, otherwise

if TYPE_CHECKING:
    from refactorer.flow.loops.keeping import Keeping


@dataclass(frozen=True)
class Line:
    """A line to be run again, and whether the function runs it in some turns only."""

    statement: Statement
    guarded: bool


@dataclass(frozen=True)
class Again:
    """Chooses the lines of a turn that are run again; `turn` is its reverse."""

    keeping: Keeping
    turn: Sequence[Statement]

    def chosen(self) -> tuple[list[Line], list[str]]:
        """Return lines of the loop to be run again, and what is needed of a turn beside them."""
        found, wanted = self.taken(self.lines)
        if any(row.guarded for row in found) and not can_sink(found, self.turn):
            found, wanted = self.taken([row for row in self.lines if not row.guarded])
        order = {name: k for k, name in enumerate(bound(r.statement) or "" for r in self.lines)}
        return found, sorted(wanted, key=lambda name: (order.get(name, -1), name))

    def taken(self, rows: Sequence[Line]) -> tuple[list[Line], set[str]]:
        """Return the lines that are computed again, and the names needed of a turn beside these."""
        found: list[Line] = []
        wanted = set(self.keeping.needed & self.changing)
        for row in reversed(rows):
            name = bound(row.statement)
            if name in wanted and (name in self.put or self.is_cheap(row)):
                assert name is not None
                text = self.put.get(name)
                earlier = self.earlier(row)
                aliases = {n: kept for n, kept in self.aliases.items() if n not in earlier}
                own = line(f"{name} = {text}") if text else renamed(row.statement, aliases)
                bare = own.with_changes(leading_lines=())
                found.insert(0, Line(bare, row.guarded))
                wanted = (wanted - {name}) | (loads(value_of(bare)) & self.changing)
        return found, wanted

    def earlier(self, row: Line) -> frozenset[str]:
        """Return the names that a turn has set before a line."""
        rows = [r.statement for r in self.lines]
        return bound_by(rows[: rows.index(row.statement)])

    @property
    def changing(self) -> frozenset[str]:
        """The names that may hold something else after the loop."""
        keeping = self.keeping
        return keeping.inside - keeping.weaver.items.settled - keeping.unvarying

    @cached_property
    def lines(self) -> list[Line]:
        """The assignments of a turn, those in its branches among them."""
        return [*flattened(self.keeping.body.forward, guarded=False, jumps=self.keeping.jumps)]

    @cached_property
    def put(self) -> dict[str, str]:
        """The names of what each turn puts into an array where it stays, by that place."""
        weaver = self.keeping.weaver
        puts = [r for r in self.keeping.loop.body if isinstance(r, Put)]
        return {
            r.value: f"{r.array}[{r.index}]"
            for r in puts
            if r.array in weaver.items.settled
            and self.is_set_once(r.value)
            and shape_there(weaver.visits, r) == np.shape(weaver.visits.there(r.value, r.line))
        }

    @cached_property
    def put_into(self) -> frozenset[str]:
        """The arrays into which a turn puts values."""
        return frozenset(r.array for r in every(self.keeping.loop.body) if isinstance(r, Put))

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Names that keep what others hold at the start of a turn, by those others."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        for statement in self.keeping.body.forward:
            value = value_of(statement) if bound(statement) else None
            if isinstance(value, cst.Name) and value.value not in seen:
                found.setdefault(value.value, bound(statement) or "")
            seen |= bound_by([statement])
        return found

    def is_set_once(self, name: str) -> bool:
        """Tell whether a turn sets a name in one place, and does not change it after that."""
        forward = self.keeping.body.forward
        once = sum(name in bound_by([row.statement]) for row in self.lines) == 1
        changed = {n for statement in forward for n in mutates(statement)}
        return once and name not in set_in_loops(forward) | changed

    def is_set_first(self, name: str) -> bool:
        """Tell whether each turn sets a name, in one place, before it reads it.

        A branch may leave it as it was.
        """
        guarded = any(row.guarded and bound(row.statement) == name for row in self.lines)
        carried = guarded and reads_first(name, self.keeping.body.forward)
        return self.is_set_once(name) and not carried

    def is_cheap(self, row: Line) -> bool:
        """Tell whether a line may be run again: all that it reads is as it was."""
        name, value = bound(row.statement), value_of(row.statement)
        if isinstance(value, cst.Name) or not self.is_set_once(name or ""):
            return False  # it keeps a value under another name
        if ast.unparse(parsed(value)) in self.keeping.weaver.forced:
            return False
        nested = row.guarded or self.keeping.weaver.turning
        if (nested or self.is_number(row.statement)) and self.is_closed(row.statement):
            return True
        if row.guarded:
            return False
        forward = [*self.keeping.body.forward]  # with `i += 1`, which binds no name anew
        place = forward.index(row.statement)
        earlier, later = bound_by(forward[:place]), bound_by(forward[place + 1 :]) | self.put_into
        changed = (later & loads(value)) - self.keeping.weaver.items.settled
        kept = all(n in self.aliases and n not in earlier for n in changed)
        numbers = reads_integers(value, self.keeping.weaver.visits)
        cheap = is_view(value) or (numbers and is_sum(value))
        return kept and (cheap or self.is_one_step(row.statement))

    def is_number(self, statement: Statement) -> bool:
        """Tell whether a line computes a number."""
        found = self.probe.array(code(value_of(statement)))
        return found is not None and found.shape == ()

    @cached_property
    def probe(self) -> Probe:
        """What the names of a turn hold."""
        return self.keeping.weaver.probe_of(self.keeping.body.forward)

    def is_closed(self, statement: Statement) -> bool:
        """Tell whether a line follows from the head of the loop and from what never changes."""
        keeping = self.keeping
        again = targets(keeping.loop) - {
            i.target for i in keeping.found if not keeping.can_reread(i)
        }
        if keeping.breaks or not keeping.found:
            again = frozenset()
        rows = [row.statement for row in self.lines]
        places = {bound(row): place for place, row in enumerate(rows)}

        def closed(place: int) -> bool:
            value = value_of(rows[place])
            free = (loads(value) & self.changing) - again
            return is_pure(value) and all(
                places.get(n, place) < place and self.is_set_first(n) and closed(places[n])
                for n in free
            )

        return closed(rows.index(statement))

    def is_one_step(self, statement: Statement) -> bool:
        """Tell whether a line that the rules have made is one step from what is kept anyway."""
        name, value = bound(statement), value_of(statement)
        at_hand = (loads(value) & self.keeping.inside) <= self.keeping.needed
        match expression(value):
            case ast.BinOp(left=left, op=op, right=right) if is_cheap(op, right):
                simple = all(isinstance(side, ast.Name | ast.Constant) for side in (left, right))
                return simple and at_hand and name not in self.keeping.weaver.users
        return False


def flattened(statements: Sequence[Statement], guarded: bool, jumps: bool) -> Iterator[Line]:
    """Yield the assignments of a block and of the branches in it.

    Where turns may end early, what stands behind a branch is guarded too.
    """
    for statement in statements:
        if isinstance(statement, cst.If):
            yield from flattened([*lines(statement.body)], True, jumps)
            yield from flattened(otherwise(statement), True, jumps)
            guarded = guarded or jumps
        elif bound(statement):
            yield Line(statement, guarded)


def set_in_loops(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that loops among statements, or in branches of them, set."""
    found = frozenset[str]()
    for statement in statements:
        if isinstance(statement, cst.If):
            inside = [*lines(statement.body), *otherwise(statement)]
            found |= set_in_loops(inside)
        elif isinstance(statement, cst.For | cst.While):
            found |= bound_by([statement])
    return found


def can_sink(found: Sequence[Line], turn: Sequence[Statement]) -> bool:
    """Tell whether lines that are guarded can be run where the reverse is guarded, too."""
    made = {bound(row.statement) for row in found if row.guarded}
    top = [s for s in sunk(found, turn) if bound(s) in made]
    return not top


def sunk(found: Sequence[Line], turn: Sequence[Statement]) -> list[Statement]:
    """Return the reverse of a turn with the lines that are run again, each where it is wanted.

    One that only a branch reads stands in that branch.
    """
    rows = [*turn]
    for row in reversed(found):
        name = bound(row.statement) or ""
        readers = [k for k, s in enumerate(rows) if name in read_in([s])]
        place = rows[readers[0]] if len(readers) == 1 else None
        put = into(place, row.statement, name) if isinstance(place, cst.If) else None
        if put is None:
            rows.insert(0, row.statement)
        else:
            rows[readers[0]] = put
    return rows


def into(branch: cst.If, statement: Statement, name: str) -> cst.If | None:
    """Return a branch with a line in the one way that reads its name; None if not one does."""
    other = otherwise(branch)
    ways = [name in read_in([*lines(branch.body)]), name in read_in(other)]
    if name in loads(branch.test) or ways == [True, True]:
        return None
    if ways[0]:
        inside = sunk([Line(statement, guarded=True)], [*lines(branch.body)])
        return branch.with_changes(body=cst.IndentedBlock(inside))
    return branch.with_changes(orelse=else_of(sunk([Line(statement, guarded=True)], other)))


def is_cheap(op: ast.operator, right: ast.expr) -> bool:
    """Tell whether an operation takes no more time than reading what it gives."""
    power = isinstance(op, ast.Pow) and isinstance(right, ast.Constant)
    return power or isinstance(op, ast.Add | ast.Sub | ast.Mult)


def is_view(value: cst.BaseExpression) -> bool:
    """Tell whether an expression is a part of an array, taken by numbers and slices."""
    match expression(value):
        case ast.Subscript(value=ast.Name(), slice=index):
            plain = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Slice, ast.Tuple)
            marks = (ast.operator, ast.unaryop, ast.expr_context)
            return all(isinstance(node, (*plain, *marks)) for node in ast.walk(index))
    return False


def is_sum(value: cst.BaseExpression) -> bool:
    """Tell whether an expression adds numbers and lengths up."""
    plain = (ast.Module, ast.Expr, ast.Name, ast.Constant, ast.BinOp, ast.Add, ast.Sub, ast.Load)
    nodes = [*ast.walk(parsed(value))]
    lengths = [n for n in nodes if isinstance(n, ast.Call) and ast.unparse(n.func) == "len"]
    return all(isinstance(node, plain) or node in lengths for node in nodes)


def reads_integers(value: cst.BaseExpression, visits: Visits) -> bool:
    """Tell whether what an expression adds up is whole numbers and lengths."""
    tree = parsed(value)
    lengths = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    measured = {name.id for n in lengths for name in ast.walk(n) if isinstance(name, ast.Name)}
    return all(is_integer(visits.last(n)) for n in loads(value) - measured)


def is_integer(value: object) -> bool:
    """Tell whether a value is a whole number."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
