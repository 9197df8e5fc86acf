"""The cell magic %%refactor_grad: the gradient of a cell's function becomes the next cell."""

from __future__ import annotations

import ast
import shlex
import sys
from typing import Any

from refactorer import cli
from refactorer.cells import MARK, NOTEBOOK, text_around
from refactorer.draft import Note, Step
from refactorer.errors import RefactorError, Usage
from refactorer.settings import Settings
from refactorer.supervise import Verified, run

MAGIC = "%%refactor_grad"


def load(shell: Any) -> None:
    """Register the magic with an IPython shell."""

    def refactor_grad(line: str, cell: str) -> None:
        """Run a cell, and put the gradient of the last function in it into the next cell.

        The options are those of the command, as in %%refactor_grad --wrt X,W --shape X=n,d
        """
        if not shell.run_cell(cell).success:
            return
        try:
            name = last_function(cell)
            verified = gradient(line, text_around(shell.user_ns[name]), name)
        except RefactorError as error:
            print(error, file=sys.stderr)
        else:
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


def gradient(line: str, text: str, name: str) -> Verified:
    """Return the verified code for a function of the cells' text, under a name of its own."""
    given = cli.read(shlex.split(line), MAGIC)
    settings = Settings(given, cli.defaults(), cli.read)
    return run(settings.request(NOTEBOOK, name, text=text, block=True), told)


def told(event: Step | Note) -> None:
    """Tell a note."""
    if isinstance(event, Note) and not event.detail:
        print(event.text, file=sys.stderr)
