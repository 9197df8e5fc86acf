"""From NumPy text to the normal form: a table of what each operation means."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from refactorer.algebra import tensor as t
from refactorer.algebra.tensor import Tensor
from refactorer.algebra.terms import Atom, Factor, constant, function, single

COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
LOGIC: Mapping[type[ast.operator], str] = {ast.BitAnd: "&", ast.BitOr: "|"}


class Unreadable(Exception):
    """The text says something that the algebra has no meaning for; the value is then taken as it stands."""


@dataclass(frozen=True)
class Reader:
    """Reads expressions over known values; `shape_of` tells the shape of a text that it cannot read."""

    values: Mapping[str, Tensor]
    shape_of: Callable[[str], tuple[int, ...]]

    def read(self, text: str) -> Tensor:
        return self.expression(ast.parse(text, mode="eval").body)

    def expression(self, node: ast.expr) -> Tensor:
        match node:
            case ast.Name(name) if name in self.values:
                return self.values[name]
            case ast.Constant(bool() | str() | None):
                raise Unreadable
            case ast.Constant(int() | float() as value):
                return t.literal(value)
            case ast.UnaryOp(ast.USub(), operand):
                return t.negative(self.expression(operand))
            case ast.BinOp(left, operator, right):
                return self.operation(left, operator, right)
            case ast.Compare(left, [operator], [right]) if type(operator) in COMPARISONS:
                return t.applied(
                    COMPARISONS[type(operator)], self.expression(left), self.expression(right)
                )
            case ast.Call():
                return self.call(node)
            case ast.Subscript(value, index):
                return self.subscript(node, value, index)
            case ast.Attribute(value, "T"):
                array = self.expression(value)
                return t.moved(array, range(array.rank)[::-1])
            case ast.Attribute(value, "size"):
                return t.element_count(self.expression(value).shape)
        return self.opaque(node)

    def operation(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> Tensor:
        a, b = self.expression(left), self.expression(right)
        match operator:
            case ast.Add():
                return t.add(a, b)
            case ast.Sub():
                return t.subtract(a, b)
            case ast.Mult():
                return t.multiply(as_mask(a), as_mask(b))
            case ast.Div():
                return t.divide(as_mask(a), b)
            case ast.MatMult():
                return t.matmul(a, b)
            case ast.Pow():
                exponent = b.value.number()
                return t.applied("**", a, b) if exponent is None else t.raised(a, exponent)
        if type(operator) in LOGIC:
            return t.applied(LOGIC[type(operator)], a, b)
        raise Unreadable

    def call(self, node: ast.Call) -> Tensor:
        name = ast.unparse(node.func)
        if name.endswith(".astype"):
            return as_mask(self.expression(node.func.value))  # type: ignore[attr-defined]
        # a dtype keeps float32 what it is; it is no matter of values
        said = [k for k in node.keywords if k.arg and k.arg != "dtype"]
        keywords = {str(k.arg): literal_value(k.value) for k in said}
        meaning = MEANINGS.get(name)
        try:
            if meaning is not None:
                return meaning(self, *node.args, **keywords)
            if not node.keywords and is_ufunc(name):
                return t.applied(name, *map(self.expression, node.args))
        except (TypeError, ValueError) as error:  # a form of the call that the table does not list
            raise Unreadable from error
        return self.opaque(node)

    def subscript(self, node: ast.Subscript, value: ast.expr, index: ast.expr) -> Tensor:
        match value, index:
            case (
                (ast.Attribute(array, "shape") | ast.Call(ast.Attribute(_, "shape"), [array])),
                _,
            ):
                return t.element_count([self.expression(array).shape[literal_value(index)]])
        array = self.expression(value)
        items = index.elts if isinstance(index, ast.Tuple) else [index]
        if all(is_view(item) for item in items):
            return t.moved(array, new_axes(array.rank, items))
        return self.opaque(node)

    def opaque(self, node: ast.expr) -> Tensor:
        """A call of which only the text is known: the parts that can be read are its arguments."""
        text = ast.unparse(node)
        template, parts = self.template(node)
        if not parts:
            raise Unreadable
        shape = self.shape_of(text)
        labels = tuple(k for k in range(len(shape)) if shape[-1 - k] != 1)
        name = "|".join([template, str(shape), *(str(part.shape) for part in parts)])
        extents = tuple(shape[-1 - k] for k in labels)
        atom = Atom("opaque", name, tuple(part.value for part in parts), extents)
        return Tensor(single(Factor(atom, labels)), shape)

    def template(self, node: ast.expr) -> tuple[str, list[Tensor]]:
        """The text with a mark in place of each array in it, and those arrays."""
        parts: list[Tensor] = []

        def replaced(child: ast.expr) -> ast.expr:
            if isinstance(child, (ast.Name, ast.BinOp, ast.Call)):
                try:
                    parts.append(self.expression(child))
                except Unreadable:
                    return child
                return ast.Name(f"@{len(parts) - 1}")
            return child

        match node:
            case ast.Call(func, args, keywords):
                marked: ast.expr = ast.Call(func, [replaced(a) for a in args], keywords)
            case ast.Subscript(value, index):
                marked = ast.Subscript(replaced(value), index)
            case _:
                raise Unreadable
        return ast.unparse(marked), parts


def as_mask(value: Tensor) -> Tensor:
    """A condition that is multiplied chooses; it is kept apart from numbers."""
    match value.value.terms:
        case [(monomial, coefficient)] if coefficient == 1 and len(monomial.powers) == 1:
            factor, _ = monomial.powers[0]
            if factor.atom.kind == "apply" and factor.atom.name in {
                *COMPARISONS.values(),
                *LOGIC.values(),
            }:
                return Tensor(single(function("mask", "", (value.value,))), value.shape)
    return value


def literal_value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise Unreadable from error


def is_ufunc(name: str) -> bool:
    module, _, function_name = name.partition(".")
    ufunc = getattr(np, function_name, None)
    return (
        module == "np"
        and isinstance(ufunc, np.ufunc)
        and ufunc.nout == 1
        and ufunc.signature is None
    )


def is_view(item: ast.expr) -> bool:
    match item:
        case ast.Constant(None) | ast.Slice(None, None, None) | ast.Attribute(_, "newaxis"):
            return True
        case ast.Constant(value):
            return value is Ellipsis
    return False


def new_axes(rank: int, items: list[ast.expr]) -> list[int | None]:
    """The axes of X[:, None], X[..., None] and the like, from the left."""
    order: list[int | None] = []
    axis = 0
    slices = sum(isinstance(item, ast.Slice) for item in items)
    for item in items:
        match item:
            case ast.Slice():
                order.append(axis)
                axis += 1
            case ast.Constant(value) if value is Ellipsis:
                order.extend(range(axis, rank - slices + axis))
                axis = rank - slices + axis
            case _:
                order.append(None)
    return [*order, *range(axis, rank)]


def all_axes(array: Tensor, axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    if axis is None or not array.rank:
        return tuple(range(array.rank))
    return tuple(a % array.rank for a in ((axis,) if isinstance(axis, int) else axis))


def reduction(
    operation: Callable[[Tensor, tuple[int, ...], bool], Tensor],
) -> Callable[..., Tensor]:
    def meaning(
        reader: Reader,
        a: ast.expr,
        *,
        axis: int | tuple[int, ...] | None = None,
        keepdims: bool = False,
    ) -> Tensor:
        array = as_mask(reader.expression(a))
        return operation(array, all_axes(array, axis), keepdims)

    return meaning


def norm(array: Tensor, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    return t.raised(t.total(t.raised(array, Fraction(2)), axes, keepdims), Fraction(1, 2))


def variance(array: Tensor, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    centred = t.subtract(array, t.mean(array, axes, keepdims=True))
    return t.mean(t.raised(centred, Fraction(2)), axes, keepdims)


def deviation(array: Tensor, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    return t.raised(variance(array, axes, keepdims), Fraction(1, 2))


def operands(operation: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return lambda reader, *nodes: operation(*map(reader.expression, nodes))


def to_power(exponent: Fraction) -> Callable[..., Tensor]:
    return operands(lambda a: t.raised(a, exponent))


def transpose(reader: Reader, a: ast.expr, axes: Any = None) -> Tensor:
    array = reader.expression(a)
    order = literal_value(axes) if isinstance(axes, ast.expr) else axes
    return t.moved(array, order or range(array.rank)[::-1])


def expand_dims(reader: Reader, a: ast.expr, axis: Any) -> Tensor:
    array = reader.expression(a)
    axes = literal_value(axis) if isinstance(axis, ast.expr) else axis
    axes = (axes,) if isinstance(axes, int) else axes
    rank = array.rank + len(axes)
    new = {axis % rank for axis in axes}
    old = iter(range(array.rank))
    return t.moved(array, [None if i in new else next(old) for i in range(rank)])


def squeeze(reader: Reader, a: ast.expr, axis: Any = None) -> Tensor:
    array = reader.expression(a)
    axes = literal_value(axis) if isinstance(axis, ast.expr) else axis
    gone = (
        [i for i, n in enumerate(array.shape) if n == 1] if axes is None else all_axes(array, axes)
    )
    return t.squeeze(array, gone)


def reshape(reader: Reader, a: ast.expr, shape: ast.expr) -> Tensor:
    """Only a reshape that adds or drops axes of length one is a matter of labels."""
    array = reader.expression(a)
    wanted = reader.shape_of(f"np.reshape({ast.unparse(a)}, {ast.unparse(shape)})")
    long = [i for i, n in enumerate(array.shape) if n != 1]
    if [array.shape[i] for i in long] != [n for n in wanted if n != 1]:
        return reader.opaque(
            ast.parse(f"np.reshape({ast.unparse(a)}, {ast.unparse(shape)})", mode="eval").body
        )
    axes = iter(long)
    return t.moved(array, [None if n == 1 else next(axes) for n in wanted])


def broadcast_to(reader: Reader, a: ast.expr, shape: ast.expr) -> Tensor:
    text = f"np.broadcast_to({ast.unparse(a)}, {ast.unparse(shape)})"
    return t.broadcast(reader.expression(a), reader.shape_of(text))


def filled(value: int) -> Callable[..., Tensor]:
    def meaning(reader: Reader, a: ast.expr) -> Tensor:
        return Tensor(constant(value), reader.expression(a).shape)

    return meaning


def full_like(reader: Reader, a: ast.expr, fill: ast.expr) -> Tensor:
    return t.broadcast(reader.expression(fill), reader.expression(a).shape)


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
    return t.total(t.multiply(a, b), range(a.rank), keepdims=False)


MEANINGS: Mapping[str, Callable[..., Tensor]] = {
    "np.add": operands(t.add),
    "np.subtract": operands(t.subtract),
    "np.multiply": operands(lambda a, b: t.multiply(as_mask(a), as_mask(b))),
    "np.divide": operands(t.divide),
    "np.true_divide": operands(t.divide),
    "np.negative": operands(t.negative),
    "np.square": to_power(Fraction(2)),
    "np.reciprocal": to_power(Fraction(-1)),
    "np.sqrt": to_power(Fraction(1, 2)),
    "np.power": lambda reader, a, b: reader.operation(a, ast.Pow(), b),
    "np.sum": reduction(t.total),
    "np.mean": reduction(t.mean),
    "np.var": reduction(variance),
    "np.std": reduction(deviation),
    "np.linalg.norm": reduction(norm),
    "np.where": operands(t.where),
    "np.matmul": operands(t.matmul),
    "np.dot": operands(dot),
    "np.outer": operands(outer),
    "np.vdot": operands(vdot),
    "np.transpose": transpose,
    "np.expand_dims": expand_dims,
    "np.squeeze": squeeze,
    "np.reshape": reshape,
    "np.broadcast_to": broadcast_to,
    "np.zeros_like": filled(0),
    "np.ones_like": filled(1),
    "np.full_like": full_like,
    "np.size": lambda reader, a: t.element_count(reader.expression(a).shape),
}
