"""Lines of a turn that its reverse runs again: found in the turn, put where they are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from refactorer.flow.names import loads, read_in
from refactorer.syntax.dataflow import bound
from refactorer.syntax.suites import Statement, else_of, lines, otherwise


@dataclass(frozen=True)
class RerunLine:
    """A line to be run again, and whether the function runs it in some turns only."""

    statement: Statement
    guarded: bool


def flattened(statements: Sequence[Statement], guarded: bool, jumps: bool) -> Iterator[RerunLine]:
    """Yield the assignments of a block and of the branches in it.

    Where turns may end early, what stands behind a branch is guarded too.
    """
    for statement in statements:
        if isinstance(statement, cst.If):
            yield from flattened([*lines(statement.body)], True, jumps)
            yield from flattened(otherwise(statement), True, jumps)
            guarded = guarded or jumps
        elif bound(statement):
            yield RerunLine(statement, guarded)


def can_sink(found: Sequence[RerunLine], turn: Sequence[Statement]) -> bool:
    """Tell whether lines that are guarded can be run where the reverse is guarded, too."""
    made = {bound(row.statement) for row in found if row.guarded}
    top = [s for s in sunk(found, turn) if bound(s) in made]
    return not top


def sunk(found: Sequence[RerunLine], turn: Sequence[Statement]) -> list[Statement]:
    """Return the reverse of a turn with the lines that are run again, each where it is wanted.

    One that only a branch reads stands in that branch.
    """
    rows = [*turn]
    for row in reversed(found):
        name = bound(row.statement) or ""
        readers = [k for k, s in enumerate(rows) if name in read_in([s])]
        place = rows[readers[0]] if len(readers) == 1 else None
        put = into(place, row.statement, name) if isinstance(place, cst.If) else None
        if put is None:
            rows.insert(0, row.statement)
        else:
            rows[readers[0]] = put
    return rows


def into(branch: cst.If, statement: Statement, name: str) -> cst.If | None:
    """Return a branch with a line in the one way that reads its name; None if not one does."""
    other = otherwise(branch)
    ways = [name in read_in([*lines(branch.body)]), name in read_in(other)]
    if name in loads(branch.test) or ways == [True, True]:
        return None
    if ways[0]:
        inside = sunk([RerunLine(statement, guarded=True)], [*lines(branch.body)])
        return branch.with_changes(body=cst.IndentedBlock(inside))
    return branch.with_changes(orelse=else_of(sunk([RerunLine(statement, guarded=True)], other)))
