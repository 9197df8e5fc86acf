"""Code as HTML: one piece for each line, its keywords, names, texts and comments marked."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from html import escape
from itertools import chain

Mark = tuple[int, int, int, str]  # line, columns, and the class that is marked
TEXTS = ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")


def marked_up(text: str) -> list[str]:
    """Return the lines of a text as HTML; what Python cannot read is plain."""
    lines = text.removesuffix("\n").split("\n")
    found: dict[int, list[Mark]] = {}
    try:
        for mark in chain.from_iterable(map(marks, tokens(text))):
            found.setdefault(mark[0], []).append(mark)
    except (tokenize.TokenError, SyntaxError):
        found = {}
    return [line_of(line, found.get(number, ())) for number, line in enumerate(lines, 1)]


def tokens(text: str) -> Iterator[tuple[tokenize.TokenInfo, str]]:
    """Yield the tokens of a text, each with the class that it is marked as."""
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        yield token, kind(token, before)
        before = token.string


def kind(token: tokenize.TokenInfo, before: str) -> str:
    """Return the class of a token, given the text of the one before it."""
    name = tokenize.tok_name[token.type]
    if name in TEXTS:
        return "s"
    if name == "NAME":
        return "k" if keyword.iskeyword(token.string) else "f" if before == "def" else ""
    return {"COMMENT": "c", "NUMBER": "n"}.get(name, "")


def marks(token: tuple[tokenize.TokenInfo, str]) -> Iterator[Mark]:
    """Yield what is marked of each line of a token."""
    (first, start), (last, end), mark = token[0].start, token[0].end, token[1]
    for number in range(first, last + 1) if mark else ():
        columns = start if number == first else 0, end if number == last else len(token[0].line)
        yield number, *columns, mark


def line_of(line: str, found: list[Mark] | tuple[()]) -> str:
    """Return a line as HTML."""
    pieces, place = [], 0
    for _, start, end, mark in found:
        pieces.append(escape(line[place:start]))
        pieces.append(f'<span class="{mark}">{escape(line[start:end])}</span>')
        place = min(end, len(line))
    return "".join([*pieces, escape(line[place:])])
