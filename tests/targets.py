"""Functions in files of the test's own, as targets."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from refactorer.errors import RefactorError
from refactorer.reading.target import Target, find


def target(tmp_path: Path, text: str, name: str = "f") -> Target:
    """Return a function of a file that holds a text."""
    file = tmp_path / "losses.py"
    file.write_text(dedent(text), encoding="utf-8")
    return find(str(file), name)


def failure(tmp_path: Path, text: str, name: str = "f") -> RefactorError:
    """Return the error of looking for a function in a file that holds a text."""
    with pytest.raises(RefactorError) as raised:
        target(tmp_path, text, name)
    return raised.value
