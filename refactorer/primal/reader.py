"""Expressions of the user's, read as operations of the dialect on names and literals."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from refactorer.primal.activity import moves
from refactorer.primal.assignments import is_form, is_operand
from refactorer.primal.calls import call, settled, spelled
from refactorer.primal.dialect import ATTRIBUTES, METHODS, SIGNATURES, TAKES_A_TUPLE
from refactorer.primal.expansions import expanded, joined_by_index, value_at
from refactorer.primal.fixed import fixed
from refactorer.primal.lookup import Lookup
from refactorer.primal.operators import binary, unary
from refactorer.primal.refusals import INLINE, MOVE_OUT, PARTS, WAVES, not_taken, refused
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
            case ast.Constant(value=complex()):
                raise refused(self.target, node, "a complex number is not taken", PARTS)
            case ast.Constant():
                return node
            case ast.Name():
                return self.name(node)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) if not any_starred(parts):
                return type(node)([self.operand(part) for part in parts])
            case ast.Dict(keys=keys, values=values) if all(map(is_literal, filter(None, keys))):
                return ast.Dict(keys, [self.operand(value) for value in values])
            case ast.Slice(lower=lower, upper=upper, step=step):
                return ast.Slice(*(part and self.operand(part) for part in (lower, upper, step)))
        return self.computed(node)

    def computed(self, node: ast.expr) -> ast.expr:
        """Return an expression that is no operand by itself."""
        match node:
            case ast.UnaryOp(op=op, operand=inner):
                return unary(op, self.operand(inner))
            case ast.BinOp():
                return self.chain(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.Subscript():
                return self.part(node)
            case ast.Attribute(value=value, attr=attribute) if attribute in ATTRIBUTES:
                return self.called(node, ATTRIBUTES[attribute], [self.operand(value)], [])
            case ast.Call():
                return self.call(node)
        return self.fixed(node)

    def known(self, node: ast.expr, found: ast.expr | None) -> ast.expr:
        """Return what was found for an expression; Refused where that is nothing."""
        if found is None:
            raise not_taken(self.target, node)
        return found

    def fixed(self, node: ast.expr) -> ast.expr:
        """Return an expression that has no gradient as it is."""
        found = self.known(node, fixed(node, self))
        self.mark_reads(node)
        return self.written.write(found) if is_operand(found) else found

    def chain(self, node: ast.BinOp) -> ast.expr:
        """Return the last of several operations; those on its left are written, the inner first."""
        links = [node]
        while isinstance(links[-1].left, ast.BinOp):
            links.append(links[-1].left)
        left = self.operand(links[-1].left)
        for link in links[:0:-1]:
            left = self.written.held(binary(self.written, left, link.op, self.operand(link.right)))
            self.written.mark(link, left)
        return binary(self.written, left, node.op, self.operand(node.right))

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
        if isinstance(whole, ast.Dict):
            return self.known(node, value_at(whole, index))
        if isinstance(whole, ast.Attribute):
            found = joined_by_index(self.path(node.value), index, self.written.held)
            return found or self.fixed(node)
        if not is_shape(whole):
            whole = self.written.held(whole)
            self.written.mark(node.value, whole)
        return ast.Subscript(whole, index)

    def call(self, node: ast.Call) -> ast.expr:
        """Return a call of a function or a method."""
        path = self.path(node.func)
        if path and any_starred(node.args):
            return self.fixed(node)
        if path:
            self.mark_reads(node.func)
            return self.called(node, path, self.operands(node.args), node.keywords)
        match node.func:
            case ast.Attribute(value=value, attr=method) if method in METHODS:
                packed = method in TAKES_A_TUPLE and len(node.args) > 1
                arguments = [ast.Tuple(node.args)] if packed else node.args
                operands = [self.operand(value), *map(self.argument, arguments)]
                return self.called(node, METHODS[method], operands, node.keywords)
            case ast.Name(id=name) if name not in self.written.values:
                raise refused(self.target, node, f"a call of `{name}` is not taken", INLINE)
        return self.fixed(node)

    def argument(self, node: ast.expr) -> ast.expr:
        """Return the operand for an argument, which may be a tuple that the user did not write."""
        return self.operation(node) if isinstance(node, ast.Tuple) else self.operand(node)

    def called(
        self, node: ast.expr, path: str, operands: list[ast.expr], said: list[ast.keyword]
    ) -> ast.expr:
        """Return a call of what a path names."""
        options = {keyword.arg: self.operand(keyword.value) for keyword in said if keyword.arg}
        function = spelled(path, self.module.imports)
        operands = self.arrays(function, operands)
        found = expanded(path, operands, options, self.written.held)
        found = found or call(path, function, operands, options)
        if found is None or len(options) < len(said):
            raise not_taken(self.target, node)
        if path.startswith("numpy.random."):
            reason = "a random draw is not taken"
            raise refused(self.target, node, reason, MOVE_OUT, code="random")
        if path.startswith(("numpy.fft.", "scipy.fft.")) and self.moves(found):
            raise refused(self.target, node, "a Fourier transform is not taken", WAVES)
        for keyword in found.keywords if isinstance(found, ast.Call) else ():
            keyword.value = self.written.literal(keyword.value)
            if keyword.arg == "out":
                raise refused(self.target, node, "`out=` is not taken", "Use what the call returns")
        return found

    def moves(self, operation: ast.expr) -> bool:
        """Say whether an operation reads what has a gradient."""
        return moves(operation, frozenset(self.written.active), is_form)

    def arrays(self, function: str, operands: Sequence[ast.expr]) -> list[ast.expr]:
        """Return operands of which a list that a function takes for an array is one."""
        whole = SIGNATURES.get(function, "").split(" ")[0] in {"a", "x"}
        lists = (ast.List, ast.Tuple) if whole else ()
        held = [settled("np.array", [o], {}) if isinstance(o, lists) else o for o in operands[:1]]
        if function in JOINING and held and isinstance(held[0], ast.List | ast.Tuple):
            held = [ast.List([*map(self.array, held[0].elts)])]
        return [*map(self.written.held, held), *operands[1:]]

    def array(self, operand: ast.expr) -> ast.expr:
        """Return the array that a list stands for among arrays that are joined."""
        is_list = isinstance(operand, ast.List | ast.Tuple)
        return self.written.held(settled("np.array", [operand], {})) if is_list else operand

    def operands(self, nodes: Sequence[ast.expr]) -> list[ast.expr]:
        """Return the operands of several expressions, in the order in which they are evaluated."""
        return [self.operand(node) for node in nodes]


JOINING = frozenset(f"np.{join}" for join in ("concatenate", "hstack", "stack", "vstack"))


def is_shape(operation: ast.expr) -> bool:
    """Say whether an operation reads a shape, whose sizes are read in the same line."""
    return isinstance(operation, ast.Call) and ast.unparse(operation.func) == "np.shape"


def is_integer(index: ast.expr) -> bool:
    """Say whether an index is a number that is written out."""
    return is_literal(index) and isinstance(ast.literal_eval(index), int)


def any_starred(parts: Sequence[ast.expr]) -> bool:
    """Say whether a tuple is put together from others."""
    return any(isinstance(part, ast.Starred) for part in parts)
