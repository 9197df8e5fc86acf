"""Regions with their reverse: what stands in the function, and what in its callback."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from refactorer.flow.names import Names, stores
from refactorer.flow.structure.settled import Items
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, line

# The names whose cotangents there are at a point, and whether they are arrays of our own making,
# which may be changed in place.
State: TypeAlias = Mapping[str, bool]


@dataclass(frozen=True)
class Woven:
    """Regions with their reverse.

    - `forward` are statements of the function, `backward` those of the callback, which pull the
      cotangents back: those of the last region come first.
    - `reads` are the names of the function that the backward statements read.
    - `before` tells which cotangents there are after the backward statements, that is, before the
      regions.
    - `drawn` maps a name to the cotangent of a list: in each turn of the callback's loop, the name
      holds the next entry from the end.
    - `counted` maps a name to a list to which not every turn appends: the name holds how many of
      its values are left.
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
        """Return the same with new names for values that it reads and that later lines overwrite.

        A value that is changed in place is copied.
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


def without_cotangents(state: State, names: Collection[str]) -> dict[str, bool]:
    """Return a state in which names have no cotangents."""
    return {name: owned for name, owned in state.items() if name not in names}
