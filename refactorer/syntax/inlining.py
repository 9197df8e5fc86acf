"""A block of statements of which some go into others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.syntax.dataflow import bound, is_pure, mutates, reads, replaced_text, writes
from refactorer.syntax.expressions import bare
from refactorer.syntax.suites import Statement


class Block:
    """The statements of a backward part, each a text; that of one that has gone is empty."""

    def __init__(self, adjoint: Adjoint) -> None:
        self.adjoint = adjoint
        self.statements = [*adjoint.backward.body]
        self.gradients = list(adjoint.gradients)
        self.comments = [s.leading_lines for s in self.statements]
        self.texts = [bare(s) for s in self.statements]
        self.reads = [reads(s) for s in self.statements]
        self.writes = [writes(s) for s in self.statements]
        self.mutates = [mutates(s) for s in self.statements]
        self.names = [bound(s) for s in self.statements]
        self.pure = [is_pure(s) for s in self.statements]

    def inlined(self) -> Adjoint:
        """Return the adjoint with what is left of the statements."""
        left = [self.statement(i) for i, text in enumerate(self.texts) if text]
        return self.adjoint.with_backward(cst.Module(left), tuple(self.gradients))

    def statement(self, i: int) -> Statement:
        """Return what is left of a statement, with the comments that stand above it now."""
        old = self.statements[i]
        if self.texts[i] == bare(old) and self.comments[i] is old.leading_lines:
            return old
        put = cst.ensure_type(cst.parse_statement(self.texts[i]), cst.SimpleStatementLine)
        return put.with_changes(leading_lines=self.comments[i])

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
        return self.texts[i].partition(" = ")[2]

    def end(self, i: int) -> int:
        """Return where the name of statement i is bound again, or the end of the block."""
        name, after = self.name(i), range(i + 1, len(self.statements))
        return next((j for j in after if name in self.writes[j]), len(self.statements))

    def readers(self, i: int) -> list[int]:
        """Return which statements read the value of statement i."""
        name, stop = self.name(i), min(self.end(i) + 1, len(self.statements))
        return [j for j in range(i + 1, stop) if name in self.reads[j]]

    def is_wanted(self, i: int) -> bool:
        """Tell whether the value of statement i is a gradient."""
        return self.name(i) in self.gradients and self.end(i) == len(self.statements)

    def is_alias(self, i: int) -> bool:
        """Tell whether statement i names the value of another name, which keeps it meanwhile."""
        value = self.text(i)
        if not value.isidentifier():
            return False
        last = len(self.statements) if self.is_wanted(i) else max(self.readers(i), default=i)
        binds = (self.writes[j] - self.mutates[j] for j in range(i + 1, last))
        return not any(value in names for names in binds)

    def is_temporary(self, i: int) -> bool:
        """Tell whether statement i may be computed in the one place that reads it."""
        readers = self.readers(i)
        if len(readers) != 1 or self.is_wanted(i) or not self.pure[i]:
            return False
        (reader,) = readers
        between = self.writes[i + 1 : reader]
        kept = all(self.reads[i].keys().isdisjoint(names) for names in between)
        return kept and self.reads[reader][self.name(i)] == 1

    def move(self, i: int) -> None:
        """Write the value of statement i where it is read, and hand on its comment."""
        readers = self.readers(i)
        if self.is_wanted(i):
            source = self.text(i)
            self.gradients = [source if g == self.name(i) else g for g in self.gradients]
        for j in readers:
            self.texts[j] = replaced_text(self.texts[j], {self.name(i): self.text(i)})
            times = self.reads[j].pop(self.name(i))
            self.reads[j] += Counter({name: times * k for name, k in self.reads[i].items()})
            self.pure[j] = self.pure[j] and self.pure[i]
        self.hand_on(self.comments[i], readers)
        self.texts[i], self.names[i] = "", None
        self.reads[i], self.writes[i] = Counter(), frozenset()

    def hand_on(self, comments: Sequence[cst.EmptyLine], readers: Sequence[int]) -> None:
        """Put the comments of a statement that goes above its first reader, if that has none."""
        if readers and comments and not self.comments[readers[0]]:
            self.comments[readers[0]] = comments
