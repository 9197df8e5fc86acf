"""The ways to write a sum over labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from refactorer.algebra.index_notation.nodes import Node, operation
from refactorer.algebra.once import cached_property


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


@dataclass(frozen=True, eq=False)
class Averaged(Reduced):
    """np.mean(a, axis=...); `count` is how many there are, where a text says that."""

    count: tuple[tuple[Node, Fraction], ...] = ()

    @property
    def total(self) -> Reduced:
        """The sum of which it is the mean."""
        return Reduced(self.operands, self.bound)


class Matmul(Summation):
    """a @ b."""

    @cached_property
    def natural(self) -> tuple[int, ...]:
        labels = (label for part in self.operands for label in part.natural)
        return tuple(label for label in labels if label not in self.bound)


class Trace(Summation):
    """np.trace(a)."""

    @property
    def own_cost(self) -> int:
        return operation(frozenset(self.bound[:1]))


class Inner(Summation):
    """np.vdot(a, b): all of a times all of b."""


class Einsum(Summation):
    """np.einsum, where nothing plainer says it."""

    @property
    def own_cost(self) -> int:
        """Of three and more it multiplies each with each, along all labels at once."""
        everything = frozenset().union(*(part.labels for part in self.operands))
        return operation(everything) * (len(self.operands) - 1) + 50
