"""Products, sums and functions of arrays, element by element."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from refactorer.algebra.index_notation.nodes import Node, Ref, is_one, operation
from refactorer.algebra.once import cached_property

SQUARES = (4, 25)  # of a number and of a named column: less than a name for the square
NESTED_SUM = (5, 15)  # of work for the reader: one of numbers, one of arrays


@dataclass(frozen=True, eq=False)
class Product(Node):
    """coefficient * numerators / denominators, each to a power, all at the rank of the whole."""

    coefficient: Fraction
    factors: tuple[tuple[Node, Fraction], ...]

    @cached_property
    def parts(self) -> tuple[Node, ...]:
        return tuple(node for node, _ in self.factors)

    @cached_property
    def own_cost(self) -> int:
        each = operation(self.labels)
        above = any(e.numerator > 0 for _, e in self.factors)
        steps = len(self.factors) - above + (above and self.coefficient not in (1, -1))
        nested = sum(isinstance(node, Total) and node.is_level for node, _ in self.factors)
        powers = sum(power_cost(node, e) for node, e in self.factors)
        return steps * each + nested * NESTED_SUM[bool(self.labels)] + powers

    @property
    def mark(self) -> object:
        return self.coefficient, tuple(e for _, e in self.factors)

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        exponents = (e for _, e in self.factors)
        return replace(self, factors=tuple(zip(parts, exponents, strict=True)))


def power_cost(node: Node, exponent: Fraction) -> int:
    """What it costs to raise to a power, or to divide by that."""
    if exponent in (1, -1):
        return 0
    is_square = exponent in (2, -2)
    if is_square and not node.labels:
        return SQUARES[0]
    is_column = isinstance(node, Ref) and len(node.labels) == 1 and None in node.layout
    return SQUARES[1] if is_square and is_column else operation(node.labels)


@dataclass(frozen=True, eq=False)
class Total(Node):
    """The sum of coefficient * part."""

    terms: tuple[tuple[Fraction, Node], ...]

    @cached_property
    def parts(self) -> tuple[Node, ...]:
        return tuple(node for _, node in self.terms)

    @property
    def own_cost(self) -> int:
        scaled = sum(
            operation(node.labels)
            for c, node in self.terms
            if c not in (1, -1) and not is_one(node)
        )
        negated = all(c.numerator < 0 for c, _ in self.terms)
        return (len(self.terms) - 1 + negated) * operation(self.labels) + scaled

    @property
    def is_level(self) -> bool:
        """Whether each term runs along all axes, so that a number meets each at one price."""
        return all(node.labels == self.labels for _, node in self.terms)

    @property
    def is_negative(self) -> bool:
        return all(c.numerator < 0 for c, _ in self.terms)

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
    """One where a condition holds, or where it does not, else zero, in the dtype of an array."""

    condition: Node
    holds: bool
    like: str

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.condition,)

    @property
    def is_cast(self) -> bool:
        """Whether it is the condition itself in another dtype."""
        return self.holds and bool(self.labels) and bool(self.like)

    @property
    def own_cost(self) -> int:
        return (1 if self.holds else 2) * operation(self.labels)

    @property
    def mark(self) -> object:
        return self.holds, self.like

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        return replace(self, condition=parts[0])
