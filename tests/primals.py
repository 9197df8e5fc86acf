"""Functions in files of the test's own, as primals."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from refactorer.primal.normalise import Primal, normalise
from refactorer.reading.target import find

RESERVED = frozenset({"args", "d", "grad", "mask", "n", "t"})


def primal(text: str, tmp_path: Path, *wrt: str) -> Primal:
    """Return the primal of the function f that a text defines."""
    file = tmp_path / "losses.py"
    file.write_text(dedent(text), encoding="utf-8")
    return normalise(find(str(file), "f"), wrt, RESERVED)


def file_of(body: str) -> str:
    """Return a file with a function f: its parameters, as the first line says, and its body."""
    signature, *lines = dedent(body).strip().split("\n")
    head = ["import logging, math, operator, numpy as np", f"def f({signature}):"]
    return "\n".join([*head, *(f"    {line}" for line in lines)]) + "\n"
