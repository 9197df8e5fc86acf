"""What --json writes, which editors and other programs rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import command

from refactorer.command.json_report import edit
from refactorer.reading.source_file import SourceFile

LOSSES = """\
import numpy as np


def dot(X, Y):
    return np.sum(X * Y)


def guarded(X):
    try:
        return X * 2
    except ValueError:
        return X
"""


@pytest.fixture
def losses(tmp_path: Path) -> Path:
    path = tmp_path / "losses.py"
    path.write_text(LOSSES)
    return path


def report(losses: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, list[Any]]:
    run = command(losses.parent, "--json", *arguments, stdin=stdin)
    found = json.loads(run.stdout)
    assert set(found) == {"version", "results"}
    assert found["version"] == 1
    return run.returncode, found["results"]


def test_code_steps_and_verdict(losses: Path) -> None:
    code, (result,) = report(losses, "losses.py:dot")
    assert code == 0
    assert result["code"] == command(losses.parent, "losses.py:dot").stdout
    assert (result["target"], result["state"], result["name"]) == (
        "losses.py:dot",
        "printed",
        "dot",
    )
    assert result["function"] == {
        "start": {"line": 4, "column": 1},
        "end": {"line": 6, "column": 1},
    }
    assert result["verdict"]["right"]
    assert 0 <= result["verdict"]["error"] < 1e-6
    assert result["notes"] == ["assumed X, Y: arrays of one shape"]
    assert (result["edit"], result["problem"]) == (None, None)
    first, *_, last = result["steps"]
    assert set(first) == {"rule", "why", "before", "after", "right", "error", "reason"}
    assert (first["before"], last["right"]) == ("", True)


def test_each_of_several_has_a_result_and_a_problem_is_told_with_its_place(losses: Path) -> None:
    code, (right, wrong) = report(losses, "losses.py:dot", "losses.py:guarded")
    assert code == 1
    assert (right["state"], wrong["state"]) == ("printed", "refused")
    assert wrong["problem"]["place"] == {"file": "losses.py", "line": 9, "column": 5}
    assert (wrong["code"], wrong["verdict"], wrong["function"]) == (None, None, None)


def test_the_edit_gives_an_editor_what_i_writes(losses: Path) -> None:
    arguments = "--diff", "-:dot", "--stdin-filename", "losses.py"
    code, (result,) = report(losses, *arguments, stdin=LOSSES.encode())
    assert (code, result["state"]) == (1, "new")
    lines = LOSSES.splitlines(keepends=True)
    start, end = (result["edit"]["span"][key] for key in ("start", "end"))
    assert start["column"] == end["column"] == 1
    lines[start["line"] - 1 : end["line"] - 1] = [result["edit"]["text"]]
    code, (result,) = report(losses, "-i", "losses.py:dot")
    assert (code, result["state"]) == (0, "new")
    assert losses.read_text() == "".join(lines)
    code, (result,) = report(losses, "--check", "losses.py")
    assert (code, result["state"], result["edit"]) == (0, "right", None)


@pytest.mark.parametrize(
    ("before", "after", "first", "behind", "text"),
    [
        ("a\nb\n", "a\nx\nb\n", 2, 2, "x\n"),
        ("a\nb\n", "a\n", 2, 3, ""),
        ("a", "a\nb", 1, 2, "a\nb"),
        ("a\r\nb\r\n", "a\r\nc\r\n", 2, 3, "c\r\n"),
        ("a\na\n", "a\na\na\n", 3, 3, "a\n"),
    ],
)
def test_an_edit_is_of_whole_lines(
    before: str, after: str, first: int, behind: int, text: str
) -> None:
    files = [SourceFile("f.py", data.encode(), "utf-8") for data in (before, after)]
    found = edit(*files)
    assert found is not None
    assert (found["span"]["start"]["line"], found["span"]["end"]["line"]) == (first, behind)
    assert found["text"] == text
