"""Cotangents that start at zero, several on a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import libcst as cst

from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement

LINE = cst.SimpleStatementLine
WIDTH = 80  # characters of a line in a callback


def started_together(statements: Sequence[Statement]) -> list[Statement]:
    """Return lines in which numbers start together, and so do two arrays that stand alone."""
    found: list[Statement] = []
    for kind, run in groupby(statements, start):
        rows = [*run]
        if kind == "number":
            found += zero_starts([bound(s) or "" for s in rows])
        elif kind == "array" and len(rows) == 2:
            found += pair(rows)
        else:
            found += rows
    return found


def start(statement: Statement) -> str:
    """Return what a line without comments starts at zero: a number, an array, or nothing ("")."""
    if not bound(statement) or statement.leading_lines:
        return ""
    text = code(value_of(statement))
    is_array = text.partition("(")[0].endswith(".zeros_like")
    return "number" if text == "0.0" else "array" if is_array else ""


def zero_starts(names: Sequence[str]) -> Iterator[Statement]:
    """Yield `a = b = 0.0`, on as many lines as it takes."""
    row: list[str] = []
    for name in names:
        if len(" = ".join([*row, name, "0.0"])) > WIDTH:
            yield cst.ensure_type(cst.parse_statement(" = ".join([*row, "0.0"])), LINE)
            row = []
        row.append(name)
    yield cst.ensure_type(cst.parse_statement(" = ".join([*row, "0.0"])), LINE)


def pair(rows: Sequence[Statement]) -> Sequence[Statement]:
    """Return `a, b = np.zeros_like(x), np.zeros_like(y)` for two lines, if it fits."""
    names = ", ".join(bound(s) or "" for s in rows)
    text = f"{names} = {', '.join(code(value_of(s)) for s in rows)}"
    return rows if len(text) > WIDTH else [cst.ensure_type(cst.parse_statement(text), LINE)]
