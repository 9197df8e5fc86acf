"""A forward and a backward part as the algebra takes them: what may be read, at what price."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from refactorer.algebra.blocks.values import Values
from refactorer.algebra.index_notation.nodes import OPERATION
from refactorer.algebra.normal_form.tensor import element_count
from refactorer.algebra.normal_form.terms import Polynomial
from refactorer.algebra.once import cached_property
from refactorer.algebra.search.definitions import Definition
from refactorer.algebra.search.wording import Wording

COTANGENT, FORWARD = -1, 10  # where they stand in a product
PRICES = (5, 30, 60)  # of naming a value of the forward part, by its rank
KEEPING = (0, 2, 4)  # of keeping one that has a name
NUMBER, UNNAMED_NUMBER = 10, 30  # prices of naming a cotangent that is one


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


@dataclass(frozen=True, kw_only=True)
class Program(Values):
    """A forward and a backward part, and what reading each name costs.

    - `arguments` and the texts of their `gradients` are in the same order.
    - `seeds` are the incoming cotangents.
    - `positive` are parameters that are taken to be above zero.
    - `turns` says that it is the body of a loop: a value that is one step away from what has a name
      is then computed again where it is read, so that it need not be kept for each turn.
    - `wordings` remembers what was found.
    """

    arguments: Sequence[str]
    seeds: Sequence[str]
    positive: Collection[str] = ()
    turns: bool = False
    care: Care = Care()
    wordings: dict[tuple[Definition, ...], Wording] = field(default_factory=dict)

    @property
    def last_axis(self) -> str:
        """How the forward part spells the last axis, if it counts from the right."""
        return "-1" if any("axis=-1" in line.text for line in self.forward) else ""

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
    def listed(self) -> frozenset[str]:
        """The cotangents that are joined, by name, in a list: they keep their names."""
        trees = [ast.parse(line.text) for line in self.backward]
        lists = (n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.List))
        names = {n.id for joined in lists for n in joined.elts if isinstance(n, ast.Name)}
        return frozenset(names.intersection(self.bound_once) - self.kept)

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
