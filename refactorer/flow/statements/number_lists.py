"""Lists of numbers whose items are set or found by index: arrays, as a gradient by hand has them.

Their items then have one cotangent, an array too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.flow.names import expression
from refactorer.flow.statements.active import active
from refactorer.printing.names.aliases import PLAIN
from refactorer.reading.contents import Definition
from refactorer.reading.free_names import free_names
from refactorer.reading.literals import import_paths
from refactorer.reading.target import Target
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import lines

NUMPY = Definition((PLAIN,), frozenset(), f"import numpy as {PLAIN}\n")


def with_arrays(target: Target, wrt: Sequence[str], like: str) -> Target:
    """Return a target in which such lists are arrays, also in the functions that it calls.

    Those that are filled with a number have the dtype of the array that they are `like`.
    """
    paths = import_paths([s for d in target.definitions for s in ast.parse(d.source).body])
    numpy = next((name for name, path in paths.items() if path == "numpy"), PLAIN)
    source = in_arrays(target.source, numpy, wrt, like)
    definitions = tuple(with_arrays_in(d, numpy) for d in target.definitions)
    if source == target.source and definitions == target.definitions:
        return target
    needed = () if "numpy" in paths.values() else (NUMPY,)
    return replace(target, source=source, definitions=(*needed, *definitions))


def with_arrays_in(definition: Definition, numpy: str) -> Definition:
    """Return a definition with arrays for its lists."""
    text = in_arrays(definition.source, numpy)
    if text == definition.source:
        return definition
    return replace(definition, source=text, reads=free_names(text))


def in_arrays(text: str, numpy: str, wrt: Sequence[str] = (), like: str = "") -> str:
    """Return a text with arrays for those of its lists to which a derivative flows."""
    tree = ast.parse(text)
    found = frozenset(indexed(tree))
    if not found:
        return text
    module = cst.parse_module(text)
    arguments = wrt or [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    lists = found & active([*lines(cst.IndentedBlock(module.body))], arguments)
    return module.visit(Arrays(lists, numpy, like)).code if lists else text


def indexed(tree: ast.AST) -> Iterator[str]:
    """Yield the names that hold nothing but lists of numbers, of which items are set or found."""
    nodes = [*ast.walk(tree)]
    for name in sorted({base(n) for n in nodes if isinstance(n, ast.Subscript) and moves(n)}):
        made = [n.value for n in nodes if isinstance(n, ast.Assign) and sets(n, name)]
        uses = sum(isinstance(n, ast.Name) and n.id == name for n in nodes)
        known = len(made) + sum(name in read_in(node) for node in nodes)
        if made and all(map(is_list_of_numbers, made)) and known == uses:
            yield name


def base(node: ast.expr) -> str:
    """Return the name of which an item, or an item of an item, is meant; "" if there is none."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def moves(node: ast.Subscript) -> bool:
    """Tell whether an item is set, or found by an index that is computed."""
    fixed = ast.Slice | ast.Constant | ast.UnaryOp
    return isinstance(node.ctx, ast.Store) or not isinstance(node.slice, fixed)


def sets(node: ast.Assign, name: str) -> bool:
    """Tell whether a statement sets this name alone."""
    match node.targets:
        case [ast.Name(target)]:
            return target == name
    return False


def read_in(node: ast.AST) -> list[str]:
    """Return the names that a node reads in a way that an array permits as well as a list."""
    match node:
        case ast.Subscript(value=value):
            parts = [value]
        case ast.Call(args=args):
            parts = args
        case ast.For(iter=head) | ast.comprehension(iter=head):
            parts = [head]
        case _:
            parts = []
    return [part.id for part in parts if isinstance(part, ast.Name)]


def is_list_of_numbers(node: ast.expr) -> bool:
    """Tell whether an expression is a list that looks like one of numbers, or of rows of them."""
    match node:
        case ast.BinOp(ast.List() as items, ast.Mult(), _) | ast.BinOp(
            _, ast.Mult(), ast.List() as items
        ):
            return is_list_of_numbers(items)
        case ast.List(elts=items):
            return bool(items) and not any(map(is_other, items))
        case ast.ListComp(elt=item):
            return not is_other(item)
    return False


def is_other(node: ast.expr) -> bool:
    """Tell whether an item of a list is no number and no row."""
    match node:
        case ast.Constant(value=value):
            return not isinstance(value, int | float)
        case ast.List() | ast.ListComp():
            return not is_list_of_numbers(node)
    return isinstance(node, ast.Starred | ast.Tuple | ast.Dict | ast.Lambda)


class Arrays(Transformer):
    """Makes arrays of the lists that names hold, and `a[i, j]` of `a[i][j]`."""

    def __init__(self, names: frozenset[str], numpy: str, like: str) -> None:
        super().__init__()
        self.names = names
        self.numpy = numpy
        self.dtype = f", dtype={like}.dtype" if like else ""

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        if code(updated_node.targets[0].target) not in self.names:
            return updated_node
        made = expression(updated_node.value)
        text = array(made, self.numpy, self.dtype)
        return updated_node.with_changes(value=cst.parse_expression(text))

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.Subscript:
        inner = updated_node.value
        if isinstance(inner, cst.Subscript) and code(inner.value) in self.names:
            return inner.with_changes(slice=[*inner.slice, *updated_node.slice])
        return updated_node


def array(node: ast.expr, numpy: str, dtype: str) -> str:
    """Return the text of an array for a list."""
    if filled := filling(node):
        value, *sizes = filled
        shape = sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})"
        is_zero = not ast.literal_eval(value)
        made = f"zeros({shape}" if is_zero else f"full({shape}, {float(value)}"
        return f"{numpy}.{made}{dtype})"
    items = node.elts if isinstance(node, ast.List) else []
    integers = bool(items) and all(isinstance(item, ast.Constant) for item in items)
    return f"{numpy}.array({ast.unparse(node)}{', dtype=float' if integers else ''})"


def filling(node: ast.expr) -> list[str]:
    """Return the number that fills a list, and its sizes; [] where it is not filled with one."""
    match node:
        case ast.BinOp(ast.List([item]), ast.Mult(), size) | ast.BinOp(
            size, ast.Mult(), ast.List([item])
        ):
            pass
        case ast.ListComp(
            item,
            [ast.comprehension(ast.Name(), ast.Call(ast.Name("range"), [size]), [])],
        ):
            pass
        case _:
            return []
    if isinstance(item, ast.Constant):
        return [ast.unparse(item), ast.unparse(size)]
    inner = filling(item)
    return [inner[0], ast.unparse(size), *inner[1:]] if inner else []
