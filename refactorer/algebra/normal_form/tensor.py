"""A value in normal form with its NumPy shape, and what NumPy's operations do to both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

import numpy as np

from refactorer.algebra.normal_form import conditions
from refactorer.algebra.normal_form.layouts import laid_out, long
from refactorer.algebra.normal_form.powers import power
from refactorer.algebra.normal_form.products import function, multiplied, size
from refactorer.algebra.normal_form.sums import sum_over
from refactorer.algebra.normal_form.terms import (
    ONE,
    Atom,
    Factor,
    Monomial,
    Polynomial,
    constant,
    single,
)

BOUND = 1000  # labels from here on are bound by the operation in hand


@dataclass(frozen=True)
class Tensor:
    """A value and its shape: it runs along label k only if axis -1-k is longer than one."""

    value: Polynomial
    shape: tuple[int, ...] = ()

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def is_full(self) -> bool:
        """Whether it runs along all axes of its shape."""
        return self.value.labels == set(long(laid_out(self.shape)))


@cache
def leaf(name: str, shape: tuple[int, ...], kind: str = "value") -> Tensor:
    """A name of the program; what is the same for all plans is made once."""
    return lone(Atom(kind, name), shape)


def narrowed(name: str, value: Tensor) -> Tensor:
    """A name that holds a value along the axes that it runs along and no others."""
    extents = value.value.extents
    shape = tuple(extents.get(k, 1) for k in range(max(extents, default=-1), -1, -1))
    return leaf(name, shape, "test" if conditions.is_test(value.value) else "value")


def held(name: str, value: Tensor) -> Tensor:
    """A name in place of the value that it holds, in the shape of that."""
    return replace(narrowed(name, value), shape=value.shape)


def lone(atom: Atom, shape: tuple[int, ...]) -> Tensor:
    """An atom that fills a shape; slot i of it is its i-th long axis from the right."""
    labels = long(laid_out(shape))[::-1]
    extents = tuple(shape[-1 - label] for label in labels)
    return Tensor(single(Factor(replace(atom, extents=extents), labels)), shape)


def named(text: str) -> Tensor:
    """A number that has a name."""
    return Tensor(single(Factor(Atom("number", text))))


def literal(value: float | int) -> Tensor:
    """A number: exact where it is a small fraction, else an atom, so that no digit changes."""
    exact = Fraction(value)
    if exact.denominator <= 64 and abs(exact.numerator) <= 4096:
        return Tensor(constant(exact))
    text = repr(abs(value))
    return Tensor(named(text).value.scaled(Fraction(1 if value > 0 else -1)))


def elementwise(operation: Callable[..., Polynomial], *operands: Tensor) -> Tensor:
    """Labels count from the right, so that broadcasting asks for nothing."""
    shape = np.broadcast_shapes(*(t.shape for t in operands))
    return Tensor(operation(*(t.value for t in operands)), shape)


def added(parts: Sequence[tuple[int, Tensor]]) -> Tensor:
    """A sum of many, each with its sign."""
    shape = np.broadcast_shapes(*(tensor.shape for _, tensor in parts))
    terms = ((m, sign * c) for sign, tensor in parts for m, c in tensor.value.terms)
    return Tensor(Polynomial.of(terms), shape)


def add(a: Tensor, b: Tensor) -> Tensor:
    return added([(1, a), (1, b)])


def subtract(a: Tensor, b: Tensor) -> Tensor:
    return added([(1, a), (-1, b)])


def multiply(a: Tensor, b: Tensor) -> Tensor:
    return elementwise(multiplied, as_mask(a), as_mask(b))


def divide(a: Tensor, b: Tensor) -> Tensor:
    return elementwise(lambda x, y: multiplied(x, power(y, -ONE)), as_mask(a), b)


def raised(a: Tensor, exponent: Fraction) -> Tensor:
    return Tensor(power(a.value, exponent), a.shape)


def negative(a: Tensor) -> Tensor:
    return Tensor(-a.value, a.shape)


def applied(name: str, *operands: Tensor, kind: str = "apply") -> Tensor:
    """An elementwise function that the algebra knows by name only."""
    return elementwise(lambda *values: single(function(kind, name, values)), *operands)


def where(condition: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    return elementwise(conditions.where, condition, yes, no)


def as_mask(a: Tensor) -> Tensor:
    """A condition that is multiplied or summed counts as one or zero."""
    return Tensor(conditions.as_mask(a.value), a.shape)


def total(a: Tensor, axes: Sequence[int], keepdims: bool) -> Tensor:
    """The sum over axes, counted from the left."""
    bound = {a.rank - 1 - axis: BOUND + axis for axis in axes}
    extents = {BOUND + axis: a.shape[axis] for axis in axes if a.shape[axis] != 1}
    value = sum_over(a.value.relabel(bound), extents)
    kept = Tensor(value, tuple(1 if i in axes else n for i, n in enumerate(a.shape)))
    return kept if keepdims else squeeze(kept, axes)


def mean(a: Tensor, axes: Sequence[int], keepdims: bool) -> Tensor:
    summed = total(a, axes, keepdims)
    count = lengths([a.shape[axis] for axis in axes])
    return Tensor(summed.value.scaled(ONE, count**-1), summed.shape)


def squeeze(a: Tensor, axes: Sequence[int]) -> Tensor:
    kept = [axis for axis in range(a.rank) if axis not in axes]
    return moved(a, kept)


def moved(a: Tensor, order: Sequence[int | None]) -> Tensor:
    """The axes in another order, from the left, None for a new axis of length one.

    What is left out has length one.
    """
    labels = {
        a.rank - 1 - axis: len(order) - 1 - i for i, axis in enumerate(order) if axis is not None
    }
    shape = tuple(1 if axis is None else a.shape[axis] for axis in order)
    return Tensor(a.value.relabel(labels), shape)


def broadcast(a: Tensor, shape: tuple[int, ...]) -> Tensor:
    return Tensor(a.value, np.broadcast_shapes(a.shape, shape))


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """a @ b as a sum of products over the last axis of a and the last but one of b."""
    left = moved(a, [None, 0]) if a.rank == 1 else a
    right = moved(b, [0, None]) if b.rank == 1 else b
    inner = left.shape[-1]
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    product = multiplied(left.value.relabel({0: BOUND}), right.value.relabel({1: BOUND}))
    value = sum_over(product, {BOUND: inner} if inner != 1 else {})
    full = Tensor(value, (*batch, left.shape[-2], right.shape[-1]))
    gone = [full.rank - 2] * (a.rank == 1) + [full.rank - 1] * (b.rank == 1)
    return squeeze(full, gone)


def identity(extent: int) -> Tensor:
    """Ones on the diagonal of a square matrix."""
    return lone(Atom("eye", ""), (extent, extent))


def element_count(shape: Sequence[int]) -> Tensor:
    """The number of elements, as a product of lengths; axes of length one count for nothing."""
    return Tensor(Polynomial.of([(lengths(shape), ONE)]))


def lengths(shape: Sequence[int]) -> Monomial:
    powers = Monomial()
    for extent in shape:
        if extent != 1:
            powers = powers * Monomial.of({size(extent): ONE})
    return powers
