"""Writes to stderr: steps, notes and errors, in colour where it is wanted."""

from __future__ import annotations

import difflib
import linecache
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import click

from refactorer.command.progress import Progress, has_lines
from refactorer.draft import Note, Step
from refactorer.errors import Place, RefactorError

WIDEST = 100  # characters of a line that are shown
COLORS = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True)
class Terminal:
    """How much is told on stderr, and whether in colour."""

    color: bool
    quiet: bool = False
    verbose: bool = False
    steps: bool = False
    progress: Progress = field(default_factory=Progress)

    def working(self) -> AbstractContextManager[None]:
        """Show what takes long, while the block runs: on a terminal, unless little is to be told.

        What the children print, if they do, would stand on the same line.
        """
        shown = has_lines() and not (self.quiet or self.verbose)
        return self.progress.line() if shown else nullcontext()

    def report(self, event: Step | Note) -> None:
        """Tell a step if steps are wanted or it was undone, and a note unless it is too much."""
        if isinstance(event, Note):
            if self.verbose or not (self.quiet or event.detail):
                self.say(event.text)
            return
        self.progress.done = event.rule
        if self.steps:
            self.say("\n".join(story(event)))
        elif not event.right and not self.quiet:
            self.say(f"{event.rule} was undone: {event.reason}")

    def error(self, error: RefactorError) -> None:
        """Tell in one line what ended the work, and show the place that it speaks of."""
        self.say(click.style(str(error), fg="red"))
        for line in excerpt(error.place) if error.place else ():
            self.say(line)

    def say(self, text: str) -> None:
        """Write a line to stderr."""
        with self.progress.aside():
            click.echo(text, err=True, color=self.color)


def excerpt(place: Place) -> Iterator[str]:
    """Yield the line of a place and a caret below its column; nothing where it is not to be had."""
    line = linecache.getline(place.file, place.line).rstrip()
    at = place.column - 1
    if at < len(line):
        start = max(0, at - WIDEST // 2) if len(line) > WIDEST else 0
        yield line[start : start + WIDEST]
        yield "".join(map(blank, line[start:at])) + "^"


def blank(character: str) -> str:
    """Return a space as wide as a character is on a terminal."""
    if character == "\t":
        return character
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def wants_color(when: str) -> bool:
    """Tell whether stderr is coloured, for "auto", "always" or "never"."""
    if when != "auto":
        return when == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stderr is not None and sys.stderr.isatty()


def story(step: Step) -> Iterator[str]:
    """Yield the lines that tell a step: the rule, why it is right, the change, and the error."""
    yield click.style(step.rule, bold=True)
    if step.why:
        yield click.style(step.why, dim=True)
    yield ""
    yield from change(step)
    yield ""
    if step.right:
        yield f"right: the largest relative error is {step.error:.1e}"
    else:
        yield click.style(f"undone: {step.reason}", fg="red")
    yield ""


def change(step: Step) -> Iterator[str]:
    """Yield the whole text of a start, else the difference, coloured."""
    if not step.diff_from:
        yield step.diff_to.rstrip("\n")
        return
    texts = step.diff_from.splitlines(), step.diff_to.splitlines()
    for line in list(difflib.unified_diff(*texts, lineterm=""))[2:]:
        yield click.style(line, fg=COLORS[line[0]]) if line[0] in COLORS else line
