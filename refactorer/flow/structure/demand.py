"""The points of a function at which the cotangents of its names are wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from refactorer.flow.names import followed, parsed, stores
from refactorer.flow.statements.active import flows
from refactorer.flow.structure.heads import items
from refactorer.flow.structure.regions import (
    Append,
    Branch,
    Call,
    Gather,
    Listed,
    Loop,
    Pick,
    Plain,
    Put,
    Region,
    Straight,
    written,
)
from refactorer.syntax.suites import Statement

Wanted = frozenset[str]


class Demand:
    """Tells which cotangents are wanted at each point of a function."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)

    def before_all(self, suite: Sequence[Region], after: Wanted) -> Wanted:
        """Return what is wanted before a suite."""
        for region in reversed(suite):
            after = self.before(region, after)
        return after

    def before(self, region: Region, after: Wanted) -> Wanted:
        """Return the cotangents wanted before a region, given those wanted after it."""
        match region:
            case Straight(statements=statements):
                return self.through(statements, after)
            case Call(arguments=arguments, targets=targets) if not after.isdisjoint(targets):
                given = frozenset().union(*(followed(parsed(a.value)) for a in arguments))
                return (after - set(targets)) | (given & self.names)
            case Put(array=array, value=value) if array in after:
                return after | ({value} & self.names)
            case Pick(target=target, array=array) if target in after:
                return (after - {target}) | {array}
            case Append(sequence=sequence, value=value) if sequence in after:
                return after | ({value} & self.names)
            case Listed(sequence=sequence, items=items) if sequence in after:
                return (after - {sequence}) | (frozenset(items) & self.names)
            case Gather(target=target, sequence=sequence) if target in after:
                return (after - {target}) | {sequence}
            case Branch(then=then, orelse=orelse):
                return self.before_all(then, after) | self.before_all(orelse, after)
            case Loop():
                return self.before_loop(region, after)
            case Plain() | Call() | Listed() | Gather() | Pick():
                return after - written(region)
        return after

    def through(self, statements: Sequence[Statement], after: Wanted) -> Wanted:
        """Return what is wanted before assignments."""
        for statement in reversed(statements):
            (node,) = parsed(statement).body
            for targets, value in flows(node):
                if not after.isdisjoint(targets):
                    after = (after - targets) | (value & self.names)
        return after

    def at_end(self, loop: Loop, after: Wanted) -> Wanted:
        """Return what is wanted at the end of the body of a loop, whichever turn it is."""
        found = after
        while True:
            wider = found | (self.before_all(loop.body, found) - targets(loop))
            if wider == found:
                return found
            found = wider

    def before_loop(self, loop: Loop, after: Wanted) -> Wanted:
        """Return what is wanted before a loop."""
        inside = self.before_all(loop.body, self.at_end(loop, after))
        found = inside | (after - written(loop))
        if isinstance(loop.statement, cst.For):
            for item in items(loop.statement):
                if item.target in inside and not item.counts:
                    found |= followed(parsed(item.elements)) & self.names
        return found - targets(loop)


def targets(loop: Loop) -> frozenset[str]:
    """Return the names that the head of a loop sets."""
    return stores(loop.statement.target) if isinstance(loop.statement, cst.For) else frozenset()
