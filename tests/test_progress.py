"""What takes longer than a second is told of on a terminal, in one line that goes away again."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = """
import time
import numpy as np

def late():
    time.sleep(2.5)
    return 2.0

SCALE = late()

def f(x):
    return SCALE * np.sum(x * x)
"""


def told(tmp_path: Path, *options: str) -> str:
    """Return what a slow run writes to stderr where that is a terminal."""
    Path(tmp_path, "slow.py").write_text(SLOW)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "refactorer", "--import", *options, "slow.py:f"]
    env = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, env=env, check=True
    )
    assert b"\x1b[K" not in done.stdout
    os.close(theirs)
    try:
        return os.read(ours, 1 << 16).decode()
    except OSError:  # nothing was written
        return ""
    finally:
        os.close(ours)


def test_a_line_says_how_long_it_has_taken_and_is_taken_away(tmp_path: Path) -> None:
    text = told(tmp_path)
    assert re.search(r"\r\x1b\[K\d s", text)
    assert not text.rpartition("\x1b[K")[2].strip().endswith(" s")


@pytest.mark.parametrize("option", ["-q", "-v"])
def test_none_is_shown_where_it_would_be_in_the_way(tmp_path: Path, option: str) -> None:
    assert "\x1b[K" not in told(tmp_path, option)
