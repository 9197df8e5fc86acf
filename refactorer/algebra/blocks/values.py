"""What the names of a forward and a backward part hold, as far as their lines tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from refactorer.algebra.blocks.lines import Line, names_in
from refactorer.algebra.blocks.scatters import scattered, scatters
from refactorer.algebra.normal_form.tensor import Tensor, held, leaf
from refactorer.algebra.normal_form.terms import Monomial
from refactorer.algebra.once import cached_property
from refactorer.algebra.reading.read import Reader
from refactorer.algebra.reading.syntax import Unreadable

Shape: TypeAlias = tuple[int, ...]
MOST_ATOMS = 100  # in a value that is looked into


@dataclass(frozen=True, kw_only=True)
class Values:
    """A forward and a backward part as lines, and the value of each name.

    - `gradients` are the texts of the gradients, over names of both parts.
    - `free` are the names that the user gave: they cost nothing to read.
    - `shape_of` returns the shape of a text, given the shapes of new names in it.
    - `numbers` are the names of what is no mask.
    - `known` remembers the values that were read.
    """

    forward: Sequence[Line]
    backward: Sequence[Line]
    gradients: Sequence[str]
    shapes: Mapping[str, Shape]
    free: Collection[str]
    shape_of: Callable[[str, Mapping[str, Shape]], Shape]
    numbers: Collection[str] = ()
    known: dict[tuple[object, ...], Tensor | None] = field(default_factory=dict)

    @cached_property
    def bound_once(self) -> list[str]:
        times = Counter(line.name for line in self.backward if line.binds)
        return [name for name, count in times.items() if count == 1]

    @cached_property
    def reads(self) -> Counter[str]:
        """How often the backward part and the gradients read each name."""
        texts = [*(line.text for line in self.backward), *self.gradients]
        return sum(map(names_in, texts), Counter[str]())

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
                found |= set() if self.meaning(line, values) else {line.name}
                values[line.name] = lightened(line.name, self.read(line, values))
        return frozenset(found)

    @cached_property
    def forward_values(self) -> dict[str, Tensor]:
        """The value of each name of the forward part; one unreadable or too heavy is a leaf.

        So is a constant, such as R = 8.314, that the user has a name for.
        """
        bound = {line.name for line in (*self.forward, *self.backward)}
        values = {name: self.leaf(name) for name in self.shapes if name not in bound}
        for line in self.forward:
            value = self.read(line, values)
            # the text does not tell a shape that a number says, such as that of np.arange(n)
            known = value.shape == self.shapes[line.name] and not is_heavy(value)
            known &= not (line.name in self.free and is_constant(value))
            values[line.name] = value if known else self.leaf(line.name)
        return values

    @cached_property
    def spelled_out(self) -> dict[str, Tensor]:
        """The values of the backward part in terms of the forward part, where not too heavy."""
        values, heavy = dict(self.forward_values), set[str]()
        for line in self.backward:
            if line.binds:
                value = self.cotangent(line, values)
                if is_heavy(value) or (line.name not in self.kept and line.reads.keys() & heavy):
                    heavy.add(line.name)
                values[line.name] = lightened(line.name, value)
        return {name: value for name, value in values.items() if name not in heavy}

    @cached_property
    def scattered(self) -> dict[str, Tensor]:
        """The matrices into each row of which a value is put, as what they are along the rows."""
        values, found = dict(self.forward_values), dict[str, Tensor]()
        puts = dict(scatters(self.forward, self.backward))
        for line in self.backward:
            if line in puts:
                shape, value = self.shapes[line.name], self.read(line, values)
                each = {(), shape[:1]}.issuperset((value.shape, *map(self.shapes.get, puts[line])))
                if len(shape) == 2 and 1 not in shape and each and not is_heavy(value):
                    found[line.name] = scattered(line.name, shape, value)
            elif line.binds:
                values[line.name] = self.read(line, values)
            else:
                values[line.name] = self.leaf(line.name)
        return found

    def cotangent(self, line: Line, values: Mapping[str, Tensor]) -> Tensor:
        """The value of a line of the backward part; one that is kept is a leaf."""
        if line.name in self.kept:
            return self.scattered.get(line.name, self.leaf(line.name))
        return self.read(line, values)

    def read(self, line: Line, values: Mapping[str, Tensor]) -> Tensor:
        """The value of a line, given those of what it reads; of an unreadable one its name."""
        return self.meaning(line, values) or self.leaf(line.name)

    def meaning(self, line: Line, values: Mapping[str, Tensor]) -> Tensor | None:
        """The value of a line, given those of what it reads; None for an unreadable one."""
        key = line, *map(values.get, line.reads)
        if key not in self.known:
            self.known[key] = None
            with suppress(Unreadable):
                self.known[key] = self.reader(values).read(line.text)
        return self.known[key]

    def reader(self, values: Mapping[str, Tensor]) -> Reader:
        def shape(text: str) -> Shape:
            new = {n: value.shape for n, value in values.items() if n not in self.shapes}
            return self.shape_of(text, new)

        return Reader(values, shape, self.numbers)

    def leaf(self, name: str) -> Tensor:
        return leaf(name, self.shapes[name])


def is_constant(value: Tensor) -> bool:
    """Whether it is a number with several digits, which nothing cancels, or its negative."""
    match value.value.terms:
        case [(Monomial(powers=((factor, exponent),)), _)]:
            return factor.atom.kind == "number" and exponent == 1
    return False


def is_heavy(value: Tensor) -> bool:
    return value.value.weight > MOST_ATOMS


def lightened(name: str, value: Tensor) -> Tensor:
    """A value, or the name that holds it if it is too heavy to be looked into."""
    return held(name, value) if is_heavy(value) else value
