"""From NumPy text to the normal form."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from refactorer.algebra.index_notation.linear import GROWING, LINEAR
from refactorer.algebra.normal_form import tensor as t
from refactorer.algebra.normal_form.conditions import TURNED
from refactorer.algebra.normal_form.products import common_part
from refactorer.algebra.normal_form.tensor import Tensor
from refactorer.algebra.normal_form.terms import Atom, Monomial, Polynomial
from refactorer.algebra.reading.meanings import MEANINGS
from refactorer.algebra.reading.syntax import (
    COMPARISONS,
    LOGIC,
    Unreadable,
    is_ufunc,
    items,
    kept_axes,
    literal_value,
)

OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Mult: "np.multiply",
    ast.Div: "np.divide",
    ast.MatMult: "np.matmul",
    ast.Pow: "np.power",
}


def terms(node: ast.expr) -> Iterator[tuple[int, ast.expr]]:
    """The terms of a sum as it is written, each with its sign, the last first."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield 1 if isinstance(node.op, ast.Add) else -1, node.right
        node = node.left
    yield 1, node


HELD = "@"  # no name of a program


@dataclass(frozen=True)
class Reader:
    """Reads expressions over known values; raises Unreadable for what the algebra cannot express.

    `shape_of` returns the shape of a call that the algebra does not know by name. `numbers` are
    names of what is no mask.
    """

    values: Mapping[str, Tensor]
    shape_of: Callable[[str], tuple[int, ...]]
    numbers: Collection[str] = ()

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
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return t.added([(sign, self.expression(term)) for sign, term in terms(node)])
            case ast.BinOp(left, operator, right):
                return self.operation(left, operator, right)
            case ast.Compare(left, [operator], [right]) if type(operator) in COMPARISONS:
                return self.comparison(COMPARISONS[type(operator)], left, right)
            case ast.Call():
                return self.call(node)
            case ast.Subscript():
                return self.subscript(node)
            case ast.Attribute(ast.Name("np"), "pi" | "e"):
                return t.named(ast.unparse(node))
            case ast.Attribute(value, "T"):
                return MEANINGS["np.transpose"](self, value)
            case ast.Attribute(value, "size"):
                return MEANINGS["np.size"](self, value)
        return self.opaque(node)

    def operation(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> Tensor:
        if type(operator) in OPERATORS:
            return MEANINGS[OPERATORS[type(operator)]](self, left, right)
        if type(operator) in LOGIC:
            return self.applied(LOGIC[type(operator)], left, right)
        raise Unreadable

    def applied(self, function: str, *operands: ast.expr) -> Tensor:
        return t.applied(function, *map(self.expression, operands))

    def comparison(self, function: str, left: ast.expr, right: ast.expr) -> Tensor:
        """A comparison with a number has the number on the right."""
        if isinstance(left, ast.Constant):
            left, right, function = right, left, function.translate(TURNED)
        return self.applied(function, left, right)

    def call(self, node: ast.Call) -> Tensor:
        match node.func:
            case ast.Attribute(value, "astype"):
                return t.as_mask(self.expression(value))
        name = ast.unparse(node.func)
        # a dtype keeps float32 what it is; it is no matter of values
        said = [k for k in node.keywords if k.arg and k.arg != "dtype"]
        keywords = {str(k.arg): literal_value(k.value) for k in said}
        try:
            if name in MEANINGS:
                return MEANINGS[name](self, *node.args, **keywords)
            if not node.keywords and is_ufunc(name):
                return self.applied(name, *node.args)
        except (TypeError, ValueError) as error:  # a form of the call that the table does not list
            raise Unreadable from error
        return self.opaque(node)

    def subscript(self, node: ast.Subscript) -> Tensor:
        match node:
            case ast.Subscript(ast.Attribute(array, "shape"), index) | ast.Subscript(
                ast.Call(ast.Attribute(_, "shape"), [array]), index
            ):
                return t.element_count([self.expression(array).shape[literal_value(index)]])
        value = self.expression(node.value)
        order = kept_axes(value.shape, items(node.slice))
        return self.opaque(node) if order is None else t.moved(value, order)

    def opaque(self, node: ast.expr) -> Tensor:
        """A call of which only the text is known: the parts that can be read are its arguments.

        A linear one is left without the number that its operand is multiplied by.
        """
        shape = self.shape_of(ast.unparse(node))
        match node:
            case ast.Call(func, args, keywords) if len(args) > LINEAR.get(ast.unparse(func), 9):
                place = LINEAR[ast.unparse(func)]
                scale, rest = self.scaled(args[place], grows=ast.unparse(func) in GROWING)
                if is_inverse(func, rest):
                    return t.multiply(scale, self.inverse(args[0]))
                held = replace(self, values={**self.values, HELD: rest})
                others = [*args[:place], ast.Name(HELD), *args[place + 1 :]]
                return t.multiply(scale, held.whole(ast.Call(func, others, keywords), shape))
        return self.whole(node, shape)

    def scaled(self, operand: ast.expr, grows: bool) -> tuple[Tensor, Tensor]:
        """An operand as a number times what is left of it; only a mere number where it grows."""
        operand_value = self.expression(operand)
        value, shape = operand_value.value, operand_value.shape
        match operand:
            case ast.Call(ast.Attribute(_, "full_like"), [array, _]) if not value.labels:
                text = f"np.ones_like({ast.unparse(array)})"
                return Tensor(value), self.whole(ast.parse(text, mode="eval").body, shape)
        if grows or not value.labels:  # with one entry alone, nothing would be left of it
            return t.literal(1), operand_value
        content, common = common_part(value)
        numbers = Monomial.of({f: e for f, e in common.powers if not f.labels})
        rest = Tensor(value.scaled(1 / content, numbers**-1), shape)
        return Tensor(Polynomial.of([(numbers, content)])), rest

    def inverse(self, matrix: ast.expr) -> Tensor:
        """The inverse of a matrix; of one that is turned, as the inverse that is turned."""
        match matrix:
            case ast.Attribute(own, "T"):
                return t.moved(self.inverse(own), [1, 0])
        return self.opaque(ast.Call(ast.parse("np.linalg.inv", mode="eval").body, [matrix], []))

    def whole(self, node: ast.expr, shape: tuple[int, ...]) -> Tensor:
        """A call as it stands."""
        template, parts = self.template(node)
        if not parts:
            raise Unreadable
        name = "|".join([template, str(shape), *(str(part.shape) for part in parts)])
        return t.lone(Atom("opaque", name, tuple(part.value for part in parts)), shape)

    def template(self, node: ast.expr) -> tuple[str, list[Tensor]]:
        """The text with a mark in place of each array in it, and those arrays."""
        parts: list[Tensor] = []

        def replaced(child: ast.expr) -> ast.expr:
            if isinstance(child, ast.List):
                return ast.List([*map(replaced, child.elts)])
            if isinstance(child, (ast.Name, ast.BinOp, ast.Call)) or is_turned(child):
                try:
                    part = self.expression(child)
                except Unreadable:
                    return child
                if not part.is_full:
                    raise Unreadable("what is read as a whole must be spread out")
                parts.append(part)
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


def is_inverse(function: ast.expr, operand: Tensor) -> bool:
    """Whether a system is solved for each column of the identity."""
    square = operand.rank == 2 and ast.unparse(function) == "np.linalg.solve"
    return square and operand.value == t.identity(operand.shape[0]).value


def is_turned(node: ast.expr) -> bool:
    """Whether it is a matrix transposed, or the negative of something and no literal."""
    match node:
        case ast.Attribute(_, "T"):
            return True
        case ast.UnaryOp(ast.USub(), operand):
            return not isinstance(operand, ast.Constant)
    return False
