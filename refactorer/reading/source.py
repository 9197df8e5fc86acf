"""The text of a Python file: reading it, parsing it, and where the parts of its tree stand."""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TypeAlias

from refactorer.errors import Place, Usage

SPLIT = "Give some of its parts a name"
Located: TypeAlias = ast.expr | ast.stmt | ast.arg | ast.keyword


@dataclass(frozen=True, order=True)
class Span:
    """Character offsets into a text: the part from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """A text and the offsets of what was parsed from it."""

    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as CPython counts them, each with its line feed."""
        return tuple(line + "\n" for line in self.text.split("\n"))

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset at which each line starts."""
        return (0, *accumulate(map(len, self.lines)))

    def span(self, node: Located) -> Span:
        """Return where a node stands; parentheses around an expression are no part of it."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Span(
            self.starts[node.lineno - 1] + self.column(node.lineno, node.col_offset),
            self.starts[node.end_lineno - 1] + self.column(node.end_lineno, node.end_col_offset),
        )

    def column(self, line: int, offset: int) -> int:
        """Return the characters before a place that the parser gives in bytes of UTF-8."""
        return len(self.lines[line - 1].encode()[:offset].decode())

    def segment(self, node: Located) -> str:
        """Return the text of a node."""
        span = self.span(node)
        return self.text[span.start : span.end]


@contextmanager
def without_warnings() -> Iterator[None]:
    """Keep what CPython warns of in a user's text (a "\\d" in a docstring) to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def tree(text: str) -> ast.Module:
    """Return the tree of a text that is known to be one of Python's."""
    with without_warnings():
        return ast.parse(text)


def symbols(text: str) -> symtable.SymbolTable:
    """Return the scopes of a text that is known to compile."""
    with without_warnings():
        return symtable.symtable(text, "file", "exec")


def parse(text: str, file: str) -> ast.Module:
    """Return the tree of a file that compiles; raise Usage with the place where it does not."""
    try:
        with without_warnings():
            compile(text, file, "exec", dont_inherit=True)
        return tree(text)
    except SyntaxError as error:
        place = Place(file, error.lineno or 1, max(error.offset or 1, 1))
        raise Usage(error.msg, place=place, code="syntax") from None
    except (RecursionError, MemoryError):
        reason = "an expression is nested too deeply for Python itself"
        raise Usage(reason, SPLIT, Place(file, 1, 1), code="too-deep") from None
    except ValueError as error:
        reason = f"Python cannot parse this file: {error}"
        raise Usage(reason, place=Place(file, 1, 1), code="syntax") from None
