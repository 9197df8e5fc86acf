"""Masks of an array that was changed: they need no copy where what was changed is zero anyway."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import libcst as cst

from refactorer.flow.names import loads, parsed
from refactorer.flow.tidying.unspread import ArrayOf
from refactorer.syntax.dataflow import bound, reads, value_of, writes
from refactorer.syntax.puts import How, put
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement

Lines: TypeAlias = Sequence[Statement]


def masked_by_changed(
    forward: Lines, backward: Lines, array_of: ArrayOf
) -> tuple[list[Statement], list[Statement]]:
    """Return the lines of both parts without copies of which only such masks are read.

    After `D[i] = 0`, the product of D and `M > 0` does not tell what M holds at i.
    """
    forward, backward = [*forward], [*backward]
    for copy in [s for s in forward if copied(s)]:
        before, array, behind = bound(copy) or "", copied(copy), forward[forward.index(copy) + 1 :]
        index = changed_at(array, behind, backward)
        alone = not any(before in reads(s) for s in behind)
        if index and alone and is_hidden(before, index, backward, array_of):
            forward.remove(copy)
            backward = [renamed(s, {before: array}) for s in backward]
    return forward, backward


def copied(statement: Statement) -> str:
    """Return the array of `name = array.copy()`; "" for another statement."""
    match value_of(statement) if bound(statement) else None:
        case cst.Call(func=cst.Attribute(cst.Name(array), cst.Name("copy")), args=[]):
            return array
    return ""


def changed_at(array: str, behind: Lines, backward: Lines) -> str:
    """Return the index of the one part of an array that lines change, if it lasts; else ""."""
    places = [k for k, s in enumerate(behind) if array in writes(s)]
    found = put(behind[places[0]]) if len(places) == 1 and is_line(behind[places[0]]) else None
    if found is None:
        return ""
    later = frozenset().union(*map(writes, [*behind[places[0] + 1 :], *backward]))
    return found.index if later.isdisjoint(loads(f"_[{found.index}]")) else ""


def is_hidden(before: str, index: str, backward: Lines, array_of: ArrayOf) -> bool:
    """Tell whether an array is read for masks alone, of what is as large and zero at an index."""
    zeroed = set[str]()
    for statement in backward:
        if before in reads(statement):
            tree = parsed(statement)
            hidden = sum(is_read(n, before) for mask in masks(tree, zeroed) for n in ast.walk(mask))
            if not is_line(statement) or hidden < sum(is_read(n, before) for n in ast.walk(tree)):
                return False
        found = put(statement) if is_line(statement) else None
        if found and (found.how, found.index, found.value) == (How.SET, index, "0"):
            alike = array_of(found.array) == array_of(before) is not None
            zeroed |= {found.array} if alike else set()
        else:
            zeroed -= writes(statement)
    return True


def masks(tree: ast.AST, zeroed: set[str]) -> Iterator[ast.expr]:
    """Yield the comparisons with numbers that choose of one of some names, or zero."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                ast.Attribute(attr="where"),
                [
                    ast.Compare(ast.Name(), comparators=[ast.Constant()]) as mask,
                    ast.Name(name),
                    ast.Constant(0),
                ],
            ) if name in zeroed:
                yield mask


def is_read(node: ast.AST, name: str) -> bool:
    """Tell whether a node is a name."""
    return isinstance(node, ast.Name) and node.id == name


def is_line(statement: Statement) -> bool:
    """Tell whether a statement is simple."""
    return isinstance(statement, cst.SimpleStatementLine)
