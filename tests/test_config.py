"""What pyproject.toml says of options and of the layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import command

from refactorer.command import config
from refactorer.errors import Usage

LOSSES = """\
import numpy as np


def dot(X, Y):
    return np.sum(X * Y)


def named(X, Y):
    if X.shape != Y.shape:
        raise ValueError('these two have shapes of their own')
    return np.sum(X * Y) / np.sqrt(np.sum(X * X) * np.sum(Y * Y))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config.config_in.cache_clear()
    config.loaded.cache_clear()
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "losses.py").write_text(LOSSES)
    return tmp_path


def said(folder: Path, text: str) -> config.Config:
    (folder / "pyproject.toml").write_text(text)
    return config.nearest(str(folder / "src" / "losses.py"))


def test_nothing_is_said(folder: Path) -> None:
    assert config.nearest(str(folder / "src" / "losses.py")) == config.Config()


def test_options_are_words_of_the_command(folder: Path) -> None:
    text = '[tool.refactor-grad]\nwrt = ["X", "Y"]\nstyle = "grad"\ncomments = true\nxp = false\n'
    found = said(folder, f"{text}timeout = 5\n")
    assert found.words == ("--wrt", "X,Y", "--style", "grad", "--comments", "--timeout", "5")
    assert found.place == f"{folder / 'pyproject.toml'}: [tool.refactor-grad]"


def test_the_nearest_file_with_the_table_counts(folder: Path) -> None:
    (folder / "src" / "pyproject.toml").write_text("[tool.black]\nline-length = 60\n")
    found = said(folder, "[tool.black]\nline-length = 70\n[tool.refactor-grad]\nseed = 3\n")
    assert (found.words, found.layout) == (("--seed", "3"), {"line-length": 60})


def test_a_file_above_the_project_is_not_read(folder: Path) -> None:
    (folder / "src" / ".git").mkdir()
    assert said(folder, "[tool.refactor-grad]\nseed = 3\n") == config.Config()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[tool.refactor-grad]\nshape = 1\n", "no option `shape`"),
        ("[tool.refactor-grad\n", "cannot be read"),
        ("[tool.black]\nline-length = 'long'\n", "`line-length` is 'long'"),
        ("[tool.black]\nline-length = true\n", "`line-length` is True"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(folder: Path, text: str, reason: str) -> None:
    with pytest.raises(Usage, match=r"pyproject\.toml") as caught:
        said(folder, text)
    assert reason in str(caught.value)


def test_the_command_obeys_and_what_is_given_counts_more(folder: Path) -> None:
    options = "[tool.refactor-grad]\nwrt = 'all'\nstyle = 'callbacks'\n"
    (folder / "pyproject.toml").write_text(options)
    run = command(folder, "src/losses.py:dot")
    assert "return np.sum(X * Y), (get_dX, get_dY)" in run.stdout
    run = command(folder, "src/losses.py:dot", "--wrt", "X", "--style", "grad")
    assert "def d_dot(X, Y, d_out=1.0):" in run.stdout
    (folder / "pyproject.toml").write_text("[tool.refactor-grad]\nstyle = 'none'\n")
    run = command(folder, "src/losses.py:dot")
    assert run.returncode == 2
    assert "pyproject.toml: [tool.refactor-grad]: Invalid value for '--style'" in run.stderr


def test_the_layout_is_that_of_black(folder: Path) -> None:
    plain = command(folder, "src/losses.py:named", "-q").stdout
    assert '"these two have shapes of their own"' in plain
    text = "[tool.black]\nline-length = 50\nskip-string-normalization = true\n"
    (folder / "pyproject.toml").write_text(text)
    narrow = command(folder, "src/losses.py:named", "-q").stdout
    assert "'these two have shapes of their own'" in narrow
    assert max(map(len, plain.splitlines())) > 58
    assert max(map(len, narrow.splitlines())) <= 50 + len("own')")


def test_options_of_the_project_make_blocks_stale(folder: Path) -> None:
    assert command(folder, "-i", "src/losses.py:dot").returncode == 0
    (folder / "pyproject.toml").write_text("[tool.refactor-grad]\ncomments = true\n")
    assert "is stale" in command(folder, "--check", "src/*.py").stderr
    assert command(folder, "-i", "src/*.py").returncode == 0
    text = (folder / "src" / "losses.py").read_text()
    assert "# >>> refactor-grad dot\n" in text
    assert "# Grad of" in text
