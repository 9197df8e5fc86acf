"""An expression in index notation, and what it costs: the form between the algebra and the text.

A node knows the labels it runs along, not how its axes lie; `write` decides that. Costs are in tenths of an
operation on a number; one on a vector outweighs many of those, and one on a matrix several on vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from refactorer.algebra.terms import ONE, digest

Layout = tuple[int | None, ...]

OPERATION = (10, 200, 600, 1200)  # by the number of axes of what it makes
SQUARE_OF_NUMBER = 4
NESTED_SUM = 15  # of work for the reader


def operation(labels: frozenset[int]) -> int:
    return OPERATION[min(len(labels), len(OPERATION) - 1)]


@dataclass(frozen=True)
class Node:
    """Base of all; `parts` are the nodes below it, in the order in which they are written."""

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()

    @property
    def own_cost(self) -> int:
        return 0

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset().union(*(part.labels for part in self.parts))

    @cached_property
    def cost(self) -> int:
        return self.own_cost + sum(part.cost for part in self.parts)

    @cached_property
    def key(self) -> str:
        return digest(type(self).__name__, self.mark, *(part.key for part in self.parts))

    @property
    def mark(self) -> object:
        """What tells it from another of its class with the same parts."""
        return ()

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        return self

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.key == other.key


@dataclass(frozen=True, eq=False)
class Ref(Node):
    """A name of the program; `layout` tells which label each of its axes runs along, None for length one."""

    name: str
    layout: Layout = ()
    order: int = 0  # where a reader expects it in a product
    price: int = 0  # of giving it a name first
    is_count: bool = False  # a Python integer, of which NumPy's functions would make a float64

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset(label for label in self.layout if label is not None)

    @property
    def own_cost(self) -> int:
        return self.price

    @property
    def mark(self) -> object:
        return self.name, self.layout


@dataclass(frozen=True, eq=False)
class Number(Node):
    text: str

    @property
    def mark(self) -> object:
        return self.text


@dataclass(frozen=True, eq=False)
class Product(Node):
    """coefficient * numerators / denominators, each of them to a power; all is done at the rank of the whole."""

    coefficient: Fraction
    factors: tuple[tuple[Node, Fraction], ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return tuple(node for node, _ in self.factors)

    @property
    def own_cost(self) -> int:
        each = operation(self.labels)
        above = sum(e > 0 for _, e in self.factors)
        steps = len(self.factors) - bool(above) + (abs(self.coefficient) != 1 and above > 0)
        nested = (
            sum(isinstance(node, Total) and node.is_level for node, _ in self.factors) * NESTED_SUM
        )
        return steps * each + nested + sum(power_cost(node, abs(e)) for node, e in self.factors)

    @property
    def mark(self) -> object:
        return self.coefficient, tuple(e for _, e in self.factors)

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        exponents = (e for _, e in self.factors)
        return replace(self, factors=tuple(zip(parts, exponents, strict=True)))


def power_cost(node: Node, exponent: Fraction) -> int:
    if exponent == 1:
        return 0
    return SQUARE_OF_NUMBER if not node.labels and exponent == 2 else operation(node.labels)


@dataclass(frozen=True, eq=False)
class Total(Node):
    """The sum of coefficient * part."""

    terms: tuple[tuple[Fraction, Node], ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return tuple(node for _, node in self.terms)

    @property
    def own_cost(self) -> int:
        scaled = sum(
            operation(node.labels) for c, node in self.terms if abs(c) != 1 and not is_one(node)
        )
        negated = all(c < 0 for c, _ in self.terms)
        return (len(self.terms) - 1 + negated) * operation(self.labels) + scaled

    @property
    def is_level(self) -> bool:
        """Whether each term runs along all axes, so that a number meets each of them as cheaply as the sum."""
        return all(node.labels == self.labels for _, node in self.terms)

    @property
    def is_negative(self) -> bool:
        return len(self.terms) > 1 and all(c < 0 for c, _ in self.terms)

    @property
    def is_difference(self) -> bool:
        return len({c > 0 for c, _ in self.terms}) > 1

    @property
    def mark(self) -> object:
        return tuple(c for c, _ in self.terms)

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        coefficients = (c for c, _ in self.terms)
        return replace(self, terms=tuple(zip(coefficients, parts, strict=True)))


@dataclass(frozen=True, eq=False)
class Call(Node):
    """An elementwise function, or a comparison."""

    function: str
    arguments: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.arguments

    @property
    def own_cost(self) -> int:
        return (1 if self.function in ("-", "np.where") else 2) * operation(self.labels)

    @property
    def mark(self) -> object:
        return self.function

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        return replace(self, arguments=parts)


@dataclass(frozen=True, eq=False)
class Indicator(Node):
    """One where a condition holds, or where it does not, and zero elsewhere, in the dtype of an array."""

    condition: Node
    holds: bool
    like: str

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.condition,)

    @property
    def own_cost(self) -> int:
        return (1 if self.holds else 2) * operation(self.labels)

    @property
    def mark(self) -> object:
        return self.holds, self.like

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        return replace(self, condition=parts[0])


@dataclass(frozen=True, eq=False)
class Summation(Node):
    """Base of the ways to write a sum over labels."""

    operands: tuple[Node, ...]
    bound: tuple[int, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.operands

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset().union(*(part.labels for part in self.parts)) - set(self.bound)

    @property
    def mark(self) -> object:
        return self.bound

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        return replace(self, operands=parts)

    @property
    def own_cost(self) -> int:
        return max(operation(part.labels) for part in self.operands)


class Reduced(Summation):
    """np.sum(a, axis=...)."""


class Averaged(Reduced):
    """np.mean(a, axis=...)."""


class Matmul(Summation):
    """a @ b."""


class Inner(Summation):
    """np.vdot(a, b): all of a times all of b."""


class Einsum(Summation):
    """np.einsum, where nothing plainer says it."""

    @property
    def own_cost(self) -> int:
        return operation(frozenset().union(*(part.labels for part in self.operands))) + 50


@dataclass(frozen=True, eq=False)
class Opaque(Node):
    """A call of which only the text is known, with the arrays in it, each laid out as it was read."""

    template: str
    arrays: tuple[Node, ...]
    frames: tuple[Layout, ...]
    layout: Layout

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.arrays

    @cached_property
    def labels(self) -> frozenset[int]:
        return frozenset(label for label in self.layout if label is not None)

    @property
    def own_cost(self) -> int:
        return 2 * max(operation(n.labels) for n in (self, *self.arrays))

    @property
    def mark(self) -> object:
        return self.template, self.frames, self.layout

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        return replace(self, arrays=parts)


NUMBER_ONE = Number("1")


def is_one(node: Node) -> bool:
    return node == NUMBER_ONE


def product(coefficient: Fraction, factors: list[tuple[Node, Fraction]]) -> Node:
    """A product in which small things meet before they meet large ones: (d / n) * X."""
    groups: dict[frozenset[int], list[tuple[Node, Fraction]]] = {}
    for node, exponent in factors:
        groups.setdefault(node.labels, []).append((node, exponent))
    for labels in sorted(groups, key=lambda ls: (len(ls), sorted(ls))):
        home = min((ls for ls in groups if labels < ls), key=len, default=None)
        if home is None:
            continue
        small = groups.pop(labels)
        above = any(e > 0 for _, e in small)
        if above or len(small) > 1:
            inverse = Fraction(1) if above else Fraction(-1)
            merged = flat_product(
                coefficient if above else ONE, [(n, e * inverse) for n, e in small]
            )
            coefficient = ONE if above else coefficient
            small = [(merged, inverse)]
        groups[home] = small + groups[home]
    tops = [
        flat_product(ONE, group) for _, group in sorted(groups.items(), key=lambda g: sorted(g[0]))
    ]
    if len(tops) == 1:
        ((_, group),) = groups.items()
        return flat_product(coefficient, group)
    return flat_product(coefficient, [(top, ONE) for top in tops])


def flat_product(coefficient: Fraction, factors: list[tuple[Node, Fraction]]) -> Node:
    if not factors:
        return Number(str(coefficient))
    if len(factors) == 1 and coefficient == 1 and factors[0][1] == 1:
        return factors[0][0]
    return Product(coefficient, tuple(sorted(factors, key=lambda f: place(*f))))


def place(node: Node, exponent: Fraction) -> tuple[bool, int, bool, int, str]:
    """The order in a product: small before large, names before sums, cotangents before values."""
    is_name = isinstance(node, Ref)
    return (
        exponent < 0,
        len(node.labels),
        not is_name,
        first_order(node),
        "" if is_name else node.key,
    )


def first_order(node: Node) -> int:
    return min((ref.order for ref in walk(node) if isinstance(ref, Ref)), default=0)


def walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from walk(part)


def substituted(node: Node, replacements: Mapping[Node, Node]) -> Node:
    if node in replacements:
        return replacements[node]
    parts = tuple(substituted(part, replacements) for part in node.parts)
    return node.with_parts(parts) if parts else node


def total(terms: list[tuple[Fraction, Node]]) -> Node:
    """A sum in which small things are added before they meet large ones."""
    groups: dict[frozenset[int], list[tuple[Fraction, Node]]] = {}
    for coefficient, node in terms:
        groups.setdefault(node.labels, []).append((coefficient, node))
    for labels in sorted(groups, key=len):
        home = min((ls for ls in groups if labels < ls), key=len, default=None)
        if home is not None and len(groups[labels]) > 1:
            groups[home] = [*groups[home], (ONE, flat_total(groups.pop(labels)))]
    return flat_total([term for group in groups.values() for term in group])


def flat_total(terms: list[tuple[Fraction, Node]]) -> Node:
    if len(terms) == 1 and terms[0][0] == 1:
        return terms[0][1]
    return Total(tuple(sorted(terms, key=reading_order)))


def reading_order(term: tuple[Fraction, Node]) -> tuple[bool, bool, int, int]:
    """The order in a sum: what is added before what is subtracted, a one and what is short first."""
    coefficient, node = term
    return coefficient < 0, not is_one(node), node.cost, first_order(node)
