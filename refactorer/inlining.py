"""A block of statements of which some go into others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.dataflow import bound, is_pure, mutates, reads, replaced, value_of, writes
from refactorer.expressions import code
from refactorer.suites import Statement

GONE = cst.SimpleStatementLine([cst.Pass()])


class Block:
    """The statements of a backward part; in the place of one that has gone is `GONE`."""

    def __init__(self, adjoint: Adjoint) -> None:
        self.adjoint = adjoint
        self.statements: list[Statement] = list(adjoint.backward.body)
        self.gradients = list(adjoint.gradients)
        self.reads = [reads(s) for s in self.statements]
        self.writes = [writes(s) for s in self.statements]
        self.mutates = [mutates(s) for s in self.statements]
        self.names = [bound(s) for s in self.statements]

    def inlined(self) -> Adjoint:
        """Return the adjoint with what is left of the statements."""
        return self.adjoint.with_backward(
            cst.Module([s for s in self.statements if s is not GONE]), tuple(self.gradients)
        )

    def positions(self) -> list[int]:
        """Return where a name is bound to a value that nothing changes afterwards."""
        changed = frozenset().union(*self.mutates)
        return [i for i, name in enumerate(self.names) if name is not None and name not in changed]

    def name(self, i: int) -> str:
        """Return the name that statement i binds."""
        name = self.names[i]
        assert name is not None
        return name

    def text(self, i: int) -> str:
        """Return the text of the value that statement i binds."""
        return code(value_of(self.statements[i]))

    def end(self, i: int) -> int:
        """Return where the name of statement i is bound again, or the end of the block."""
        after = range(i + 1, len(self.statements))
        return next((j for j in after if self.name(i) in self.writes[j]), len(self.statements))

    def readers(self, i: int) -> list[int]:
        """Return which statements read the value of statement i."""
        stop = min(self.end(i) + 1, len(self.statements))
        return [j for j in range(i + 1, stop) if self.reads[j][self.name(i)]]

    def is_wanted(self, i: int) -> bool:
        """Tell whether the value of statement i is a gradient."""
        return self.end(i) == len(self.statements) and self.name(i) in self.gradients

    def is_alias(self, i: int) -> bool:
        """Tell whether statement i names the value of another name, which keeps it meanwhile."""
        value = value_of(self.statements[i])
        last = len(self.statements) if self.is_wanted(i) else max(self.readers(i), default=i)
        binds = (self.writes[j] - self.mutates[j] for j in range(i + 1, last))
        return isinstance(value, cst.Name) and not any(value.value in names for names in binds)

    def is_temporary(self, i: int) -> bool:
        """Tell whether statement i may be computed in the one place that reads it."""
        readers = self.readers(i)
        if len(readers) != 1 or self.is_wanted(i) or not is_pure(value_of(self.statements[i])):
            return False
        (reader,) = readers
        between = self.writes[i + 1 : reader]
        kept = all(self.reads[i].keys().isdisjoint(names) for names in between)
        return kept and self.reads[reader][self.name(i)] == 1

    def put(self, i: int, reader: int) -> Statement:
        """Return a reader with the value of statement i in place of its name."""
        return replaced(self.statements[reader], {self.name(i): value_of(self.statements[i])})

    def move(self, i: int) -> None:
        """Write the value of statement i where it is read, and hand on its comment."""
        readers = self.readers(i)
        if self.is_wanted(i):
            source = self.text(i)
            self.gradients = [source if g == self.name(i) else g for g in self.gradients]
        for j in readers:
            self.statements[j] = self.put(i, j)
            self.reads[j] = reads(self.statements[j])
        self.hand_on(self.statements[i].leading_lines, readers)
        self.statements[i], self.names[i] = GONE, None
        self.reads[i], self.writes[i] = Counter(), frozenset()

    def hand_on(self, comments: Sequence[cst.EmptyLine], readers: Sequence[int]) -> None:
        """Put the comments of a statement that goes above its first reader, if that has none."""
        if readers and comments and not self.statements[readers[0]].leading_lines:
            first = self.statements[readers[0]]
            self.statements[readers[0]] = first.with_changes(leading_lines=comments)
