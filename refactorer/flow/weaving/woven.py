"""Regions with their reverse: what stands in the function, and what in its callback."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from refactorer.flow.names import Names, stores
from refactorer.flow.structure.settled import Items
from refactorer.syntax.dataflow import renamed
from refactorer.syntax.suites import Statement, line

# The names whose cotangents there are at a point, and whether they are arrays of our own making,
# which may be changed in place.
State: TypeAlias = Mapping[str, bool]


@dataclass(frozen=True)
class Woven:
    """Statements of the function, and those that pull cotangents back, the last region's first.

    `reads` are the names of the function that the backward statements read; `before` tells of the
    cotangents after them, which are those before the regions. `drawn` pairs names with the
    cotangents of lists: in each turn of a loop the name holds the next one from the end. `counted`
    pairs names with lists that some turns alone append to: with how many values are left of them.
    """

    forward: tuple[Statement, ...]
    backward: tuple[Statement, ...]
    reads: frozenset[str]
    before: State
    drawn: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, str] = field(default_factory=dict)

    def renamed(self, names: Mapping[str, str]) -> Woven:
        """Return the same with a backward part that reads other names."""
        return replace(
            self,
            backward=tuple(renamed(s, names) for s in self.backward),
            reads=frozenset(names.get(name, name) for name in self.reads),
        )

    def surviving(self, later: Collection[str], names: Names, items: Items) -> Woven:
        """Return the same with names of their own for what it reads and later lines set again.

        What is changed in place is copied.
        """
        lost = sorted(n for n in self.reads if n in later or items.views.get(n) in later)
        lost = [n for n in lost if n not in items.settled]
        if not lost:
            return self
        own = {name: names.new(f"{name}_before", f"{name}_kept") for name in lost}
        inside = frozenset().union(*map(stores, self.forward))
        values = {n: f"{n}.copy()" if items.is_fluid(n) else n for n in lost}
        before = [line(f"{own[n]} = {values[n]}") for n in lost if n not in inside]
        after = [line(f"{own[n]} = {values[n]}") for n in lost if n in inside]
        return replace(self.renamed(own), forward=(*before, *self.forward, *after))


def without(state: State, names: Collection[str]) -> dict[str, bool]:
    """Return a state in which names have no cotangents."""
    return {name: owned for name, owned in state.items() if name not in names}
