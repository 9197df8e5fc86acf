from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import bare, is_call_of, literal, operands
from refactorer.syntax.suites import Statement, line


class ReadEntries(Rule):
    """Read the cotangent of an entry from that of the matrix, not from that of one of its rows.

    A matrix that is written entry by entry is a list of rows, and tangent gives each row a
    cotangent.
    """

    EXAMPLES = (
        Example(
            "a rotation",
            forward="l2 = [c, s]\nl3 = [t, c]\nl = [l2, l3]\nR = np.array(l)",
            before="""
                bl = b * R
                bl2 = bl[0]
                bl3 = bl[1]
                bt = bl3[0]
                bc = bl2[0] + bl3[1]
            """,
            after="""
                bR = b * R
                bt = bR[1, 0]
                bc = bR[0, 0] + bR[1, 1]
            """,
            shapes={
                **dict.fromkeys(("R", "bR", "l", "bl"), (2, 2)),
                **dict.fromkeys(("l2", "l3", "bl2", "bl3"), (2,)),
            },
            gradients=("bt", "bc"),
        ),
        Example.unchanged(
            "a row that has a name of its own",
            """
                by = bx[0]
                bz = by[1]
            """,
            forward="y = x[0]\nz = y[1]",
            shapes={**dict.fromkeys(("x", "bx"), (2, 2)), **dict.fromkeys(("y", "by"), (2,))},
            gradients=("bx",),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        displays = dict(listed(adjoint))
        rows = dict(rows_of(adjoint, displays))
        arrays = {name: f"b{array}" for name, array in of_arrays(adjoint, displays)}
        if not rows and not arrays:
            return adjoint
        entries = Entries(rows, arrays)
        left = (s for s in adjoint.backward.body if bound(s) not in rows)
        texts = (entries.text(bare(s)) for s in left)
        named = replace(
            adjoint,
            cotangents={**adjoint.cotangents, **{new: new[1:] for new in arrays.values()}},
            shapes={**adjoint.shapes, **{arrays[old]: adjoint.shapes[old] for old in arrays}},
        )
        gradients = tuple(entries.text(text) for text in adjoint.gradients)
        return named.with_backward(cst.Module([line(text) for text in texts]), gradients)


def listed(adjoint: Adjoint) -> Iterator[tuple[str, str]]:
    """Yield the cotangents of lists, and those lists."""
    lists = {bound(s) for s in adjoint.forward.body if is_list(s)}
    yield from ((name, value) for name, value in adjoint.cotangents.items() if value in lists)


def is_list(statement: Statement) -> bool:
    return bound(statement) is not None and isinstance(value_of(statement), cst.List)


def rows_of(adjoint: Adjoint, displays: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield the cotangents of lists that are rows of one, and which rows of what."""
    for statement in adjoint.backward.body:
        name = bound(statement)
        match value_of(statement) if name in displays else None:
            case cst.Subscript(cst.Name(whole), [cst.SubscriptElement(cst.Index(place))]):
                if whole in displays and isinstance(place, cst.Integer):
                    yield name or "", (whole, literal(place))


def of_arrays(adjoint: Adjoint, displays: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the cotangents of lists that an array is made of, and the array."""
    taken = {bound(s) for s in adjoint.backward.body}
    names = {value: name for name, value in displays.items() if name in taken}
    for statement in adjoint.forward.body:
        if (array := bound(statement)) and is_call_of(value_of(statement), "np.array"):
            (operand, *_) = operands(cst.ensure_type(value_of(statement), cst.Call))
            if (
                isinstance(operand, cst.Name)
                and operand.value in names
                and f"b{array}" not in taken
            ):
                yield names[operand.value], array


class Entries(ast.NodeTransformer):
    """Reads entries of matrices in place of those of rows, by the names of the matrices."""

    def __init__(self, rows: Mapping[str, tuple[str, int]], arrays: Mapping[str, str]) -> None:
        self.rows, self.arrays = rows, arrays

    def text(self, text: str) -> str:
        """Return a text that reads so."""
        return ast.unparse(self.visit(ast.parse(text)))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node.value, node.slice:
            case ast.Name(row), ast.Constant(int()) if row in self.rows:
                node.value, places = self.visit(node.value).value, self.places(row)
                node.slice = ast.Tuple([*places, node.slice])
                return node
        return self.generic_visit(node)

    def places(self, row: str) -> list[ast.expr]:
        """Return where a row lies in the outermost list."""
        whole, place = self.rows[row]
        above = self.places(whole) if whole in self.rows else []
        return [*above, ast.Constant(place)]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.rows:
            return ast.Name(self.arrays.get(node.id, node.id), node.ctx)
        places, name = self.places(node.id), node.id
        while name in self.rows:
            name = self.rows[name][0]
        index = places[0] if len(places) == 1 else ast.Tuple(places)
        return ast.Subscript(ast.Name(self.arrays.get(name, name)), index)
