"""What NumPy's functions mean in the algebra, by name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

from refactorer.algebra.normal_form import tensor as t
from refactorer.algebra.normal_form.tensor import Tensor
from refactorer.algebra.normal_form.terms import constant
from refactorer.algebra.reading.syntax import Unreadable, literal_value

HALF = Fraction(1, 2)
Axes: TypeAlias = int | tuple[int, ...] | None


class Reads(Protocol):
    """Who reads the arguments of a call."""

    @property
    def shape_of(self) -> Callable[[str], tuple[int, ...]]: ...

    @property
    def numbers(self) -> Collection[str]: ...

    def expression(self, node: ast.expr) -> Tensor: ...

    def opaque(self, node: ast.expr) -> Tensor: ...


Meaning: TypeAlias = Callable[..., Tensor]  # of who reads, and of the arguments as they are written


def of_values(operation: Meaning) -> Meaning:
    """A function of nothing but values."""
    return lambda reads, *nodes: operation(*map(reads.expression, nodes))


def to_power(exponent: Fraction) -> Meaning:
    return of_values(lambda a: t.raised(a, exponent))


def all_axes(array: Tensor, axis: Axes) -> tuple[int, ...]:
    """The axes that are meant, counted from the left."""
    if axis is None or not array.rank:
        return tuple(range(array.rank))
    return tuple(a % array.rank for a in ((axis,) if isinstance(axis, int) else axis))


def reduction(operation: Callable[[Tensor, Sequence[int], bool], Tensor]) -> Meaning:
    """A function that takes axes away, or leaves them with length one."""

    def meaning(reads: Reads, a: ast.expr, *, axis: Axes = None, keepdims: bool = False) -> Tensor:
        array = t.as_mask(reads.expression(a))
        return operation(array, all_axes(array, axis), keepdims)

    return meaning


def norm(array: Tensor, axes: Sequence[int], keepdims: bool) -> Tensor:
    return t.raised(t.total(t.raised(array, Fraction(2)), axes, keepdims), HALF)


def variance(array: Tensor, axes: Sequence[int], keepdims: bool) -> Tensor:
    centred = t.subtract(array, t.mean(array, axes, keepdims=True))
    return t.mean(t.raised(centred, Fraction(2)), axes, keepdims)


def deviation(array: Tensor, axes: Sequence[int], keepdims: bool) -> Tensor:
    return t.raised(variance(array, axes, keepdims), HALF)


def with_axes(operation: Callable[..., Tensor]) -> Meaning:
    """A function of an array and of literals that say which axes go where."""

    def meaning(reads: Reads, a: ast.expr, *places: ast.expr, **named: Any) -> Tensor:
        said = [*map(literal_value, places), *named.values()] or [None]
        return operation(reads.expression(a), *said)

    return meaning


def transpose(array: Tensor, axes: Sequence[int] | None) -> Tensor:
    return t.moved(array, axes or range(array.rank)[::-1])


def expand_dims(array: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    axes = (axis,) if isinstance(axis, int) else axis
    rank = array.rank + len(axes)
    new = {axis % rank for axis in axes}
    old = iter(range(array.rank))
    return t.moved(array, [None if i in new else next(old) for i in range(rank)])


def swapaxes(array: Tensor, first: int, second: int) -> Tensor:
    order = [*range(array.rank)]
    order[first], order[second] = order[second], order[first]
    return t.moved(array, order)


def moveaxis(array: Tensor, source: int, destination: int) -> Tensor:
    order = [axis for axis in range(array.rank) if axis != source % array.rank]
    order.insert(destination % array.rank, source % array.rank)
    return t.moved(array, order)


def squeeze(array: Tensor, axis: Axes) -> Tensor:
    ones = [i for i, n in enumerate(array.shape) if n == 1]
    return t.squeeze(array, ones if axis is None else all_axes(array, axis))


def reshape(reads: Reads, a: ast.expr, shape: ast.expr) -> Tensor:
    """Only a reshape that adds or drops axes of length one is a matter of labels.

    What is the same everywhere is so in any shape.
    """
    array, text = reads.expression(a), f"np.reshape({ast.unparse(a)}, {ast.unparse(shape)})"
    wanted = reads.shape_of(text)
    if not array.value.labels:
        return t.broadcast(Tensor(array.value), wanted)
    long = [i for i, n in enumerate(array.shape) if n != 1]
    if [array.shape[i] for i in long] != [n for n in wanted if n != 1]:
        return reads.opaque(ast.parse(text, mode="eval").body)
    axes = iter(long)
    return t.moved(array, [None if n == 1 else next(axes) for n in wanted])


def broadcast_to(reads: Reads, a: ast.expr, shape: ast.expr) -> Tensor:
    text = f"np.broadcast_to({ast.unparse(a)}, {ast.unparse(shape)})"
    return t.broadcast(reads.expression(a), reads.shape_of(text))


def filled(value: int) -> Meaning:
    return of_values(lambda a: Tensor(constant(value), a.shape))


def full_like(a: Tensor, fill: Tensor) -> Tensor:
    return t.broadcast(fill, a.shape)


def power(base: Tensor, exponent: Tensor) -> Tensor:
    number = exponent.value.number()
    return t.applied("**", base, exponent) if number is None else t.raised(base, number)


def dot(a: Tensor, b: Tensor) -> Tensor:
    if not a.shape or not b.shape:
        return t.multiply(a, b)
    if max(a.rank, b.rank) > 2:
        raise Unreadable
    return t.matmul(a, b)


def outer(a: Tensor, b: Tensor) -> Tensor:
    if (a.rank, b.rank) != (1, 1):
        raise Unreadable
    return t.multiply(t.moved(a, [0, None]), b)


def vdot(a: Tensor, b: Tensor) -> Tensor:
    if a.shape != b.shape:
        raise Unreadable
    return t.total(t.multiply(a, b), range(a.rank), keepdims=False)


def diag(reads: Reads, a: ast.expr) -> Tensor:
    """A number all along a diagonal is that number times the identity."""
    array = reads.expression(a)
    if array.rank == 1 and not array.value.labels:
        return t.multiply(Tensor(array.value), t.identity(*array.shape))
    return reads.opaque(ast.Call(ast.parse("np.diag", mode="eval").body, [a], []))


def eye(reads: Reads, *counts: ast.expr, k: int = 0) -> Tensor:
    """Ones on the diagonal of a square matrix."""
    rows, columns = reads.shape_of(f"np.eye({', '.join(map(ast.unparse, counts))})")
    if rows != columns or k != 0:
        raise Unreadable
    return t.identity(rows)


def where(reads: Reads, condition: ast.expr, yes: ast.expr, no: ast.expr) -> Tensor:
    """A choice; numbers that choose need not be ones and zeros, as a mask is in the algebra."""
    if isinstance(condition, ast.Name) and condition.id in reads.numbers:
        raise Unreadable
    return t.where(*map(reads.expression, (condition, yes, no)))


MEANINGS: Mapping[str, Meaning] = {
    "np.add": of_values(t.add),
    "np.subtract": of_values(t.subtract),
    "np.multiply": of_values(t.multiply),
    "np.divide": of_values(t.divide),
    "np.true_divide": of_values(t.divide),
    "np.negative": of_values(t.negative),
    "np.power": of_values(power),
    "np.square": to_power(Fraction(2)),
    "np.reciprocal": to_power(Fraction(-1)),
    "np.sqrt": to_power(HALF),
    "np.sum": reduction(t.total),
    "np.mean": reduction(t.mean),
    "np.var": reduction(variance),
    "np.std": reduction(deviation),
    "np.linalg.norm": reduction(norm),
    "np.where": where,
    "np.matmul": of_values(t.matmul),
    "np.dot": of_values(dot),
    "np.diag": diag,
    "np.eye": eye,
    "np.outer": of_values(outer),
    "np.vdot": of_values(vdot),
    "np.transpose": with_axes(transpose),
    "np.expand_dims": with_axes(expand_dims),
    "np.moveaxis": with_axes(moveaxis),
    "np.swapaxes": with_axes(swapaxes),
    "np.squeeze": with_axes(squeeze),
    "np.reshape": reshape,
    "np.broadcast_to": broadcast_to,
    "np.zeros_like": filled(0),
    "np.ones_like": filled(1),
    "np.full_like": of_values(full_like),
    "np.size": of_values(lambda a: t.element_count(a.shape)),
}
