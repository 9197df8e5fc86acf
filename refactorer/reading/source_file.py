"""A file of Python source: its bytes, its encoding, and its text with the line ends it has."""

from __future__ import annotations

import io
import os
import stat
import sys
import tokenize
from dataclasses import dataclass, replace
from functools import cache, cached_property
from os.path import isfile

from refactorer.errors import Refused, Usage

STDIN = "<stdin>"


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read; a mark of byte order is part of its encoding."""

    path: str
    data: bytes
    encoding: str

    @cached_property
    def text(self) -> str:
        """The text, line ends as they stand."""
        return self.data.decode(self.encoding)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as CPython counts them, each with its end."""
        return tuple(io.StringIO(self.text, newline=""))

    @cached_property
    def plain(self) -> str:
        """The text as CPython reads it: every line ends in a line feed."""
        return "".join(map(with_line_feed, self.lines))

    def line_end(self, line: int) -> str:
        """Return how a line ends, counted from 1; the last may not, and ends as the first then."""
        return end_of(self.lines[line - 1]) or end_of(self.lines[0]) or "\n"

    def with_lines(self, lines: tuple[str, ...]) -> SourceFile:
        """Return the file with other lines; Refused where its encoding lacks a character."""
        try:
            return replace(self, data="".join(lines).encode(self.encoding))
        except UnicodeEncodeError as error:
            raise Refused(f"{self.path}: its encoding cannot write this: {error}") from None


def end_of(line: str) -> str:
    """Return the end of a line, which the last of a file may lack."""
    return next((end for end in ("\r\n", "\n", "\r") if line.endswith(end)), "")


def with_line_feed(line: str) -> str:
    """Return a line with a line feed at its end, if it has an end."""
    return line.removesuffix(end) + "\n" if (end := end_of(line)) else line


NOTEBOOK = ".ipynb"
IN_NOTEBOOKS = "In it, `%load_ext refactorer` gives the magic `%%refactor_grad` for a cell"


def unreadable(reason: str, hint: str = "") -> Usage:
    """Return the error for a file that is there, but holds no text that Python reads."""
    return Usage(reason, hint, code="unreadable-file")


def read(path: str) -> SourceFile:
    """Return a Python file; raise Usage where it cannot be read."""
    if path.endswith(NOTEBOOK) and isfile(path):
        raise unreadable(f"`{path}` is a notebook", IN_NOTEBOOKS)
    try:
        with open(path, "rb") as opened:
            if stat.S_ISCHR(os.fstat(opened.fileno()).st_mode):  # some of them never end
                raise unreadable(f"`{path}` is a device", "Give it as FILE.py:FUNCTION")
            return decoded(path, opened.read())
    except FileNotFoundError:
        reason = f"there is no file `{path}`"
        raise Usage(reason, "Give it as FILE.py:FUNCTION", code="no-file") from None
    except IsADirectoryError:
        hint = "Give a file, as FILE.py:FUNCTION"
        raise unreadable(f"`{path}` is a folder", hint) from None
    except OSError as error:
        reason = f"`{path}` cannot be read: {error.strerror}"
        raise unreadable(reason) from None


@cache  # it comes once
def from_stdin(path: str) -> SourceFile:
    """Return what comes on stdin, as the file that it is said to be."""
    return decoded(path, sys.stdin.buffer.read() if sys.stdin else b"")


def decoded(path: str, data: bytes) -> SourceFile:
    """Return bytes as a file of Python; raise Usage where they are no text."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        data.decode(encoding)
    except (UnicodeDecodeError, SyntaxError) as error:
        reason = f"`{path}` is not text that Python can read: {error}"
        raise unreadable(reason) from None
    return SourceFile(path, data, encoding)
