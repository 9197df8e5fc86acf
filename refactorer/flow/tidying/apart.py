"""Sets parts of an array of zeros, instead of adding to them, where nothing was put before."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from refactorer.flow.weaving.assembly import is_zeros
from refactorer.syntax.dataflow import bound, reads, value_of, writes
from refactorer.syntax.expressions import names_read, parse
from refactorer.syntax.indices import Reads
from refactorer.syntax.puts import How, Put, put
from refactorer.syntax.suites import Statement, blockwise

INDICES = Reads((), {})


def set_apart(statements: Sequence[Statement]) -> list[Statement]:
    """Return statements in which parts of arrays of zeros that do not overlap are set."""
    return blockwise(statements, in_block)


def in_block(block: Sequence[Statement]) -> list[Statement]:
    """Return a block in which parts that do not overlap are set."""
    found: list[Statement] = []
    zeros: dict[str, list[Put]] = {}
    for statement in block:
        one = put(statement) if isinstance(statement, cst.SimpleStatementLine) else None
        if one is None or one.array not in zeros or one.array in names_read(one.value):
            zeros = still_known(zeros, statement)
            found.append(statement)
            continue
        is_first = one.how is How.ADDED and all(are_apart(one, other) for other in zeros[one.array])
        zeros[one.array].append(one)
        found.append(as_set(one, statement) if is_first else statement)
    return found


def still_known(zeros: dict[str, list[Put]], statement: Statement) -> dict[str, list[Put]]:
    """Return the arrays of zeros, and what was put into them, after another statement."""
    changed = writes(statement)
    left = {
        array: puts
        for array, puts in zeros.items()
        if array not in changed | reads(statement).keys()
        and not any(changed & names_read(f"_[{p.index}]") for p in puts)
    }
    name = bound(statement)
    return left | ({name: []} if name and is_zeros(value_of(statement)) else {})


def are_apart(one: Put, other: Put) -> bool:
    """Tell whether two puts have no item in common."""
    first, second = (parse(f"({', '.join(parts_of(p.index))},)") for p in (one, other))
    return INDICES.apart(first, second)


def parts_of(index: str) -> list[str]:
    """Return the parts of an index as arguments."""
    tree = ast.parse(f"_[{index}]", mode="eval").body
    assert isinstance(tree, ast.Subscript)
    parts = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
    return [*map(as_argument, parts)]


def as_argument(part: ast.expr) -> str:
    """Return a part of an index as it is said outside of brackets, a slice in full."""
    if not isinstance(part, ast.Slice):
        return ast.unparse(part)
    bounds = (part.lower, part.upper, part.step)
    return f"slice({', '.join(ast.unparse(b) if b else 'None' for b in bounds)})"


def as_set(one: Put, statement: Statement) -> Statement:
    """Return a put that sets what the statement adds, under its comments."""
    return replace(one, how=How.SET).statement.with_changes(leading_lines=statement.leading_lines)
