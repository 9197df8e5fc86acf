"""The command as a process: streams, exit codes, files, and what is left behind."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import refactorer

Run = subprocess.CompletedProcess[str]
Command = Callable[..., Run]

COMMAND = [sys.executable, "-m", "refactorer"]
CODE = r" \[[a-z-]+\]\n(.*\n *\^\n)?"  # then the line, and a caret

LOSSES = '''\
import numpy as np

EPS = 1e-8


def L2_norm(X):
    # the length of X
    XX = X * X
    XX_sum = np.sum(XX)
    XX_sqrt = np.sqrt(XX_sum)
    return XX_sqrt


def dot(X, Y):
    return np.sum(X * Y)


def shrunk(X):
    """A constant of the module is read."""
    return X / (np.sum(X * X) + EPS)


def endless(X):
    while True:
        pass


def guarded(X):
    try:
        return X * 2
    except ValueError:
        return X


class Model:
    pass
'''

TRAINING = """\
import numpy as np

print("training")
for step in range(3):
    open("trained", "a").close()


def half_square(w):
    return 0.5 * np.sum(w * w)


raise SystemExit("trained")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Path(tmp_path, "losses.py").write_text(LOSSES)
    Path(tmp_path, "training.py").write_text(TRAINING)
    Path(tmp_path, "broken.py").write_text("import numpy as np\n\ndef f(x:\n    return x\n")
    return tmp_path


@pytest.fixture
def command(folder: Path) -> Command:
    """Run the command in a folder with a few files of functions."""

    def run(*arguments: str, env: Mapping[str, str] | None = None) -> Run:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=100,
            check=False,
        )

    return run


def executed(code: str) -> dict[str, Callable[..., Any]]:
    namespace: dict[str, Callable[..., Any]] = {}
    exec(code, namespace)
    return namespace


def test_the_code_is_printed_and_nothing_else(command: Command) -> None:
    run = command("losses.py:L2_norm", "--shape", "X=n", "-q")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("import numpy as np\n")
    assert "# the length of X" in run.stdout
    norm, get_dX = executed(run.stdout)["L2_norm"](np.array([3.0, 4.0]))
    assert norm == 5.0
    np.testing.assert_allclose(get_dX(2.0), [1.2, 1.6])


def test_what_was_assumed_is_told_in_one_line(command: Command) -> None:
    run = command("losses.py:dot")
    assert run.returncode == 0
    assert len(run.stderr.splitlines()) <= 1
    assert command("losses.py:dot", "--quiet").stderr == ""


def test_a_file_that_trains_does_not_train(command: Command, folder: Path) -> None:
    run = command("training.py:half_square", "--shape", "w=n")
    assert (run.returncode, run.stderr) == (0, "")
    assert not Path(folder, "trained").exists()
    assert "training" not in run.stdout


def test_nothing_is_left_behind(command: Command, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    (folder / "tmp").mkdir()
    command("losses.py:dot", env={"TMPDIR": str(folder / "tmp")})
    assert sorted(folder.rglob("*")) == sorted([*before, folder / "tmp"])


def test_the_same_is_printed_every_time(command: Command) -> None:
    runs = [command("losses.py:shrunk", "--shape", "X=n", "--steps") for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stderr == runs[1].stderr


def test_a_file_beside_the_users_does_not_get_in_the_way(command: Command, folder: Path) -> None:
    for name in ("numpy", "json", "click", "random", "errors", "refactorer"):
        Path(folder, f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    script = Path(sys.executable).with_name("refactor-grad")
    run = subprocess.run(
        [script, "losses.py:dot"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.py:f"], r".*missing\.py.*"),
        ([".:f"], r".*\..*"),
        (["losses.py:L2_nrom"], r".*L2_nrom.*L2_norm.*"),
        (["losses.py:Model"], r".*Model.*"),
        (["broken.py:f"], r"broken\.py:3:\d+: .*"),
        (["losses.py"], r".*FILE\.py:FUNCTION.*"),
        ([], r".*FILE\.py:FUNCTION.*"),
        (["losses.py:dot", "--wrt", "Z"], r".*Z.*X.*Y.*"),
        (["losses.py:dot", "--wrt", "2"], r".*2.*X.*Y.*"),
        (["losses.py:dot", "--wrt", "X,"], r".*--wrt.*"),
        (["losses.py:dot", "--shape", "X"], r".*--shape.*X=n,d.*"),
        (["losses.py:dot", "--shape", "X=n,"], r".*--shape X.*"),
        (["losses.py:dot", "--shape", "Z=n"], r".*Z.*"),
        (["losses.py:dot", "--at", "X=1 +"], r".*--at X.*"),
        (["losses.py:dot", "--at", "Z=1.0"], r".*Z.*"),
        (["losses.py:dot", "--style", "none"], r".*--style.*callback.*"),
        (["losses.py:dot", "--timeout", "0"], r".*--timeout.*"),
        (["losses.py:dot", "--none"], r".*--none.*"),
        (["losses.py:dot", "-o", "."], r".*-o \..*"),
        (["losses.py:dot", "-o", "none/dot.py"], r".*none/dot\.py.*"),
        (["losses.py:dot", "-o", "losses.py"], r".*losses\.py.*"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    command: Command, folder: Path, arguments: list[str], told: str
) -> None:
    run = command(*arguments)
    assert (run.returncode, run.stdout) == (2, ""), run.stderr
    assert re.fullmatch(told + CODE, run.stderr)
    assert Path(folder, "losses.py").read_text() == LOSSES


def test_what_cannot_be_done_is_refused_with_its_place(command: Command) -> None:
    run = command("losses.py:guarded")
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"losses\.py:29:5: .*" + CODE, run.stderr), run.stderr
    assert run.stderr.splitlines()[1:] == ["    try:", "    ^"]


def test_a_loop_that_never_ends_is_refused(command: Command) -> None:
    run = command("losses.py:endless")
    assert (run.returncode, run.stdout) == (1, "")
    assert "endless" in run.stderr


def test_a_file_is_written_whole(command: Command, folder: Path) -> None:
    out = folder / "out.py"
    out.write_text("before")
    out.chmod(0o640)
    run = command("losses.py:dot", "-o", "out.py", "-q")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert out.read_text() == command("losses.py:dot").stdout
    assert out.stat().st_mode & 0o777 == 0o640


def test_a_file_is_not_written_at_all(command: Command, folder: Path) -> None:
    out = folder / "out.py"
    out.write_text("before")
    assert command("losses.py:guarded", "-o", "out.py").returncode == 1
    assert out.read_text() == "before"


def test_a_device_stays_what_it_is(command: Command) -> None:
    assert command("losses.py:dot", "-o", os.devnull).returncode == 0
    assert not Path(os.devnull).is_file()


def test_steps_are_told_beside_the_same_code(command: Command) -> None:
    plain = command("losses.py:dot", "--color", "always")
    told = command("losses.py:dot", "--steps", "--color", "always")
    assert told.stdout == plain.stdout
    assert "\x1b[32m+" in told.stderr
    assert "relative error" in told.stderr
    assert "\x1b" not in plain.stdout


@pytest.mark.parametrize("settings", [{}, {"NO_COLOR": "1"}])
def test_what_is_no_terminal_gets_no_color(command: Command, settings: dict[str, str]) -> None:
    assert "\x1b" not in command("losses.py:dot", "--steps", env=settings).stderr
    assert "\x1b" not in command("losses.py:nothing", env=settings).stderr


def test_what_the_function_prints_is_told_if_asked_for(command: Command, folder: Path) -> None:
    text = "import numpy as np\n\n\ndef f(X):\n    print(1234 * 1000)\n    return np.sum(X * X)\n"
    (folder / "talks.py").write_text(text)
    quiet, told = command("talks.py:f"), command("talks.py:f", "-v")
    assert "1234000" not in quiet.stdout + quiet.stderr
    assert told.stdout == quiet.stdout
    assert "1234000\n" in told.stderr


def test_a_crash_that_is_told_is_refused_all_the_same(command: Command, folder: Path) -> None:
    (folder / "ends.py").write_text("import os\n\n\ndef f(X):\n    os.abort()\n    return X * X\n")
    ended = command("ends.py:f", "-v")
    assert ended.returncode == 1
    assert "Fatal Python error: Aborted" in ended.stderr
    assert "ends.py:5:1: `f` ended the process that runs it, by a signal" in ended.stderr


def test_the_version_goes_to_stdout(command: Command) -> None:
    run = command("--version")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"refactor-grad {refactorer.__version__}\n"


def test_help_names_options_examples_and_exit_codes(command: Command) -> None:
    run = command("--help")
    assert (run.returncode, run.stderr) == (0, "")
    for option in ("--wrt", "--shape", "--style", "--steps", "--memory", "Examples", "Exit codes"):
        assert option in run.stdout


@pytest.fixture
def never(folder: Path) -> str:
    """Write a function that needs a module that never ends, and whose processes hold a lock."""
    Path(folder, "never.py").write_text(
        "import fcntl, subprocess\n\n"
        "lock = open('lock', 'w')\n"
        "fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "subprocess.Popen(['sleep', '1000'], pass_fds=[lock.fileno()])\n"
        "open('started', 'w').close()\n"
        "while True:\n    pass\n"
    )
    Path(folder, "waits.py").write_text("from never import c\n\n\ndef f(x):\n    return x * c\n")
    return "waits.py:f"


def is_released(folder: Path) -> bool:
    """Tell whether all processes that hold the lock are gone, once they have had time to go."""
    assert (folder / "started").exists()
    with open(folder / "lock") as lock:
        for _ in range(50):
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            time.sleep(0.1)
    return False


def test_a_function_that_never_ends_is_an_error(command: Command, folder: Path, never: str) -> None:
    run = command(never, "--timeout", "5")
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r".*after 5 s.*--timeout.*" + CODE, run.stderr)
    assert is_released(folder)


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        pytest.param(
            *(signal.SIGHUP, 129),
            marks=pytest.mark.skipif(
                signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="ignored, as under nohup"
            ),
        ),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_no_child_outlives_a_signal(folder: Path, never: str, number: int, status: int) -> None:
    with subprocess.Popen(
        [*COMMAND, never], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_for(folder / "started")
        process.send_signal(number)
        out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (status, b"")
    assert is_released(folder)


def test_an_interrupt_while_the_command_is_loaded_says_nothing(tmp_path: Path) -> None:
    slow = "import pathlib, time\npathlib.Path('started').touch()\ntime.sleep(60)\n"
    (tmp_path / "click.py").write_text(slow)  # what the command imports first
    search = os.pathsep.join([str(tmp_path), *sys.path])
    with subprocess.Popen(
        [*COMMAND, "losses.py:dot"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": search},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        wait_for(tmp_path / "started")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == (b"", b"")
    assert process.returncode == -signal.SIGINT


def wait_for(file: Path) -> None:
    """Wait until a file is there."""
    for _ in range(200):
        if file.exists():
            return
        time.sleep(0.1)
    raise TimeoutError(file)


def test_a_reader_that_has_heard_enough_ends_it_quietly(folder: Path) -> None:
    for arguments in (["losses.py:dot", "-q"], ["--help"]):
        with subprocess.Popen(
            [*COMMAND, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0
