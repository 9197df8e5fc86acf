"""What is known where a region is woven with its reverse, and what all kinds of regions need."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from refactorer.errors import Refused
from refactorer.flow.names import Names, unbound
from refactorer.flow.structure.demand import Demand, targets
from refactorer.flow.structure.regions import Listed, Loop, Suite, every, written
from refactorer.flow.structure.settled import Items
from refactorer.flow.structure.visits import END, Visits
from refactorer.flow.weaving.assembly import line_adding
from refactorer.flow.weaving.blocks import Blocks
from refactorer.flow.weaving.helper import Helper
from refactorer.flow.weaving.woven import State, Woven
from refactorer.printing.probe import Probe
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line


@dataclass(frozen=True)
class Weaver(ABC):
    """Gives regions their reverse, given the cotangents that are there after each of them.

    `turning`, `earlier`, `outer` and `later` differ from place to place; all else holds for the
    whole function.
    """

    names: Names
    demand: Demand
    visits: Visits
    blocks: Blocks
    helpers: Mapping[str, Helper]
    cotangents: Mapping[str, str]  # their names, by the names of the values that they belong to
    known: frozenset[str]  # the names of modules, constants and functions
    users: frozenset[str]  # the names in the user's text
    numpy: str  # how the user spells NumPy
    refuse: Callable[..., Refused]
    starts: Mapping[str, int]  # how many values each list has when it is made
    items: Items
    # Lists of the user's that hold what a loop leaves, each with the name of its first value.
    own_lists: Mapping[str, str]
    # Numbers that one loop alone counts, with the literals they start at.
    counted: Mapping[str, str]
    given: Counter[str]  # how often each text is given to a function of the user's
    readers: Counter[str]  # how many regions read each name, the end of the function among these
    turning: frozenset[str] = frozenset()  # names that the loop around sets
    earlier: frozenset[str] = frozenset()  # names that are set above, parameters included
    # Names that are set above the loop around: a list among them grows in several of its turns.
    outer: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()  # names that are set below
    asked: frozenset[str] = frozenset()  # names that conditions read
    # Texts of conditions that are set by hand to be verified: each stands in one place alone.
    forced: frozenset[str] = frozenset()
    # Names that count what is left of lists, by the lists: those to which some turns alone append.
    left: dict[str, str] = field(default_factory=dict)

    @abstractmethod
    def suite(self, suite: Suite, after: State) -> Woven:
        """Return a suite and its reverse, given the cotangents that there are after it."""

    def read_by(self, backward: Sequence[Statement]) -> frozenset[str]:
        """Return the names of the function that backward statements read."""
        return unbound(backward) - {*self.cotangents.values()} - self.known

    def added(self, name: str, text: str, state: dict[str, bool]) -> Statement:
        """Return the line that adds a value to a cotangent, and note it in the state."""
        own = self.cotangents[name]
        if name not in state:
            state[name] = False
            return line(f"{own} = {text}")
        return line_adding(own, text, in_place=state[name])

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
