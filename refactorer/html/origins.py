"""For each line of a callback, the lines of the function that it is the gradient of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from refactorer.html.statements import (
    Definition,
    Statement,
    callbacks,
    definitions,
    is_block,
    own_statements,
    quoted,
)

REMARK = re.compile(r"\s*# Grad of: (.*)")  # as --comments writes it
Lines = frozenset[int]
NONE: Lines = frozenset()


@dataclass(frozen=True)
class Told:
    """Code without the comments that say whose gradient a line is, and what they said, by line."""

    code: str
    remarks: Mapping[int, tuple[str, ...]]


def code_and_comments(text: str) -> Told:
    """Return code and its comments apart; a comment that quotes no line of the code stays."""
    known = {
        said for d in definitions(text).values() for s in own_statements(d.body) for said in s.says
    }
    kept: list[str] = []
    remarks: dict[int, tuple[str, ...]] = {}
    waiting: tuple[str, ...] = ()
    for line in text.removesuffix("\n").split("\n"):
        remark = REMARK.fullmatch(line)
        said = quoted(remark[1]) if remark else ""
        if said in known:
            waiting += (said,)
            continue
        kept.append(line)
        if waiting:
            remarks[len(kept)], waiting = waiting, ()
    return Told("\n".join(kept) + "\n", remarks)


@dataclass(frozen=True)
class Origins:
    """One definition of the code, and what its remarks say."""

    definition: Definition
    remarks: Mapping[int, tuple[str, ...]]

    @property
    def forward(self) -> list[Statement]:
        """The statements of the definition itself."""
        return [*own_statements(self.definition.body)]

    def of_lines(self) -> dict[int, Lines]:
        """Return the lines of the forward part that each line of the callbacks belongs to."""
        found: dict[int, Lines] = {}
        for statement in self.forward:
            if statement.node.lineno in self.remarks:
                found |= dict.fromkeys(statement.lines, self.quotes(statement))
        for callback in callbacks(self.definition):
            statements = [*own_statements(callback.body)]
            said = [*map(self.said, statements)]
            for statement, lines in zip(statements, said, strict=True):
                found |= dict.fromkeys(statement.lines, lines) if lines else {}
            # What is said of a block says more of a line inside than do the lines around it.
            for statement, lines in zip(statements, self.known(statements, said), strict=True):
                found = dict.fromkeys(statement.lines if lines else (), lines) | found
        return found

    def known(self, statements: list[Statement], said: list[Lines]) -> list[Lines]:
        """Return what each statement belongs to: what is said of it, else of what it is part of."""
        found = [*said]
        for k in reversed(range(len(statements))):
            later = range(k + 1, len(statements))
            found[k] = found[k] or self.first(statements, found, k, later)
        for k in range(len(statements)):
            found[k] = found[k] or self.last(statements, found, k)
        return found

    def said(self, statement: Statement) -> Lines:
        """Return what a statement belongs to by itself: its calls, its condition, its remarks."""
        called = frozenset() if is_block(statement) else statement.calls()
        calls = [s for s in self.forward if not s.binds().isdisjoint(called)]
        same = [s for s in self.forward if s.says & statement.says and is_block(s)]
        exact = [s.lines for s in calls or same]
        return NONE.union(*exact) if exact else self.quotes(statement)

    def quotes(self, statement: Statement) -> Lines:
        """Return the lines that the remarks above a statement quote."""
        remarks = self.remarks.get(statement.node.lineno, ())
        return NONE.union(*(s.lines for s in self.forward if not s.says.isdisjoint(remarks)))

    @staticmethod
    def first(statements: list[Statement], found: list[Lines], k: int, later: range) -> Lines:
        """Return what the first statement belongs to that reads what another sets."""
        binds = statements[k].binds()
        reading = (found[j] for j in later if not binds.isdisjoint(statements[j].reads()))
        return next(filter(None, reading), NONE)

    @staticmethod
    def last(statements: list[Statement], found: list[Lines], k: int) -> Lines:
        """Return what the last statement belongs to whose values a statement reads."""
        reads = statements[k].reads()
        setting = (found[j] for j in reversed(range(k)) if reads & statements[j].binds())
        return next(filter(None, setting), NONE)


def counterparts(definition: Definition, original: Definition) -> Iterator[tuple[int, int]]:
    """Yield each line of the forward part beside a line of the function that it was made from.

    A name that is new stands for what returns its value, or a part of what reads it next.
    """
    ours, theirs = [*own_statements(definition.body)], [*own_statements(original.body)]
    kinds = [s.kind for s in ours], [s.kind for s in theirs]
    blocks = SequenceMatcher(None, *kinds, autojunk=False).get_matching_blocks()
    pairs = {b.a + k: b.b + k for b in blocks for k in range(b.size)}
    for k in {*range(len(ours))} - {*pairs}:
        same = [j for j, s in enumerate(theirs) if not s.values.isdisjoint(ours[k].values)]
        pairs |= {k: same[0]} if same else {}
    for k in reversed(range(len(ours))):
        binds = ours[k].binds()
        reading = (j for j in range(k + 1, len(ours)) if not binds.isdisjoint(ours[j].reads()))
        part_of = pairs.get(next(reading, k)) if k not in pairs else None
        pairs |= {k: part_of} if part_of is not None else {}
    for k, other in pairs.items():
        yield from ((one, n) for one in ours[k].own_lines for n in theirs[other].own_lines)
