"""Expressions of the user's, read as operations of the dialect on names and literals."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from refactorer.primal.calls import call, settled, spelled
from refactorer.primal.dialect import ATTRIBUTES, METHODS, OPERATORS, TAKES_A_TUPLE
from refactorer.primal.lookup import Lookup
from refactorer.primal.refusals import INLINE, MOVE_OUT, not_taken, refused
from refactorer.primal.surroundings import is_literal


@dataclass(frozen=True)
class Reader(Lookup):
    """Reads one expression after the other, and writes the lines that their parts need."""

    def operand(self, node: ast.expr) -> ast.expr:
        """Return the operand that holds the value of an expression, after writing what it needs."""
        found = self.operation(node)
        found = self.written.held(found)
        self.written.mark(node, found)
        return found

    def operation(self, node: ast.expr) -> ast.expr:
        """Return an expression as one operation on operands, or as an operand."""
        path = self.path(node)
        if path:
            self.mark_reads(node)
            return self.of_module(path)
        match node:
            case ast.Constant():
                return node
            case ast.Name():
                return self.name(node)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return type(node)([self.operand(part) for part in parts])
            case ast.Slice(lower=lower, upper=upper, step=step):
                return ast.Slice(*(part and self.operand(part) for part in (lower, upper, step)))
        return self.computed(node)

    def computed(self, node: ast.expr) -> ast.expr:
        """Return an expression that is no operand by itself."""
        match node:
            case ast.UnaryOp(op=op, operand=inner):
                return unary(op, self.operand(inner))
            case ast.BinOp(left=left, op=operator, right=right):
                return binary(self.operand(left), operator, self.operand(right))
            case ast.Compare():
                return self.comparison(node)
            case ast.Subscript():
                return self.part(node)
            case ast.Attribute(value=value, attr=attribute) if attribute in ATTRIBUTES:
                return self.called(node, ATTRIBUTES[attribute], [self.operand(value)], [])
            case ast.Call():
                return self.call(node)
        raise not_taken(self.target, node)

    def comparison(self, node: ast.Compare) -> ast.expr:
        """Return a comparison; each pair of a chain is compared on a line of its own."""
        operands = [self.operand(part) for part in (node.left, *node.comparators)]
        rows = zip(operands, node.ops, operands[1:], strict=False)
        tests: list[ast.expr] = [ast.Compare(left, [op], [right]) for left, op, right in rows]
        return reduce(self.both, tests)

    def both(self, left: ast.expr, right: ast.expr) -> ast.expr:
        """Return the conjunction of two tests."""
        return settled("np.logical_and", [self.written.held(left), self.written.held(right)], {})

    def part(self, node: ast.Subscript) -> ast.expr:
        """Return a subscript of a name, a size out of a shape, or the element of a tuple."""
        whole = self.operation(node.value)
        index = self.written.literal(self.operand(node.slice))
        if isinstance(whole, ast.Tuple | ast.List) and is_integer(index):
            return whole.elts[int(ast.literal_eval(index))]
        if isinstance(whole, ast.Attribute):
            raise not_taken(self.target, node)
        if not is_shape(whole):
            whole = self.written.held(whole)
            self.written.mark(node.value, whole)
        return ast.Subscript(whole, index)

    def call(self, node: ast.Call) -> ast.expr:
        """Return a call of a function or a method."""
        path = self.path(node.func)
        if path:
            self.mark_reads(node.func)
            return self.called(node, path, self.operands(node.args), node.keywords)
        match node.func:
            case ast.Attribute(value=value, attr=method) if method in METHODS:
                packed = method in TAKES_A_TUPLE and len(node.args) > 1
                arguments = [ast.Tuple(node.args)] if packed else node.args
                operands = self.operands([value, *arguments])
                return self.called(node, METHODS[method], operands, node.keywords)
            case ast.Name(id=name) if name not in self.written.values:
                raise refused(self.target, node, f"a call of `{name}` is not taken", INLINE)
        raise not_taken(self.target, node)

    def called(
        self, node: ast.expr, path: str, operands: list[ast.expr], said: list[ast.keyword]
    ) -> ast.expr:
        """Return a call of what a path names."""
        options = {keyword.arg: self.operand(keyword.value) for keyword in said if keyword.arg}
        found = call(path, spelled(path, self.module.imports), operands, options)
        if found is None or len(options) < len(said):
            raise not_taken(self.target, node)
        if path.startswith("numpy.random."):
            raise refused(self.target, node, "a random draw is not taken", MOVE_OUT)
        for keyword in found.keywords if isinstance(found, ast.Call) else ():
            keyword.value = self.written.literal(keyword.value)
            if keyword.arg == "out":
                raise refused(self.target, node, "`out=` is not taken", "Use what the call returns")
        return found

    def operands(self, nodes: Sequence[ast.expr]) -> list[ast.expr]:
        """Return the operands of several expressions, in the order in which they are evaluated."""
        return [self.operand(node) for node in nodes]


def unary(op: ast.unaryop, inner: ast.expr) -> ast.expr:
    """Return a sign or a negation; a negative number is a literal."""
    if isinstance(op, ast.UAdd):
        return inner
    if isinstance(op, ast.USub):
        return ast.UnaryOp(op, inner)
    return settled(OPERATORS[type(op)], [inner], {})


def binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
    """Return an operator where tangent differentiates it, else the function that it calls."""
    if type(operator) in OPERATORS:
        return settled(OPERATORS[type(operator)], [left, right], {})
    return ast.BinOp(left, operator, right)


def is_shape(operation: ast.expr) -> bool:
    """Say whether an operation reads a shape, whose sizes are read in the same line."""
    return isinstance(operation, ast.Call) and ast.unparse(operation.func) == "np.shape"


def is_integer(index: ast.expr) -> bool:
    """Say whether an index is a number that is written out."""
    return is_literal(index) and isinstance(ast.literal_eval(index), int)
