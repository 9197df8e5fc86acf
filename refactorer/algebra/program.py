"""What the algebra is given, and what it knows of each name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from refactorer.algebra.definitions import Definition
from refactorer.algebra.lines import Line, names_in
from refactorer.algebra.read import Reader
from refactorer.algebra.syntax import Unreadable
from refactorer.algebra.tensor import Tensor, element_count, leaf

Shape: TypeAlias = tuple[int, ...]
COTANGENT, FORWARD = -1, 10  # where they stand in a product
PRICES = (5, 30, 60)  # of naming a value of the forward part, by its rank


@dataclass(frozen=True)
class Program:
    """A forward and a backward part as lines, and what is known of each name.

    `arguments` and `gradients` are what is differentiated and the texts of the gradients, in the
    same order. `free` are the names that the user gave: they cost nothing to read.
    """

    forward: Sequence[Line]
    backward: Sequence[Line]
    arguments: Sequence[str]
    gradients: Sequence[str]
    shapes: Mapping[str, Shape]
    seed: str
    free: Collection[str]
    shape_of: Callable[[str], Shape]

    @cached_property
    def candidates(self) -> list[str]:
        """The cotangents that are arrays, bound once and read more than once."""
        texts = [*(line.text for line in self.backward), *self.gradients]
        reads = sum(map(names_in, texts), Counter[str]())
        bound = Counter(line.name for line in self.backward if line.binds)
        return [
            name
            for name, times in bound.items()
            if times == 1 and reads[name] > 1 and self.shapes[name] and name not in self.kept
        ]

    @cached_property
    def kept(self) -> frozenset[str]:
        """Names that are left as they stand, and all that these read.

        They are unreadable, changed in place, or say where.
        """
        verbatim = [replace(line, text="0") for line in self.backward if not line.binds]
        kept = self.unreadable.union(*(line.reads for line in verbatim))
        for line in reversed(self.backward):
            kept |= line.reads.keys() if line.binds and line.name in kept else set()
        return kept

    @cached_property
    def unreadable(self) -> frozenset[str]:
        """The names of the backward part whose text the algebra has no meaning for."""
        values, found = dict(self.forward_values), set[str]()
        for line in self.backward:
            if line.binds:
                values[line.name] = self.leaf(line.name)
                try:
                    values[line.name] = self.reader(values).read(line.text)
                except Unreadable:
                    found.add(line.name)
        return frozenset(found)

    @cached_property
    def forward_values(self) -> dict[str, Tensor]:
        """The value of each name of the forward part; one that cannot be read is a leaf."""
        bound = {line.name for line in (*self.forward, *self.backward)}
        values = {name: self.leaf(name) for name in self.shapes if name not in bound}
        for line in self.forward:
            values[line.name] = self.read(line, values)
        return values

    @cached_property
    def full_values(self) -> dict[str, Tensor]:
        """The value of each name of the backward part, spelled out as far as it goes."""
        values = dict(self.forward_values)
        for line in self.backward:
            if line.binds:
                values[line.name] = self.cotangent(line, values)
        return values

    def cotangent(self, line: Line, values: Mapping[str, Tensor]) -> Tensor:
        """The value of a line of the backward part; one that is kept is a leaf."""
        return self.leaf(line.name) if line.name in self.kept else self.read(line, values)

    def read(self, line: Line, values: Mapping[str, Tensor]) -> Tensor:
        try:
            return self.reader(values).read(line.text)
        except Unreadable:
            return self.leaf(line.name)

    def reader(self, values: Mapping[str, Tensor]) -> Reader:
        return Reader(values, self.shape_of)

    def leaf(self, name: str) -> Tensor:
        return leaf(name, self.shapes[name])

    @cached_property
    def forward_definitions(self) -> list[Definition]:
        """What the forward part offers: its names, and the lengths of their axes."""
        bound = [line.name for line in self.forward]
        names = [*(n for n in self.forward_values if n not in bound), *bound]
        found = [self.definition(name, order) for order, name in enumerate(names)]
        return [*found, *self.lengths(names)]

    def definition(self, name: str, order: int) -> Definition:
        rank = min(len(self.shapes[name]), len(PRICES) - 1)
        price = 0 if name in self.free else PRICES[rank]
        place = COTANGENT if name == self.seed else FORWARD + order
        return Definition(name, self.forward_values[name], place, price)

    def lengths(self, names: Sequence[str]) -> Iterator[Definition]:
        for order, name in enumerate(names, FORWARD):
            shape, price = self.shapes[name], 0 if name in self.free else PRICES[0]
            if any(extent != 1 for extent in shape):
                yield Definition(f"{name}.size", element_count(shape), order, price + 2)
            if len(shape) > 1:
                for axis, extent in enumerate(shape):
                    text = f"{name}.shape[{axis}]"
                    yield Definition(text, element_count([extent]), order, price + 3)
