"""A block of statements, some of which are inlined into others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.syntax.dataflow import bound, is_pure, mutates, reads, writes
from refactorer.syntax.expressions import bare
from refactorer.syntax.renaming import replaced_text
from refactorer.syntax.suites import Statement


class Places:
    """Where each name stands: the positions of statements, in order."""

    def __init__(self, names: Iterable[Iterable[str]]) -> None:
        self.found: defaultdict[str, list[int]] = defaultdict(list)
        for i, some in enumerate(names):
            for name in some:
                self.found[name].append(i)

    def add(self, names: Iterable[str], i: int) -> None:
        """Let names stand in a statement in which they do not stand yet."""
        for name in names:
            insort(self.found[name], i)

    def remove(self, names: Iterable[str], i: int) -> None:
        """Let names stand in a statement no more."""
        for name in names:
            self.found[name].remove(i)

    def between(self, name: str, start: int, stop: int) -> Sequence[int]:
        """Return the positions of a name from one on and before another one."""
        found = self.found.get(name, [])
        return found[bisect_left(found, start) : bisect_left(found, stop)]

    def after(self, name: str, i: int) -> Sequence[int]:
        """Return the positions of a name behind one."""
        found = self.found.get(name, [])
        return found[bisect_right(found, i) :]


class InliningBlock:
    """The statements of a backward part as texts; that of a statement that was inlined is empty."""

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
        self.read_at, self.written_at = Places(self.reads), Places(self.writes)

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
        count = len(self.statements)
        return next(iter(self.written_at.between(self.name(i), i + 1, count)), count)

    def readers(self, i: int) -> Sequence[int]:
        """Return which statements read the value of statement i."""
        return self.read_at.between(self.name(i), i + 1, self.end(i) + 1)

    def is_wanted(self, i: int) -> bool:
        """Tell whether the value of statement i is a gradient."""
        return self.name(i) in self.gradients and self.end(i) == len(self.statements)

    def is_alias(self, i: int) -> bool:
        """Tell whether statement i names the value of another name, which keeps it meanwhile."""
        value = self.text(i)
        if not value.isidentifier():
            return False
        last = len(self.statements) if self.is_wanted(i) else max(self.readers(i), default=i)
        writers = self.written_at.between(value, i + 1, last)
        return all(value in self.mutates[j] for j in writers)

    def is_temporary(self, i: int) -> bool:
        """Tell whether statement i may be computed in the one place that reads it."""
        readers = self.readers(i)
        if len(readers) != 1 or self.is_wanted(i) or not self.pure[i]:
            return False
        (reader,) = readers
        changed = any(self.written_at.between(name, i + 1, reader) for name in self.reads[i])
        return not changed and self.reads[reader][self.name(i)] == 1

    def move(self, i: int) -> None:
        """Write the value of statement i where it is read, and hand on its comment."""
        readers = self.readers(i)
        if self.is_wanted(i):
            source = self.text(i)
            self.gradients = [source if g == self.name(i) else g for g in self.gradients]
        for j in readers:
            self.put(self.text(i), i, j)
        self.hand_on(self.comments[i], readers)
        self.read_at.remove(self.reads[i], i)
        self.written_at.remove(self.writes[i], i)
        self.texts[i], self.names[i] = "", None
        self.reads[i], self.writes[i] = Counter(), frozenset()

    def put(self, value: str, i: int, j: int) -> None:
        """Write the value of statement i where statement j reads it."""
        name = self.name(i)
        times = self.reads[j].pop(name)
        self.texts[j] = (written_once if times == 1 else with_value)(self.texts[j], name, value)
        self.read_at.remove([name], j)
        self.read_at.add(self.reads[i].keys() - self.reads[j].keys(), j)
        self.reads[j] += Counter({name: times * k for name, k in self.reads[i].items()})
        self.pure[j] = self.pure[j] and self.pure[i]

    def hand_on(self, comments: Sequence[cst.EmptyLine], readers: Sequence[int]) -> None:
        """Put the comments of a statement that goes above its first reader, if that has none."""
        if readers and comments and not self.comments[readers[0]]:
            self.comments[readers[0]] = comments


ARGUMENTS = (("(", ", "), (", ", ")"), ("(", ")"))  # what stands before and behind one


def written_once(text: str, name: str, value: str) -> str:
    """Return a text with a value in place of a name that it reads once.

    An argument takes no parentheses: a sum that grows is not read anew with each contribution.
    """
    for before, behind in ARGUMENTS:
        if (place := f"{before}{name}{behind}") in text:
            return text.replace(place, f"{before}{value}{behind}", 1)
    return with_value(text, name, value)


def with_value(text: str, name: str, value: str) -> str:
    """Return a text with a value in place of a name."""
    return replaced_text(text, {name: value})
