"""A forward and a backward part as the algebra takes them, and what it knows of each name."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from refactorer.algebra.blocks.lines import Line, names_in
from refactorer.algebra.blocks.scatters import scattered, scatters
from refactorer.algebra.index_notation.nodes import OPERATION
from refactorer.algebra.normal_form.tensor import Tensor, element_count, held, leaf
from refactorer.algebra.normal_form.terms import Polynomial
from refactorer.algebra.once import cached_property
from refactorer.algebra.reading.read import Reader
from refactorer.algebra.reading.syntax import Unreadable
from refactorer.algebra.search.definitions import Definition
from refactorer.algebra.search.wording import Wording

Shape: TypeAlias = tuple[int, ...]
COTANGENT, FORWARD = -1, 10  # where they stand in a product
PRICES = (5, 30, 60)  # of naming a value of the forward part, by its rank
KEEPING = (0, 2, 4)  # of keeping one that has a name
NUMBER, UNNAMED_NUMBER = 10, 30  # prices of naming a cotangent that is one
MOST_ATOMS = 100  # in a value that is looked into


@dataclass(frozen=True)
class Care:
    """What the algebra avoids, so that nothing overflows that the plain derivation keeps finite.

    - `avoided` are names that are not read.
    - `late` puts what was computed last first in a product, as in the plain derivation.
    - `named` keeps the names of cotangents that are read twice.
    - `apart` raises nothing to high powers, and lets terms keep common factors to themselves.
    """

    avoided: frozenset[str] = frozenset()
    late: bool = False
    named: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Program:
    """A forward and a backward part as lines, and what is known of each name.

    - `arguments` and the texts of their `gradients` are in the same order.
    - `seeds` are the incoming cotangents.
    - `free` are the names that the user gave: they cost nothing to read.
    - `shape_of` returns the shape of a text, given the shapes of new names in it.
    - `positive` are parameters that are taken to be above zero.
    - `turns` says that it is the body of a loop: a value that is one step away from what has a name
      is then computed again where it is read, so that it need not be kept for each turn.
    - `known` and `wordings` remember what was found.
    """

    forward: Sequence[Line]
    backward: Sequence[Line]
    arguments: Sequence[str]
    gradients: Sequence[str]
    shapes: Mapping[str, Shape]
    seeds: Sequence[str]
    free: Collection[str]
    shape_of: Callable[[str, Mapping[str, Shape]], Shape]
    positive: Collection[str] = ()
    turns: bool = False
    care: Care = Care()
    known: dict[tuple[object, ...], Tensor | None] = field(default_factory=dict)
    wordings: dict[tuple[Definition, ...], Wording] = field(default_factory=dict)

    @property
    def last_axis(self) -> str:
        """How the forward part spells the last axis, if it counts from the right."""
        return "-1" if any("axis=-1" in line.text for line in self.forward) else ""

    @cached_property
    def bound_once(self) -> list[str]:
        times = Counter(line.name for line in self.backward if line.binds)
        return [name for name, count in times.items() if count == 1]

    @cached_property
    def candidates(self) -> list[str]:
        """The cotangents that are bound once and read more than once."""
        return [n for n in self.bound_once if self.reads[n] > 1 and n not in self.kept]

    def price_of_cut(self, name: str) -> int:
        """The price of the name of a cotangent that is a number: less if the user named its value.

        In a loop, where a number is computed in each turn, there is none.
        """
        if self.shapes[name] or self.turns:
            return 0
        return NUMBER if name.removeprefix("b") in self.free else UNNAMED_NUMBER

    @cached_property
    def reads(self) -> Counter[str]:
        """How often the backward part and the gradients read each name."""
        texts = [*(line.text for line in self.backward), *self.gradients]
        return sum(map(names_in, texts), Counter[str]())

    @cached_property
    def listed(self) -> frozenset[str]:
        """The cotangents that are joined, by name, in a list: they keep their names."""
        trees = [ast.parse(line.text) for line in self.backward]
        lists = (n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.List))
        names = {n.id for joined in lists for n in joined.elts if isinstance(n, ast.Name)}
        return frozenset(names.intersection(self.bound_once) - self.kept)

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
        """The value of each name of the forward part; one unreadable or too heavy is a leaf."""
        bound = {line.name for line in (*self.forward, *self.backward)}
        values = {name: self.leaf(name) for name in self.shapes if name not in bound}
        for line in self.forward:
            value = self.read(line, values)
            # the text does not tell a shape that a number says, such as that of np.arange(n)
            known = value.shape == self.shapes[line.name] and not is_heavy(value)
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

        return Reader(values, shape)

    def leaf(self, name: str) -> Tensor:
        return leaf(name, self.shapes[name])

    @cached_property
    def forward_definitions(self) -> list[Definition]:
        """What the forward part offers: its names, and each length in the cheapest way."""
        bound = [line.name for line in self.forward]
        names = [*(n for n in self.forward_values if n not in bound), *bound]
        numbered = enumerate(names)
        every = (self.definition(n, order) for order, n in numbered if n not in self.said_again)
        found = [d for d in every if not self.is_avoided(d)]
        lengths: dict[Polynomial, Definition] = {}
        for length in sorted(self.lengths(names), key=lambda d: d.price):
            lengths.setdefault(length.value, length)
        return [*found, *lengths.values()]

    def is_avoided(self, definition: Definition) -> bool:
        """Whether a name must not be read, and its value can be said otherwise."""
        can_be_said = definition.whole is not None or definition.product is not None
        return can_be_said and definition.name in self.care.avoided

    def definition(self, name: str, order: int) -> Definition:
        rank = min(len(self.shapes[name]), len(PRICES) - 1)
        price = KEEPING[rank] if name in self.free else PRICES[rank]
        price = 0 if name in self.given else price
        price += OPERATION[min(len(self.shapes[name]), 2)] if name in self.again else 0
        order = len(self.shapes) - order if self.care.late else order
        place = self.seeds.index(name) - len(self.seeds) if name in self.seeds else FORWARD + order
        return Definition(name, self.forward_values[name], place, price)

    def wording(self, known: Sequence[Definition]) -> Wording:
        """What names can say of products and sums: for most plans it is the same."""
        telling = tuple(d for d in known if d.product or d.sum)
        return self.wordings.setdefault(telling, Wording(telling))

    @cached_property
    def said_again(self) -> frozenset[str]:
        """The numbers that are written once more sooner than given a name: 1 - rate, scale**2."""
        named, found = {*self.free, *self.given}, set[str]()
        for line in self.forward:
            unnamed = line.name not in named and not self.shapes[line.name]
            if unnamed and is_plain_step(line.text, named | found):
                found.add(line.name)
        return frozenset(found)

    @cached_property
    def again(self) -> frozenset[str]:
        """The values without a name that the reverse of a loop computes again: of one step."""
        steps = (line.name for line in self.forward if self.turns and is_cheap_step(line.text))
        return frozenset(steps).difference(self.free)

    @cached_property
    def given(self) -> frozenset[str]:
        """What the forward part does not compute: the arguments, the seeds, constants."""
        return frozenset(self.shapes) - {line.name for line in self.forward}

    def lengths(self, names: Sequence[str]) -> Iterator[Definition]:
        for order, name in enumerate(names, FORWARD):
            shape, price = self.shapes[name], 0 if name in self.free else PRICES[0]
            if any(extent != 1 for extent in shape):
                yield Definition(f"{name}.size", element_count(shape), order, price + 2)
            if len(shape) > 1:
                for axis, extent in enumerate(shape):
                    text = f"{name}.shape[{axis}]"
                    yield Definition(text, element_count([extent]), order, price + 3)


def is_plain_step(text: str, named: Collection[str]) -> bool:
    """Whether a text is one operation on a name and a literal."""
    match ast.parse(text, mode="eval").body:
        case ast.BinOp(ast.Constant(), _, ast.Name(name)) | ast.BinOp(
            ast.Name(name), _, ast.Constant()
        ):
            return name in named
    return False


def is_cheap_step(text: str) -> bool:
    """Whether a text is one operation that takes no more time than reading what it gives."""
    match ast.parse(text, mode="eval").body:
        case ast.BinOp(ast.Name() | ast.Constant(), op, ast.Name() | ast.Constant()):
            return isinstance(op, ast.Add | ast.Sub | ast.Mult)
    return False


def is_heavy(value: Tensor) -> bool:
    return value.value.weight > MOST_ATOMS


def lightened(name: str, value: Tensor) -> Tensor:
    """A value, or the name that holds it if it is too heavy to be looked into."""
    return held(name, value) if is_heavy(value) else value
