"""What the README shows is what the command prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHOWN = re.compile(r"```console\n\$ (refactor-grad .*)\n((?:.*\n)*?)```\n")


def shown() -> list[tuple[str, str]]:
    """The commands that the README shows, and what it says that they print."""
    return SHOWN.findall(README.read_text())


def printed(command: str) -> str:
    """What a command prints on both streams."""
    arguments = shlex.split(command)[1:]
    run = subprocess.run(
        [sys.executable, "-m", "refactorer", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout


@pytest.mark.parametrize("command", [command for command, _ in shown()])
def test_the_readme_shows_what_is_printed(command: str, update_golden: bool) -> None:
    output = printed(command)
    if update_golden:
        text = README.read_text()
        README.write_text(
            SHOWN.sub(
                lambda m: f"```console\n$ {m[1]}\n{output}```\n" if m[1] == command else m[0], text
            )
        )
    assert dict(shown())[command] == output
