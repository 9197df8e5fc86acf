"""The reverse of each region, in the order in which the callback runs it."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from refactorer.flow.calling.caller import Caller
from refactorer.flow.loops.reverse import woven_loop
from refactorer.flow.statements.aranges import places
from refactorer.flow.structure.counters import counted_from
from refactorer.flow.structure.demand import Demand
from refactorer.flow.structure.own_lists import own_lists
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
    asked,
    every,
    read_here,
    written,
    written_by,
)
from refactorer.flow.structure.settled import items_of
from refactorer.flow.weaving.blocks import Blocks
from refactorer.flow.weaving.branches import woven_branch
from refactorer.flow.weaving.calls import woven_call
from refactorer.flow.weaving.helper import Helper
from refactorer.flow.weaving.lists import woven_append, woven_gather, woven_listed
from refactorer.flow.weaving.puts import woven_pick, woven_put
from refactorer.flow.weaving.straight import woven_straight
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven, without_cotangents
from refactorer.printing.names.naming import of_cotangent
from refactorer.syntax.expressions import code


@dataclass(frozen=True)
class RegionWeaver(Weaver):
    """Weaves each kind of region by the module for it; those call back for what is inside."""

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
                return woven_straight(self, region, after)
            case Call():
                return woven_call(self, region, after)
            case Put() if region.array in after:
                return woven_put(self, region, after)
            case Pick() if region.target in after:
                return woven_pick(self, region, after)
            case Append() if region.sequence in after:
                return woven_append(self, region, after)
            case Gather() if region.target in after:
                return woven_gather(self, region, after)
            case Listed() if region.sequence in after and region.items:
                return woven_listed(self, region, after)
            case Loop():
                return woven_loop(self, region, after)
            case Branch():
                return woven_branch(self, region, after)
            case Put() | Append() | Jump():
                return Woven((region.statement,), (), frozenset(), after)
        return Woven(
            (region.statement,), (), frozenset(), without_cotangents(after, written(region))
        )


def weaver_of(caller: Caller, helpers: Mapping[str, Helper]) -> RegionWeaver:
    """Return what weaves the regions of a function; `helpers` are those that it calls."""
    regions = [*every(caller.suite)]
    known = frozenset().union(*(d.names for d in caller.target.definitions), dir(builtins))
    return RegionWeaver(
        names=caller.names,
        demand=Demand(caller.active),
        visits=caller.visits,
        blocks=blocks_of(caller),
        helpers=helpers,
        cotangents=cotangents_of(caller),
        known=known | {caller.numpy.module},
        users=caller.users,
        numpy=caller.numpy.module,
        refuse=caller.refuse,
        own_lists=own_lists(caller.suite, caller.parts),
        given=Counter(code(a.value) for r in regions if isinstance(r, Call) for a in r.arguments),
        readers=Counter([*caller.parts, *(name for r in regions for name in read_here(r))]),
        counted=counted_from(caller.suite, caller.parts),
        items=items_of(caller.suite, caller.active, caller.is_view),
        starts={r.sequence: len(r.items) for r in regions if isinstance(r, Listed)},
        earlier=frozenset(caller.wrt),
        asked=asked(caller.suite),
        forced=frozenset(text for side in caller.reached.sides for text, _ in side),
    )


def blocks_of(caller: Caller) -> Blocks:
    """Return what takes the straight lines of a function through the rules."""
    return Blocks(
        caller.target,
        caller.namespace,
        caller.seed,
        caller.say,
        caller.located,
        caller.options,
        caller.elementary,
        places(caller.prepared),
    )


def cotangents_of(caller: Caller) -> Mapping[str, str]:
    """Return names for the cotangents of a function, those of its arguments first."""
    asked = [name for name in caller.wrt if name in caller.active]
    first = [*asked, *sorted(caller.active.difference(asked))]
    return {n: caller.names.new(*of_cotangent(n, argument=n in caller.wrt)) for n in first}
