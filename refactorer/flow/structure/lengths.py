"""Lengths of slices: that of `X[start : start + n]` is n, where X is long enough."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from refactorer.flow.names import expression, loads, parsed
from refactorer.flow.structure.demand import targets
from refactorer.flow.structure.regions import Loop, Straight, every, read
from refactorer.flow.structure.visits import Visits
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, statement_by


def with_lengths(
    turn: Sequence[Statement], again: Sequence[Statement], loop: Loop, visits: Visits
) -> list[Statement]:
    """Return the lines of a turn that read the lengths of slices where they are known.

    A slice may be cut off at the end of its array: that none was is seen, whenever the line ran.
    """
    known = {bound(s) or "": length_of(value_of(s)) for s in again}
    sure = {n: size for n, size in known.items() if is_sure(n, size, loop, visits)}
    return [with_known(statement, sure) for statement in turn]


def length_of(value: cst.BaseExpression) -> str:
    """Return n for `X[start : start + n]`, "" for anything else."""
    match expression(value):
        case ast.Subscript(
            slice=ast.Slice(
                ast.Name(first), ast.BinOp(ast.Name(again), ast.Add(), ast.Name(n)), None
            )
        ) if first == again:
            return n
    return ""


def is_sure(name: str, size: str, loop: Loop, visits: Visits) -> bool:
    """Tell whether a part of an array had the length that a target of the loop says."""
    if size not in targets(loop):
        return False
    places = [r.line for r in every(loop.body) if isinstance(r, Straight) and name in read(r)]
    rows = [row for place in places for row in visits.at.get(place, ())]
    return bool(rows) and all(len(row[name]) == row[size] for row in rows)  # type: ignore[arg-type]


def with_known(statement: Statement, sizes: dict[str, str]) -> Statement:
    """Return a statement that reads the sizes of names instead of measuring them."""
    return statement_by(Measured(sizes), statement) if sizes else statement


class Measured(Transformer):
    """Replaces measured sizes by known ones."""

    def __init__(self, sizes: dict[str, str]) -> None:
        super().__init__()
        self.texts = {f"{n}.shape[0]": size for n, size in sizes.items()}
        self.texts |= {f"len({n})": size for n, size in sizes.items()}

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        size = self.texts.get(code(original_node))
        return cst.Name(size) if size else updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        size = self.texts.get(code(original_node))
        return cst.Name(size) if size else updated_node


def only_measured(turn: Sequence[Statement]) -> frozenset[str]:
    """Return the names of which lines read the shape alone."""
    trees = [parsed(s) for s in turn]
    measured = Counter(name for tree in trees for name in shapes_read(tree))
    named = Counter(n.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Name))
    return frozenset(name for name, times in measured.items() if named[name] == times)


def shapes_read(tree: ast.AST) -> Iterator[str]:
    """Yield the names whose shape is read, or of which something is made in the same shape."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(attr=attr), [ast.Name(name), *_]) if attr.endswith("_like"):
                yield name
            case ast.Attribute(ast.Name(name), "shape" | "size"):
                yield name


def steady(names: Collection[str], visits: Visits) -> frozenset[str]:
    """Return the names that hold arrays of one shape from their first value to their last."""
    return frozenset(name for name in names if visits.is_steady(name))


def reread(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names whose values a text reads, and those whose length it reads alone."""
    nodes = [*ast.walk(ast.parse(text, mode="eval"))]
    calls = [n for n in nodes if isinstance(n, ast.Call) and ast.unparse(n.func) == "len"]
    measured = Counter(a.id for call in calls for a in call.args if isinstance(a, ast.Name))
    named = Counter(n.id for n in nodes if isinstance(n, ast.Name))
    lengths = frozenset(name for name, times in measured.items() if named[name] == times)
    return loads(text) - lengths, lengths
