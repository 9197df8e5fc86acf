"""Items of arrays in a callback: those that are read have their names first, all are in order."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import libcst as cst

from refactorer.syntax.dataflow import bound, value_of, writes
from refactorer.syntax.expressions import code, names_read
from refactorer.syntax.puts import How, put
from refactorer.syntax.suites import Statement


def items_in_order(statements: Sequence[Statement], seed: str, count: int) -> tuple[Statement, ...]:
    """Return lines that name the items of the seed first, and set those of an array in order.

    An array of `count` items, all of which have names, is taken apart in one line.
    """
    times = Counter(name for s in statements for name in writes(s))
    found = {
        i: s for s in statements if (i := item_index(s, seed)) >= 0 and times[bound(s) or ""] == 1
    }
    if len(found) < 2 or times[seed]:
        return tuple(puts_in_order(statements))
    rest = [s for s in statements if s not in found.values()]
    if found.keys() == {*range(count)} and not any(s.leading_lines for s in found.values()):
        names = ", ".join(bound(found[i]) or "" for i in range(count))
        whole = [cst.ensure_type(cst.parse_statement(f"{names} = {seed}"), cst.SimpleStatementLine)]
        return (*whole, *puts_in_order(rest))
    return (*(found[i] for i in sorted(found)), *puts_in_order(rest))


def item_index(statement: Statement, array: str) -> int:
    """Return i of `name = array[i]`; -1 for another statement."""
    match ast.parse(code(value_of(statement)), mode="eval").body if bound(statement) else None:
        case ast.Subscript(ast.Name(name), ast.Constant(int(i))) if name == array:
            return i
    return -1


def puts_in_order(statements: Sequence[Statement]) -> list[Statement]:
    """Return lines in which successive assignments to items of one array are sorted by index."""
    found: list[Statement] = []
    for where, run in groupby(statements, lambda s: item_set(s)[0]):
        rows = [*run]
        places = [item_set(s)[1] for s in rows]
        in_any_order = where and len({*places}) == len(places)
        found += sorted(rows, key=lambda s: item_set(s)[1]) if in_any_order else rows
    return found


def item_set(statement: Statement) -> tuple[str, int]:
    """Return where and i of `array[i] = value`, where no value of the array is read; else "".

    Of columns and the like i is the one number in the index, and all else is where.
    """
    found = put(statement) if isinstance(statement, cst.SimpleStatementLine) else None
    if found is None or found.how is not How.SET or found.array in names_read(found.value):
        return "", 0
    place = re.fullmatch(r"((?::, )*)(\d+)((?:, :)*)", found.index)
    return (f"{found.array}[{place[1]}{place[3]}]", int(place[2])) if place else ("", 0)
