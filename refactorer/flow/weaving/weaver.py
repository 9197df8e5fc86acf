"""The reverse of each region, in the order in which the callback runs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import libcst as cst
import numpy as np

from refactorer.errors import Refused
from refactorer.flow.loops.reverse import woven_loop
from refactorer.flow.names import Names, bound_by, loads, stores, unbound
from refactorer.flow.statements.lists import parts_of
from refactorer.flow.structure.activity import Demand, targets
from refactorer.flow.structure.regions import (
    Append,
    Branch,
    Call,
    Gather,
    Jump,
    Listed,
    Loop,
    Pick,
    Put,
    Region,
    Straight,
    Suite,
    every,
    written,
    written_by,
)
from refactorer.flow.structure.settled import Items
from refactorer.flow.structure.visits import END, Visits
from refactorer.flow.tidying import copies
from refactorer.flow.weaving.assembly import accumulated, added
from refactorer.flow.weaving.blocks import Blocks
from refactorer.flow.weaving.branches import woven_branch
from refactorer.flow.weaving.calls import Helper, woven_call
from refactorer.flow.weaving.puts import woven_put
from refactorer.flow.weaving.woven import State, Woven
from refactorer.printing.probe import Probe
from refactorer.printing.pullback import pullback
from refactorer.syntax.dataflow import bound, renamed, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line

PREALLOCATE = "Put its values into an array, made with np.zeros before"
NAMES = "Keep its parts under names of their own"
REACH = "Give values that do with --shape and --at"


@dataclass(frozen=True)
class Weaver:
    """Weaves regions; `cotangents` are the names for cotangents, by the names of their values.

    `known` are the names of modules, constants and functions, `users` those in the user's text;
    `items` tells of the arrays into which items are put, `starts` with how many values lists start,
    `own_lists` which lists of the user hold what a loop leaves, and the name of their first value;
    `counted` are the numbers that one loop alone counts, by the literals that it starts from;
    `given` says how often names are given to functions of the user's;
    `turning` are the names that the loop around sets, `earlier` those that are set above and
    parameters, `later` those that are set below, `asked`
    those in conditions; `forced` are the texts of conditions that are set by hand to be verified:
    each stands in one place alone.
    `left` are the names that count what is left of lists that some turns alone append to, `outer`
    those set above the loop around: a list among them gets values from several of its turns.
    """

    names: Names
    demand: Demand
    visits: Visits
    blocks: Blocks
    helpers: Mapping[str, Helper]
    cotangents: Mapping[str, str]
    known: frozenset[str]
    users: frozenset[str]
    numpy: str
    refuse: Callable[..., Refused]
    starts: Mapping[str, int]
    items: Items
    own_lists: Mapping[str, str]
    counted: Mapping[str, str]
    given: Counter[str]
    turning: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()
    outer: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()
    left: dict[str, str] = field(default_factory=dict)

    def suite(self, suite: Suite, after: State) -> Woven:
        """Return a suite and its reverse, given the cotangents that there are after it."""
        state, parts = after, []
        for place in reversed(range(len(suite))):
            earlier, later = written_by(suite[:place]), written_by(suite[place + 1 :])
            there = replace(self, earlier=self.earlier | earlier, later=self.later | later)
            found = there.region(suite[place], state)
            found = found.surviving(later, self.names, self.items)
            parts.append(found)
            state = found.before
        return Woven(
            forward=tuple(s for part in reversed(parts) for s in part.forward),
            backward=tuple(s for part in parts for s in part.backward),
            reads=frozenset().union(*(part.reads for part in parts)),
            before=state,
            drawn={name: text for part in parts for name, text in part.drawn.items()},
            counted={name: text for part in parts for name, text in part.counted.items()},
        )

    def region(self, region: Region, after: State) -> Woven:
        """Return a region and its reverse."""
        match region:
            case Straight():
                return self.straight(region, after)
            case Call():
                return woven_call(self, region, after)
            case Put() if region.array in after:
                return woven_put(self, region, after)
            case Pick() if region.target in after:
                return self.picked(region, after)
            case Append() if region.sequence in after:
                return self.appended(region, after)
            case Gather() if region.target in after:
                return self.gathered(region, after)
            case Listed() if region.sequence in after and region.items:
                return self.listed(region, after)
            case Loop():
                return woven_loop(self, region, after)
            case Branch():
                return woven_branch(self, region, after)
            case Put() | Append() | Jump():
                return Woven((region.statement,), (), frozenset(), after)
        return Woven((region.statement,), (), frozenset(), without(after, written(region)))

    def straight(self, region: Straight, after: State) -> Woven:
        """Return straight lines with the pullback that the rules make of them."""
        set_here = written(region)
        outs = [name for name in after if name in set_here]
        ins = self.inputs(region, outs)
        if not outs or not ins:
            return Woven(region.statements, (), frozenset(), without(after, set_here))
        seen = self.visits.at.get(region.line, ())
        if not seen:
            reason = "no input was found that reaches this line"
            raise self.refuse(region.statements[0], reason, REACH, code="unreached")
        for name in ins:
            held = seen[-1].get(name)
            if isinstance(held, list | tuple):
                reason = f"the {type(held).__name__} `{name}` is read in a way not taken"
                hint = PREALLOCATE if isinstance(held, list) else NAMES
                raise self.refuse(region.statements[0], reason, hint)
        pinned = set_here & self.asked
        pulled = self.blocks.pulled(region.statements, ins, outs, seen, pinned)
        made = bound_by(pulled.forward) - set_here
        short = pullback(pulled.backward, [code(g) for g in pulled.gradients])
        own = self.renaming(made) | self.renaming(bound_by(short.statements))
        seeds = {s: self.cotangents[o] for s, o in zip(pulled.seeds, outs, strict=True)}
        names = {**own, **seeds}
        values = [code(renamed_value(value, names)) for value in short.results]
        backward, state = accumulated(
            [renamed(s, names) for s in short.statements],
            dict(zip(ins, values, strict=True)),
            without(after, set_here),
            self.cotangents,
        )
        forward = tuple(renamed(s, own) for s in pulled.forward)
        return Woven(forward, tuple(backward), self.read_by(backward), state)

    def renaming(self, made: frozenset[str]) -> dict[str, str]:
        """Return new names for what the rules have named, where their names are taken."""
        return {name: self.names.new(name) for name in sorted(made)}

    def inputs(self, region: Straight, outs: Sequence[str]) -> list[str]:
        """Return the names whose cotangents straight lines add to."""
        wanted = self.demand.through(region.statements, frozenset(outs))
        read: dict[str, None] = {}
        bound: set[str] = set()
        for statement in region.statements:
            read |= dict.fromkeys(sorted(loads(statement) - bound))
            bound |= stores(statement)
        return [name for name in read if name in wanted]

    def read_by(self, backward: Sequence[Statement]) -> frozenset[str]:
        """Return the names of the function that backward statements read."""
        return unbound(backward) - {*self.cotangents.values()} - self.known

    def picked(self, region: Pick, after: State) -> Woven:
        """Return `target = array[index]`: the cotangent is added to that of the array, there."""
        state = without(after, {region.target})
        place = f"{self.cotangents[region.array]}[{region.index}]"
        sign, first = "+=", []
        if region.array in state:
            first = self.ours(region.array, state)
        else:
            sign, state[region.array] = "=", True
            first = [line(f"{self.cotangents[region.array]} = {self.zeros(region.array)}")]
        backward = (*first, line(f"{place} {sign} {self.cotangents[region.target]}"))
        return Woven((region.statement,), backward, self.read_by(backward), state)

    def appended(self, region: Append, after: State) -> Woven:
        """Return `sequence.append(value)`: the value gets its part of the cotangent of the list."""
        own, state = self.cotangents[region.value], dict(after)
        if region.value not in state and self.turning:
            state[region.value] = False
            return Woven((region.statement,), (), frozenset(), state, {own: region.sequence})
        part = self.names.new(f"{own}_part", f"d_{region.value}_t")
        backward = (self.added(region.value, part, state),)
        drawn = {part: region.sequence}
        return Woven((region.statement,), backward, frozenset(), state, drawn)

    def gathered(self, region: Gather, after: State) -> Woven:
        """Return `target = np.stack(sequence)`: the cotangent of the array is that of the list."""
        state = without(after, {region.target})
        state[region.sequence] = False
        d_list, d_array = self.cotangents[region.sequence], self.cotangents[region.target]
        values = self.visits.last(region.sequence)
        rank = np.ndim(values[0]) if isinstance(values, list) and values else 0
        text = parts_of(d_array, region, rank, self.numpy)
        if region.sequence in after:
            text = f"[part + more for part, more in zip({d_list}, {text})]"
        backward = (line(f"{d_list} = {text}"),)
        return Woven((region.statement,), backward, self.read_by(backward), state)

    def listed(self, region: Listed, after: State) -> Woven:
        """Return `sequence = [a, b]`: they get the first parts of its cotangent."""
        d_list, state = self.cotangents[region.sequence], dict(after)
        items = [(k, name) for k, name in enumerate(region.items) if name in self.cotangents]
        backward = [self.added(name, f"{d_list}[{k}]", state) for k, name in items]
        return Woven(
            (region.statement,), tuple(backward), frozenset(), without(state, {region.sequence})
        )

    def added(self, name: str, text: str, state: dict[str, bool]) -> Statement:
        """Return the line that adds a value to a cotangent, and note it in the state."""
        own = self.cotangents[name]
        if name not in state:
            state[name] = False
            return line(f"{own} = {text}")
        return added(own, text, in_place=state[name])

    def ours(self, name: str, state: dict[str, bool]) -> list[Statement]:
        """Return the line after which a cotangent is our own, to be changed in place."""
        if state[name]:
            return []
        state[name] = True
        return [line(f"{self.cotangents[name]} = {self.cotangents[name]}.copy()")]

    def zeros(self, name: str, line: int = END, kept: str = "") -> str:
        """Return the text of a cotangent of zeros for what a name holds where a line begins.

        It may be kept under another name.
        """
        value = self.visits.there(name, line)
        is_array = isinstance(value, np.ndarray) and value.ndim
        return f"{self.numpy}.zeros_like({kept or name})" if is_array else "0.0"

    def with_one_name(self, woven: Woven) -> Woven:
        """Return the parts of the function in which a value is kept under one name."""
        twin = copies.twins(woven.forward, self.names.taken - self.users)
        forward = tuple(copies.without(woven.forward, twin))
        return replace(woven.renamed(twin), forward=forward)

    def probe_of(self, statements: Sequence[Statement]) -> Probe:
        """What the names of the function hold, their cotangents, and what statements set."""
        found = dict(self.visits.arrays)
        found |= {self.cotangents[n]: found[n] for n in found.keys() & self.cotangents.keys()}
        for statement in statements:
            name = bound(statement)
            made = Probe(found).array(code(value_of(statement))) if name else None
            found |= {name: made} if name and made and name not in found else {}
        return Probe(found)

    def in_order(self, names: frozenset[str]) -> list[str]:
        """Return names in the order in which their cotangents are returned."""
        order = [*self.cotangents]
        return sorted(names, key=order.index)

    def within(self, loop: Loop) -> Weaver:
        """Return the weaver for the body of a loop."""
        made = {r.sequence for r in every(loop.body) if isinstance(r, Listed)}
        turning = written(loop) - targets(loop)
        return replace(self, turning=turning, outer=self.earlier - made)


def without(state: State, names: frozenset[str] | set[str]) -> dict[str, bool]:
    """Return a state in which names have no cotangents."""
    return {name: owned for name, owned in state.items() if name not in names}


def renamed_value(value: cst.BaseExpression, names: Mapping[str, str]) -> cst.BaseExpression:
    """Return an expression with other names."""
    found = renamed(cst.SimpleStatementLine([cst.Expr(value)]), names)
    expression = cst.ensure_type(found, cst.SimpleStatementLine).body[0]
    return cst.ensure_type(expression, cst.Expr).value
