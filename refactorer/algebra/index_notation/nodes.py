"""An expression in index notation, and what it costs: the form between the algebra and the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import is_

from refactorer.algebra.normal_form.keys import Keyed, digest
from refactorer.algebra.normal_form.layouts import Layout, long
from refactorer.algebra.once import cached_property

OPERATION = (10, 200, 600, 1200)  # by the number of axes of what it makes


def operation(labels: frozenset[int]) -> int:
    """What one operation costs, in tenths of one on a number.

    An operation on a vector outweighs many on numbers, one on a matrix several on vectors.
    """
    return OPERATION[min(len(labels), len(OPERATION) - 1)]


@dataclass(frozen=True, eq=False)
class Node(Keyed):
    """An expression; it knows the labels that it runs along, not in which order its axes lie."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes below it, in the order in which they are written."""
        return ()

    @property
    def own_cost(self) -> int:
        """Its cost without that of its parts."""
        return 0

    @property
    def mark(self) -> object:
        """What tells it from another of its class with the same parts."""
        return ()

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        assert not parts
        return self

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset().union(*(part.labels for part in self.parts))

    @cached_property
    def natural(self) -> tuple[int, ...]:
        """The order in which its labels lie in most of what it is made of."""
        parts = sorted(self.parts, key=lambda part: -len(part.labels))
        found = dict.fromkeys(label for part in parts for label in part.natural)
        return tuple(label for label in found if label in self.labels)

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """The names in it, each once along the same labels."""
        return tuple(dict.fromkeys(ref for part in self.parts for ref in part.refs))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(ref.name for ref in self.refs)

    @cached_property
    def cost(self) -> int:
        return self.own_cost + sum(part.cost for part in self.parts)

    @cached_property
    def work(self) -> int:
        """Its cost without the prices of the names in it."""
        return self.own_cost + sum(part.work for part in self.parts)

    @cached_property
    def key(self) -> str:
        return digest(type(self).__name__, self.mark, *(part.key for part in self.parts))


class LaidOut(Node):
    """A node that comes with its axes in an order of its own."""

    layout: Layout

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset(long(self.layout))

    @cached_property
    def natural(self) -> tuple[int, ...]:
        return long(self.layout)


@dataclass(frozen=True, eq=False)
class Ref(LaidOut):
    """A name of the program; `layout` tells which label each of its axes runs along."""

    name: str
    layout: Layout = ()
    order: int = 0  # where a reader expects it in a product
    price: int = 0  # of giving it a name first
    is_count: bool = False  # a Python integer, of which NumPy's functions would make a float64

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        return (self,)

    @cached_property
    def cost(self) -> int:
        return self.price

    @property
    def mark(self) -> object:
        return self.name, self.layout


@dataclass(frozen=True, eq=False)
class Number(Node):
    """A literal."""

    text: str

    @property
    def mark(self) -> object:
        return self.text


@dataclass(frozen=True, eq=False)
class Opaque(LaidOut):
    """A call of which only the text is known, with the arrays in it, laid out as they were read."""

    template: str
    arrays: tuple[Node, ...]
    frames: tuple[Layout, ...]
    layout: Layout

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.arrays

    @property
    def own_cost(self) -> int:
        if self.template.startswith("np.shape("):
            return 0
        if is_entry(self.template):
            return operation(frozenset())
        return 2 * max(operation(n.labels) for n in (self, *self.arrays))

    @property
    def mark(self) -> object:
        return self.template, self.frames, self.layout

    @property
    def is_diagonal(self) -> bool:
        """Whether it is a matrix with a vector on its diagonal."""
        return self.template == "np.diag(@0)" and len(self.layout) == 2

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        return replace(self, arrays=parts)


def is_entry(template: str) -> bool:
    """Whether a text reads an array at literal places, which makes no array."""
    return re.fullmatch(r"@0\[-?\d+(, -?\d+)*\]", template) is not None


ZERO = Number("0")


def is_one(node: Node) -> bool:
    return isinstance(node, Number) and node.text == "1"


def is_zero(node: Node) -> bool:
    return isinstance(node, Number) and node.text == "0"


def substitution(replacements: Mapping[Node, Node]) -> Callable[[Node], Node]:
    """What puts others in place of some of the nodes in one; a node without them stays the same."""
    done = dict(replacements)

    def substituted(node: Node) -> Node:
        found = done.get(node)
        if found is None:
            parts = tuple(map(substituted, node.parts))
            is_same = all(map(is_, parts, node.parts))
            found = done[node] = node if is_same else node.with_parts(parts)
        return found

    return substituted
