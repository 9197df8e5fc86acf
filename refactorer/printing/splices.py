"""Replacing parts of a text, the rest of it byte for byte as it was."""

from __future__ import annotations

import ast
import io
import keyword
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from refactorer.reading.source import Source, Span

BLANK = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


@dataclass(frozen=True)
class Splice:
    """A new text for a part of a text; an empty span is a place to insert at."""

    span: Span
    text: str

    @property
    def is_wide(self) -> bool:
        """Whether it replaces anything."""
        return self.span.start < self.span.end


def spliced(text: str, splices: Iterable[Splice], within: Span | None = None) -> str:
    """Return a text, or a part of it, after the splices; of nested ones the outermost counts."""
    whole = within or Span(0, len(text))
    pieces, at = [], whole.start
    for splice in sorted(splices, key=lambda s: (s.span.start, s.is_wide, -s.span.end)):
        if at <= splice.span.start and splice.span.end <= whole.end:
            pieces += [text[at : splice.span.start], splice.text]
            at = splice.span.end
    return "".join([*pieces, text[at : whole.end]])


@dataclass(frozen=True)
class Token:
    """A token and where it stands."""

    kind: int
    text: str
    span: Span

    @property
    def ends_operand(self) -> bool:
        """Whether a parenthesis after the token calls something."""
        word = self.kind == tokenize.NAME and not keyword.iskeyword(self.text)
        return word or self.kind == tokenize.STRING or self.text in (")", "]")


@dataclass(frozen=True)
class Tokens:
    """The tokens of a text."""

    source: Source

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens that are no line ends or indents."""
        return tuple(self.read())

    def read(self) -> Iterator[Token]:
        """Yield the tokens with their offsets."""
        starts = self.source.starts
        for t in tokenize.generate_tokens(io.StringIO(self.source.text).readline):
            if t.type not in BLANK:
                span = Span(starts[t.start[0] - 1] + t.start[1], starts[t.end[0] - 1] + t.end[1])
                yield Token(t.type, t.string, span)

    def with_parentheses(self, span: Span) -> Span:
        """Return a part with the parentheses around it that a name in its place does without."""
        starts = [token.span.start for token in self.tokens]
        ends = [token.span.end for token in self.tokens]
        first, last = starts.index(span.start), ends.index(span.end)
        while self.grouped(first, last):
            first, last = first - 1, last + 1
        return Span(self.tokens[first].span.start, self.tokens[last].span.end)

    def grouped(self, first: int, last: int) -> bool:
        """Tell whether parentheses around these tokens do nothing but group."""
        if first < 2 or last + 1 >= len(self.tokens):
            return False
        before, opening, closing = (self.tokens[k] for k in (first - 2, first - 1, last + 1))
        return opening.text == "(" and closing.text == ")" and not before.ends_operand


def name_splice(tokens: Tokens, span: Span, name: str) -> Splice:
    """Return the splice that puts a name in the place of an expression."""
    whole = tokens.with_parentheses(span)
    before = tokens.source.text[: whole.start][-1:]
    glued = whole != span and (before.isalnum() or before == "_")
    return Splice(whole, f" {name}" if glued else name)


def inserted(source: Source, statement: ast.stmt, lines: Iterable[str]) -> Splice:
    """Return the splice that puts lines before a statement of the body of a function."""
    start = source.span(statement).start
    line = source.text.rindex("\n", 0, start) + 1 if "\n" in source.text[:start] else 0
    before = source.text[line:start]
    indent = before[: len(before) - len(before.lstrip())] or "    "
    gap = 0 if before.isspace() else len(before) - len(before.rstrip("; \t"))
    above = f"\n{indent}" if gap else ""
    text = above + "".join(f"{line}\n{indent}" for line in lines)
    return Splice(Span(start - gap, start), text)
