"""The cell magic %%refactor_grad: the gradient of a cell's function becomes the next cell.

What was assumed and the steps are shown below the cell itself.
"""

from __future__ import annotations

import ast
import shlex
import sys
from dataclasses import replace
from importlib import import_module
from typing import Any

from refactorer import cli
from refactorer.command.settings import Settings
from refactorer.draft import Note, Step, Verified, notes_in, steps_in
from refactorer.errors import Place, RefactorError, Usage
from refactorer.notebooks.cells import MARK, NOTEBOOK, as_file, key
from refactorer.notebooks.shown import Shown
from refactorer.processes.errands import Report
from refactorer.processes.supervise import run

MAGIC = "%%refactor_grad"


def load(shell: Any) -> None:
    """Register the magic with an IPython shell."""

    def refactor_grad(line: str, cell: str) -> None:
        """Run a cell, and put the gradient of the last function in it into the next cell.

        The options are those of the command, as in %%refactor_grad --wrt X,W --shape X=n,d
        """
        if not shell.run_cell(cell).success:
            return
        text = as_file([*map(str, shell.user_ns["In"]), cell])
        events: list[Step | Note] = []
        try:
            name = last_function(cell)
            verified = gradient(line, text, name, events.append)
        except RefactorError as error:
            error.place = error.place and in_cell(error.place, text, cell)
            print(*notes_in(events), error, sep="\n", file=sys.stderr)
        else:
            found = Shown("", steps_in(events), notes_in(events), verified.error)
            import_module("IPython.display").display(found)
            shell.set_next_input(
                f"{MARK}{' '.join([name, line.strip()]).strip()}\n{verified.block}"
            )

    shell.register_magic_function(refactor_grad, "cell")


def last_function(cell: str) -> str:
    """Return the name of the last function in a cell."""
    found = [node.name for node in ast.parse(cell).body if isinstance(node, ast.FunctionDef)]
    if not found:
        raise Usage("the cell defines no function", code="no-function")
    return found[-1]


def gradient(line: str, text: str, name: str, report: Report) -> Verified:
    """Return the verified code for a function of the cells' text, under a name of its own."""
    given = cli.options_in(words(line), MAGIC)
    settings = Settings(given, cli.defaults(), cli.options_in)
    return run(settings.request(NOTEBOOK, name, text=text, block=True), report)


def words(line: str) -> list[str]:
    """Return what stands behind the magic, as a shell would read it."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise Usage(f"{MAGIC}: {error}") from None


def in_cell(place: Place, text: str, cell: str) -> Place:
    """Return a place in the text of all cells as one below the magic, if it is in its function."""
    name = f"def {last_function(cell)}"
    last, same = ([n for n in ast.parse(t).body if key(n) == name][-1] for t in (cell, text))
    if not same.lineno <= place.line <= (same.end_lineno or same.lineno):
        return place
    return replace(place, file="cell", line=place.line - same.lineno + last.lineno + 1)
