"""Lines of a turn that its reverse computes again, so that their values need not be kept."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst
import numpy as np

from refactorer.flow.loops.body import LoopBody
from refactorer.flow.loops.cheap import costs_little, is_sum, is_view, reads_integers
from refactorer.flow.loops.rerun import RerunLine, can_sink, flattened
from refactorer.flow.names import bound_by, expression, loads, parsed, reads_first
from refactorer.flow.structure.demand import targets
from refactorer.flow.structure.regions import Put, every
from refactorer.flow.weaving.puts import shape_there
from refactorer.printing.probe import Probe
from refactorer.syntax.dataflow import bound, is_pure, mutates, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, line, lines, otherwise


@dataclass(frozen=True)
class Again:
    """Chooses the lines of a turn that are run again.

    `around` is what is known of the loop, `turn` the reverse of a turn, and `needed` are the names
    whose values that reads.
    """

    around: LoopBody
    needed: frozenset[str]
    turn: Sequence[Statement]

    def chosen(self) -> tuple[list[RerunLine], list[str]]:
        """Return lines of the loop to be run again, and what is needed of a turn beside them."""
        found, wanted = self.taken(self.lines)
        if any(row.guarded for row in found) and not can_sink(found, self.turn):
            found, wanted = self.taken([row for row in self.lines if not row.guarded])
        order = {name: k for k, name in enumerate(bound(r.statement) or "" for r in self.lines)}
        return found, sorted(wanted, key=lambda name: (order.get(name, -1), name))

    def taken(self, rows: Sequence[RerunLine]) -> tuple[list[RerunLine], set[str]]:
        """Return the lines that are computed again, and the names needed of a turn beside these."""
        found: list[RerunLine] = []
        wanted = set(self.needed & self.changing)
        for row in reversed(rows):
            name = bound(row.statement)
            if name in wanted and (name in self.put or self.is_cheap(row)):
                assert name is not None
                text = self.put.get(name)
                earlier = self.earlier(row)
                aliases = {n: kept for n, kept in self.aliases.items() if n not in earlier}
                own = line(f"{name} = {text}") if text else renamed(row.statement, aliases)
                bare = own.with_changes(leading_lines=())
                found.insert(0, RerunLine(bare, row.guarded))
                wanted = (wanted - {name}) | (loads(value_of(bare)) & self.changing)
        return found, wanted

    def earlier(self, row: RerunLine) -> frozenset[str]:
        """Return the names that a turn has set before a line."""
        rows = [r.statement for r in self.lines]
        return bound_by(rows[: rows.index(row.statement)])

    @property
    def changing(self) -> frozenset[str]:
        """The names that may hold something else after the loop."""
        around = self.around
        return around.inside - around.weaver.items.settled - around.unvarying

    @cached_property
    def lines(self) -> list[RerunLine]:
        """The assignments of a turn, those in its branches among them."""
        return [*flattened(self.around.body.forward, guarded=False, jumps=self.around.jumps)]

    @cached_property
    def put(self) -> dict[str, str]:
        """The names of what each turn puts into an array where it stays, by that place."""
        weaver = self.around.weaver
        puts = [r for r in self.around.loop.body if isinstance(r, Put)]
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
        return frozenset(r.array for r in every(self.around.loop.body) if isinstance(r, Put))

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Names that keep what others hold at the start of a turn, by those others."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        for statement in self.around.body.forward:
            value = value_of(statement) if bound(statement) else None
            if isinstance(value, cst.Name) and value.value not in seen:
                found.setdefault(value.value, bound(statement) or "")
            seen |= bound_by([statement])
        return found

    def is_set_once(self, name: str) -> bool:
        """Tell whether a turn sets a name in one place, and does not change it after that."""
        forward = self.around.body.forward
        once = sum(name in bound_by([row.statement]) for row in self.lines) == 1
        changed = {n for statement in forward for n in mutates(statement)}
        return once and name not in set_in_loops(forward) | changed

    def is_set_first(self, name: str) -> bool:
        """Tell whether each turn sets a name, in one place, before it reads it.

        A branch may leave it as it was.
        """
        guarded = any(row.guarded and bound(row.statement) == name for row in self.lines)
        carried = guarded and reads_first(name, self.around.body.forward)
        return self.is_set_once(name) and not carried

    def is_cheap(self, row: RerunLine) -> bool:
        """Tell whether a line may be run again: all that it reads is as it was."""
        name, value = bound(row.statement), value_of(row.statement)
        if isinstance(value, cst.Name) or not self.is_set_once(name or ""):
            return False  # it keeps a value under another name
        if ast.unparse(parsed(value)) in self.around.weaver.forced:
            return False
        nested = row.guarded or self.around.weaver.turning
        if (nested or self.is_number(row.statement)) and self.is_closed(row.statement):
            return True
        if row.guarded:
            return False
        forward = [*self.around.body.forward]  # with `i += 1`, which binds no name anew
        place = forward.index(row.statement)
        earlier, later = bound_by(forward[:place]), bound_by(forward[place + 1 :]) | self.put_into
        changed = (later & loads(value)) - self.around.weaver.items.settled
        kept = all(n in self.aliases and n not in earlier for n in changed)
        numbers = reads_integers(value, self.around.weaver.visits)
        cheap = is_view(value) or (numbers and is_sum(value))
        return kept and (cheap or self.is_one_step(row.statement))

    def is_number(self, statement: Statement) -> bool:
        """Tell whether a line computes a number."""
        found = self.probe.array(code(value_of(statement)))
        return found is not None and found.shape == ()

    @cached_property
    def probe(self) -> Probe:
        """What the names of a turn hold."""
        return self.around.weaver.probe_of(self.around.body.forward)

    def is_closed(self, statement: Statement) -> bool:
        """Tell whether a line follows from the head of the loop and from what never changes."""
        around = self.around
        again = targets(around.loop) - {i.target for i in around.found if not around.can_reread(i)}
        if around.breaks or not around.found:
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
        at_hand = (loads(value) & self.around.inside) <= self.needed
        match expression(value):
            case ast.BinOp(left=left, op=op, right=right) if costs_little(op, right):
                simple = all(isinstance(side, ast.Name | ast.Constant) for side in (left, right))
                return simple and at_hand and name not in self.around.weaver.users
        return False


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
