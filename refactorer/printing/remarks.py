"""Comments that say of which lines of the forward part a line is the gradient."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from refactorer.printing.functions import Function
from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound, needed, reads, writes
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement


@dataclass(frozen=True)
class Remarks:
    """The lines of a function, as they are quoted beside its gradient."""

    function: Function
    shapes: Mapping[str, Array]

    @cached_property
    def lines(self) -> tuple[Statement, ...]:
        """The lines through which a gradient flows: no sizes, no truth values."""
        found = needed(self.function.work, reads(self.function.last))
        last = () if isinstance(self.function.result, cst.Name) else (self.function.last,)
        return (*(s for s in found if self.has_gradient(bound(s))), *last)

    def has_gradient(self, name: str | None) -> bool:
        """Tell whether a name holds floats, as far as is known."""
        array = self.shapes.get(name or "")
        return array is None or array.dtype.startswith("float")

    def on(self, value: str, known: Collection[str], argument: bool) -> list[cst.EmptyLine]:
        """Return comments that quote the lines on the way from a value to the output, last first.

        The way ends at values whose cotangents are `known`; it starts at the top for an argument.
        """
        setting = [0 if argument else k + 1 for k, s in enumerate(self.lines) if value in writes(s)]
        live, passed = {value}, []
        for statement in self.lines[max(setting, default=0) :]:
            if live.isdisjoint(reads(statement)):
                live -= writes(statement)
            else:
                passed.append(statement)
                live |= writes(statement) - {*known}
        return [remark(statement) for statement in reversed(passed)]


def remark(statement: Statement) -> cst.EmptyLine:
    """Return the comment that quotes a line, or the head of a loop or a branch."""
    if isinstance(statement, cst.SimpleStatementLine):
        text = " ".join(code(statement.body[0]).split())
    else:
        text = code(statement.with_changes(leading_lines=())).partition("\n")[0]
    for spaced, plain in (("( ", "("), (", )", ")"), (" )", ")")):
        text = text.replace(spaced, plain)
    return cst.EmptyLine(comment=cst.Comment(f"# Grad of: {text}"))


def said_once(statements: Sequence[Statement]) -> list[Statement]:
    """Return statements under comments of which none quotes the head of a loop or branch again."""
    said: set[str] = set()
    found = []
    for statement in statements:
        texts = [above.comment.value if above.comment else "" for above in statement.leading_lines]
        pairs = zip(statement.leading_lines, texts, strict=True)
        kept = [above for above, text in pairs if not (text.endswith(":") and text in said)]
        said |= {*texts}
        found.append(statement.with_changes(leading_lines=kept))
    return found
