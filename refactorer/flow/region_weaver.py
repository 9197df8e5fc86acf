"""The reverse of each region, in the order in which the callback runs it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from refactorer.flow.loops.reverse import woven_loop
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
    written,
    written_by,
)
from refactorer.flow.weaving.branches import woven_branch
from refactorer.flow.weaving.calls import woven_call
from refactorer.flow.weaving.lists import woven_append, woven_gather, woven_listed
from refactorer.flow.weaving.puts import woven_pick, woven_put
from refactorer.flow.weaving.straight import woven_straight
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven, without


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
        return Woven((region.statement,), (), frozenset(), without(after, written(region)))
