"""Points at which two expressions of a function meet: where a maximum or a condition has a kink."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from refactorer.arguments.plans import Plan
from refactorer.execution.evaluation import Arguments, Floats, Function, fresh
from refactorer.judging.cases import every_size
from refactorer.judging.fragility.edges import Edge, drawn
from refactorer.judging.fragility.noting import Notes, Pair

MOST = 4  # pairs of expressions that are looked at
ENTRIES = 6  # of each input, among which those are that matter most
TRIED = 3  # of them, one after the other
STEPS = 30  # on the way to the point where they meet
NEIGHBOURS = 40  # floats around it: at one of them they may be equal to the last digit
SMALL = 1e-6
LONGEST = 0.3  # seconds for all of them
LONGEST_WORDS = 100  # characters that tell of two


def meetings(module: str, name: str, plan: Plan, wrt: Sequence[str], seed: int) -> Iterator[Edge]:
    """Yield the edges at which expressions of a function meet, if one entry can make them."""
    notes = Notes(frozenset(entry.name for entry in plan.inputs))
    function = notes.function(module, name)
    given = drawn(plan, every_size(plan)[1], seed)
    end = time.perf_counter() + LONGEST
    for place, pair in enumerate(notes.pairs[:MOST]):
        if len(pair.words) > LONGEST_WORDS:
            continue
        with suppress(Exception):  # the user's own, at values on the way
            yield from met(Search(notes, function, given, place, end), pair, wrt)


def met(search: Search, pair: Pair, wrt: Sequence[str]) -> Iterator[Edge]:
    """Yield the edge at which a pair meets, where one of the entries is moved that matter most."""
    apart = search.apart(search.given)
    nearest = int(np.argmin(np.abs(apart)))
    lines = [
        Line(search, nearest, name, entry)
        for name in wrt
        for entry in range(min(ENTRIES, search.point(name).size))
    ]
    for line in sorted(lines, key=lambda one: -abs(one.rate))[:TRIED]:
        value = line.zero()
        if value is not None:
            sides = [f"`{pair.left} {order} {pair.right}`" for order in "<>"]
            below, above = sides if line.rate > 0 else sides[::-1]
            given = line.at(value)
            yield Edge(pair.words, "", given, line.name, (line.entry,), sides=(below, above))
            return


@dataclass(frozen=True)
class Search:
    """How far apart the expressions of a pair are, by the arguments of a function."""

    notes: Notes
    function: Function
    given: Arguments
    place: int
    end: float

    def point(self, name: str) -> Floats:
        """Return the numbers of an input."""
        return np.array(self.given[name], dtype=float)

    def apart(self, arguments: Arguments) -> Floats:
        """Return the differences of their entries, as long as there is time."""
        if time.perf_counter() > self.end:
            raise TimeoutError
        self.notes.values.clear()
        fresh(self.function)(arguments)
        left, right = (self.notes.values.get((self.place, side), 0.0) for side in (0, 1))
        return np.ravel(np.subtract(left, right, dtype=float))


@dataclass(frozen=True)
class Line:
    """One difference, along one entry of an input."""

    search: Search
    nearest: int
    name: str
    entry: int

    @property
    def start(self) -> float:
        """The entry as it was drawn."""
        return float(self.search.point(self.name).flat[self.entry])

    @property
    def rate(self) -> float:
        """How the difference changes with the entry."""
        return (self.apart(self.start + SMALL) - self.apart(self.start - SMALL)) / (2 * SMALL)

    def at(self, value: float) -> dict[str, object]:
        """Return the arguments where the entry has a value."""
        moved = self.search.point(self.name)
        moved.flat[self.entry] = value
        return {**self.search.given, self.name: moved if moved.ndim else float(moved)}

    def apart(self, value: float) -> float:
        """Return the difference where the entry has a value."""
        return float(self.search.apart(self.at(value))[self.nearest])

    def zero(self) -> float | None:
        """Return the value at which the difference is zero, to the last digit, if there is one."""
        before, value = self.start, self.start + SMALL
        last, now = self.apart(before), self.apart(value)
        for _ in range(STEPS):
            if now in (0.0, last):
                break
            before, value, last = value, value - now * (value - before) / (now - last), now
            now = self.apart(value)
        around = (value + step * np.spacing(value) for step in range(-NEIGHBOURS, NEIGHBOURS))
        return next((float(v) for v in (value, *around) if self.apart(v) == 0.0), None)
