"""Blocks in users' files: written, updated, found stale; nothing else in the file changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import black
import numpy as np
import pytest
from commands import command

ROOT = Path(__file__).parent.parent

LOSSES = '''\
"""Losses."""
import numpy as np

SCALE = 0.5


def norm(X):
    return np.sqrt(np.sum(X * X))


def mse(guess, truth):
    """Squared error, per entry."""
    return SCALE * np.sum((guess - truth) ** 2)
    # what it is used for


def guarded(X):
    try:
        return X * 2
    except ValueError:
        return X


def unit(X):
    return np.sum(X) / norm(X)


TOTAL = mse(np.ones(2), np.zeros(2))
'''
FIRST = "# >>> refactor-grad "


@pytest.fixture
def losses(tmp_path: Path) -> Path:
    path = tmp_path / "losses.py"
    path.write_bytes(LOSSES.encode())
    return path


def executed(path: Path) -> dict[str, Any]:
    """Return what a file defines."""
    namespace: dict[str, Any] = {}
    exec(compile(path.read_bytes(), str(path), "exec"), namespace)
    return namespace


def without_blocks(data: bytes) -> bytes:
    """Return the bytes of a file without the lines of its blocks and the two blank ones above."""
    kept: list[bytes] = []
    inside = False
    for line in data.splitlines(keepends=True):
        if line.startswith(FIRST.encode()):
            inside, kept = True, kept[:-2]
        if not inside:
            kept.append(line)
        if line.startswith(b"# <<< refactor-grad"):
            inside = False
    return b"".join(kept)


def test_a_block_is_written_below_its_function_and_the_function_stays(losses: Path) -> None:
    run = command(losses.parent, "-i", "losses.py:mse", "--wrt", "guess,truth")
    assert (run.returncode, run.stdout) == (0, "")
    assert "losses.py:17: mse_with_gradient is new" in run.stderr
    text = losses.read_text()
    assert without_blocks(losses.read_bytes()) == LOSSES.encode()
    assert text.startswith(LOSSES.partition("\n\n\ndef guarded")[0])
    assert f"{FIRST}mse --wrt guess,truth\ndef mse_with_gradient(guess, truth):\n" in text
    found = executed(losses)
    assert found["TOTAL"] == found["mse"](np.ones(2), np.zeros(2)) == 1.0
    out, backprop = found["mse_with_gradient"](np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    assert out == 2.0
    np.testing.assert_allclose(backprop(2.0), [[4.0, 0.0], [-4.0, 0.0]])


def test_helpers_get_names_of_their_own(losses: Path) -> None:
    assert command(losses.parent, "-i", "losses.py:unit").returncode == 0
    assert command(losses.parent, "-i", "losses.py:norm").returncode == 0
    before = losses.read_bytes()
    assert command(losses.parent, "-i", "losses.py").returncode == 0
    assert losses.read_bytes() == before
    found = executed(losses)
    X = np.array([3.0, 4.0])
    assert found["norm"](X) == found["norm_with_gradient"](X)[0] == 5.0
    _, get_dX = found["unit_with_gradient"](X)
    np.testing.assert_allclose(get_dX(1.0), 1 / 5 - 7 / 125 * X)
    assert "_norm_with_gradient(X)" in losses.read_text()


def test_black_finds_nothing_to_do_in_a_block(losses: Path) -> None:
    command(losses.parent, "-i", "losses.py:unit", "losses.py:mse")
    text = losses.read_text()
    clean = black.format_str(LOSSES, mode=black.Mode())
    assert without_blocks(black.format_str(text, mode=black.Mode()).encode()) == clean.encode()
    losses.write_text(black.format_str(text, mode=black.Mode(line_length=40)))
    before = losses.read_bytes()
    assert command(losses.parent, "-i", "losses.py").returncode == 0
    assert losses.read_bytes() == before, "another layout is no edit, and stays"


def test_a_hook_finds_what_is_stale_updates_it_and_finds_it_clean(losses: Path) -> None:
    folder = losses.parent
    (folder / "deep" / "er").mkdir(parents=True)
    other = folder / "deep" / "er" / "plain.py"
    other.write_text("x = 1\n")
    files = "losses.py", "deep/er/plain.py"
    command(folder, "-i", "losses.py:mse", "--wrt", "all")
    assert command(folder, "--check", *files).returncode == 0

    losses.write_text(losses.read_text().replace("SCALE = 0.5", "SCALE = 0.25"))
    run = command(folder, "--check", *files)
    assert (run.returncode, run.stdout) == (1, "")
    assert "losses.py:17:1: the block of `mse` is stale" in run.stderr

    shown = command(folder, "--diff", "**/*.py")
    assert shown.returncode == 1
    assert "\n-# <<< refactor-grad source " in shown.stdout
    before = losses.read_text()
    assert command(folder, "-i", *files).returncode == 0
    assert losses.read_text() != before
    assert before.partition(FIRST)[0] == losses.read_text().partition(FIRST)[0]
    assert f"{FIRST}mse --wrt all\n" in losses.read_text()
    assert command(folder, "--check", "**/*.py").returncode == 0
    assert command(folder, "--diff", "**/*.py").returncode == 0
    assert other.read_text() == "x = 1\n"


def test_a_check_can_show_the_difference(losses: Path) -> None:
    folder = losses.parent
    command(folder, "-i", "losses.py:mse", "losses.py:norm")
    assert command(folder, "--check", "--diff", "losses.py").stdout == ""
    stale = losses.read_text().replace("SCALE = 0.5", "SCALE = 0.25")
    losses.write_text(stale)
    run = command(folder, "--check", "--diff", "losses.py")
    assert run.returncode == 1
    assert run.stdout == command(folder, "--diff", "losses.py").stdout
    assert "@@" in run.stdout
    assert run.stderr.count("losses.py:30:1: the block of `mse` is stale") == 1
    assert losses.read_text() == stale
    run = command(folder, "--check", "--diff", "-", stdin=stale.encode())
    assert (run.returncode, "@@" in run.stdout) == (1, True)
    run = command(folder, "--check", "--diff", "--json", "losses.py")
    found = {one["name"] or one["target"]: one for one in json.loads(run.stdout)["results"]}
    assert found["losses.py:mse"]["problem"]["reason"].startswith("the block of `mse` is stale")
    assert found["losses.py:mse"]["edit"]["span"]
    assert found["norm_with_gradient"]["edit"] is None


def test_a_check_shows_what_is_right_though_it_was_edited_as_no_difference(losses: Path) -> None:
    command(losses.parent, "-i", "losses.py:mse")
    edited = losses.read_text().replace("    def get_d_guess(", "    # mine\n    def get_d_guess(")
    losses.write_text(edited)
    run = command(losses.parent, "--check", "--diff", "losses.py")
    assert (run.returncode, run.stdout) == (0, "")
    losses.write_text(edited.replace("SCALE = 0.5", "SCALE = 0.25"))
    run = command(losses.parent, "--check", "--diff", "losses.py")
    assert (run.returncode, run.stdout) == (1, "")
    assert "is stale" in run.stderr
    assert "was edited by hand. --force" in run.stderr
    assert "@@" in command(losses.parent, "--check", "--diff", "--force", "losses.py").stdout


def test_options_of_a_block_hold_until_others_are_given(losses: Path) -> None:
    command(losses.parent, "-i", "losses.py:mse", "--wrt", "truth", "--shape", "truth=n,d")
    command(losses.parent, "-i", "losses.py:mse", "--style", "grad")
    text = losses.read_text()
    assert f"{FIRST}mse --wrt truth --shape truth=n,d --style grad\ndef d_mse(" in text
    losses.write_text(text.replace("--wrt truth", "--wrt guess"))
    assert "is stale" in command(losses.parent, "--check", "losses.py:mse").stderr
    losses.write_text(text.replace("--wrt truth", "--wart truth"))
    run = command(losses.parent, "-i", "losses.py")
    assert run.returncode == 2
    assert "the block of mse in losses.py: No such option" in run.stderr


def test_a_block_that_was_edited_is_not_written_over(losses: Path) -> None:
    command(losses.parent, "-i", "losses.py:mse")
    written = losses.read_text()
    edited = written.replace("    def get_d_guess(", "    # checked by hand\n    def get_d_guess(")
    assert edited != written
    losses.write_text(edited)
    run = command(losses.parent, "-i", "losses.py")
    assert run.returncode == 1
    assert "losses.py:17:1: the block of `mse` was edited by hand. --force" in run.stderr
    assert losses.read_text() == edited
    assert command(losses.parent, "--diff", "losses.py").returncode == 1
    check = command(losses.parent, "--check", "losses.py")
    assert (check.returncode, "edited by hand, and is right" in check.stderr) == (0, True)
    assert command(losses.parent, "-i", "--force", "losses.py").returncode == 0
    assert losses.read_text() == written


def test_a_block_that_is_wrong_fails_the_check(losses: Path) -> None:
    command(losses.parent, "-i", "losses.py:norm")
    losses.write_text(losses.read_text().replace("(d_norm / norm_) * X", "(norm_ / d_norm) * X"))
    text = losses.read_text()
    changed = text.replace(" / ", " * ") if "norm_ / d_norm" not in text else text
    losses.write_text(changed)
    run = command(losses.parent, "--check", "losses.py")
    assert run.returncode == 1
    assert "could not be verified" in run.stderr


@pytest.mark.parametrize(
    ("case", "data"),
    [
        ("crlf", LOSSES.replace("\n", "\r\n").encode()),
        ("a mark of byte order", b"\xef\xbb\xbf" + LOSSES.encode()),
        ("latin-1", f"# coding: latin-1\n# na\xefve\n{LOSSES}".encode("latin-1")),
        ("tabs", LOSSES.replace("    ", "\t").encode()),
        ("mixed ends", LOSSES.replace('."""\n', '."""\r\n').encode() + b"\x0c\nx = 1   \n\n\n"),
    ],
)
def test_nothing_outside_the_block_changes(losses: Path, case: str, data: bytes) -> None:
    losses.write_bytes(data)
    run = command(losses.parent, "-i", "losses.py:mse")
    assert run.returncode == 0, (case, run.stderr)
    assert without_blocks(losses.read_bytes()) == data
    assert executed(losses)["mse_with_gradient"](np.ones(2), np.zeros(2))[0] == 1.0
    ends = {line[-2:] == b"\r\n" for line in losses.read_bytes().splitlines(keepends=True)}
    assert len(ends) == (2 if case == "mixed ends" else 1)
    losses.write_bytes(losses.read_bytes().replace(b"SCALE = 0.5", b"SCALE = 0.25"))
    assert command(losses.parent, "-i", "losses.py").returncode == 0
    assert without_blocks(losses.read_bytes()) == data.replace(b"SCALE = 0.5", b"SCALE = 0.25")


def test_a_file_without_an_end_of_line_stays_without(losses: Path) -> None:
    data = b"def square(x):\n    return x * x  # done"
    losses.write_bytes(data)
    assert command(losses.parent, "-i", "losses.py:square").returncode == 0
    found = losses.read_bytes()
    assert found.startswith(data + b"\n\n\n# >>> refactor-grad square\n")
    assert not found.endswith(b"\n")
    assert command(losses.parent, "--check", "losses.py").returncode == 0


def test_markers_in_a_string_are_text(losses: Path) -> None:
    quoted = f'TEXT = """\n{FIRST}norm\n"""\n\n\ndef f(x):\n    return x * 2\n'
    losses.write_text(quoted)
    assert command(losses.parent, "-i", "losses.py:f").returncode == 0
    assert losses.read_text().startswith(quoted)


@pytest.mark.parametrize("lost", [f"{FIRST}mse\n", "# <<< refactor-grad source a text b\n"])
def test_a_marker_without_another(losses: Path, lost: str) -> None:
    losses.write_text(LOSSES + lost)
    run = command(losses.parent, "--check", "losses.py")
    assert run.returncode == 2
    assert f"losses.py:{len(LOSSES.splitlines()) + 1}:1: this marker" in run.stderr


def test_where_one_of_several_fails_no_file_is_touched(losses: Path) -> None:
    other = losses.parent / "other.py"
    other.write_text(LOSSES)
    run = command(losses.parent, "-i", "losses.py:mse", "other.py:guarded", "other.py:norm")
    assert run.returncode == 1
    assert "other.py:18:5:" in run.stderr
    assert losses.read_text() == other.read_text() == LOSSES


def test_a_name_that_the_file_has_is_not_taken_from_it(losses: Path) -> None:
    run = command(losses.parent, "-i", "losses.py:mse", "--name", "{}")
    assert run.returncode == 1
    assert "has another `mse`. --name" in run.stderr
    run = command(losses.parent, "-i", "losses.py:mse", "--name", "{}_vjp")
    assert run.returncode == 0
    assert f"{FIRST}mse --name '{{}}_vjp'\ndef mse_vjp(" in losses.read_text()
    assert losses.read_text().count(FIRST) == 1


def test_what_is_printed_can_be_named(losses: Path) -> None:
    run = command(losses.parent, "losses.py:mse", "--name", "mse_and_callback")
    assert (run.returncode, "def mse_and_callback(guess, truth):" in run.stdout) == (0, True)
    assert command(losses.parent, "losses.py:mse", "--name", "2").returncode == 2


def test_a_link_stays_a_link_and_its_file_is_written_once(losses: Path) -> None:
    link = losses.parent / "link.py"
    link.symlink_to(losses)
    assert command(losses.parent, "-i", "link.py:mse", "losses.py:mse").returncode == 0
    assert link.is_symlink()
    assert losses.read_text().count(FIRST) == 1


def test_a_read_only_file_is_left_alone(losses: Path) -> None:
    losses.chmod(0o444)
    run = command(losses.parent, "-i", "losses.py:mse")
    assert run.returncode == 1
    assert "losses.py is read-only" in run.stderr
    assert losses.read_text() == LOSSES


def test_stdin_is_taken_for_a_file(losses: Path) -> None:
    code = command(losses.parent, "-:mse", stdin=LOSSES.encode())
    assert code.stdout == command(losses.parent, "losses.py:mse").stdout
    losses.write_text("")
    crlf = LOSSES.replace("\n", "\r\n").encode()
    run = command(losses.parent, "-i", "-:mse", "--stdin-filename", "losses.py", stdin=crlf)
    assert run.returncode == 0
    assert without_blocks(run.stdout.encode()) == crlf
    same = command(losses.parent, "-i", "-", stdin=crlf)
    assert (same.returncode, same.stdout.encode()) == (0, crlf)
    checked = command(losses.parent, "--check", "-", stdin=run.stdout.encode())
    assert checked.returncode == 0
    stale = run.stdout.replace("SCALE = 0.5", "SCALE = 2.0").encode()
    checked = command(losses.parent, "--check", "-", "--stdin-filename", "losses.py", stdin=stale)
    assert checked.returncode == 1
    assert "losses.py:17:1:" in checked.stderr
    assert losses.read_text() == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-i", "--check", "losses.py"], "-i and --check do not go together"),
        (["-i", "-o", "out.py", "losses.py:mse"], "-i and -o do not go together"),
        (["losses.py:mse", "losses.py:norm"], "the code of one function is printed"),
        (["losses.py"], "'losses.py' names no function"),
        (["-i", "none/*.py"], "no file is like 'none/*.py'"),
        (["-i", "-", "losses.py"], "'-' goes with no other file"),
        (["-i", "none.py"], "there is no file `none.py`"),
        (["-i", "losses.py:none"], "losses.py has no function `none`"),
    ],
)
def test_wrong_usage(losses: Path, arguments: list[str], told: str) -> None:
    run = command(losses.parent, *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert told in run.stderr
    assert losses.read_text() == LOSSES


def test_a_function_without_a_block_fails_the_check(losses: Path) -> None:
    run = command(losses.parent, "--check", "losses.py:mse")
    assert run.returncode == 1
    assert "`mse` has no block in losses.py. refactor-grad -i writes it" in run.stderr


def test_what_is_annotated_brings_its_import_along(losses: Path) -> None:
    losses.write_text("def f(x: float) -> float:\n    return x * x\n")
    assert command(losses.parent, "-i", "losses.py:f").returncode == 0
    assert "f\nfrom collections.abc import Callable\n" in losses.read_text()
    assert executed(losses)["f_with_gradient"](3.0)[1](1.0) == 6.0


def test_what_the_file_imports_is_not_imported_again(losses: Path) -> None:
    losses.write_text(
        "from typing import Callable\nfrom not_installed.types import Floats1d\n"
        "import numpy as np\n\n\ndef f(x: Floats1d) -> Floats1d:\n    return np.sin(x)\n"
    )
    assert command(losses.parent, "-i", "losses.py:f").returncode == 0
    assert "f\ndef f_with_gradient(x: Floats1d) -> tuple[Floats1d, Call" in losses.read_text()
    assert command(losses.parent, "--check", "losses.py").returncode == 0
    losses.write_text("def f(x):\n    return abs(x)\n")
    assert command(losses.parent, "-i", "losses.py:f").returncode == 0
    assert "f\nimport numpy as np\n\n\ndef f_with_gradient(x):" in losses.read_text()


def test_what_a_helper_elsewhere_reads_is_brought_along(losses: Path) -> None:
    (losses.parent / "helpers.py").write_text(
        "import numpy as np\n\nEPS = 1e-3\n\n\ndef shrunk(X):\n    return np.sum(X * X) + EPS\n"
    )
    losses.write_text("from helpers import shrunk\n\n\ndef f(X):\n    return shrunk(X) ** 2\n")
    assert command(losses.parent, "-i", "losses.py:f").returncode == 0
    assert command(losses.parent, "--check", "losses.py").returncode == 0
    program = "import losses, numpy as np; print(losses.f_with_gradient(np.ones(1))[1](1.0))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=losses.parent, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    assert run.stdout == "[4.004]\n", run.stderr


def test_the_hooks_run_what_the_command_knows() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "entry: refactor-grad --check" in hooks
    assert "entry: refactor-grad -i" in hooks
