"""The command as a process, on files of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def command(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; what it writes is UTF-8."""
    run = subprocess.run(
        [sys.executable, "-m", "refactorer", *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        input=stdin,
        capture_output=True,
        timeout=200,
        check=False,
    )
    out, err = run.stdout.decode(), run.stderr.decode()
    return subprocess.CompletedProcess(run.args, run.returncode, out, err)
