"""The test beside the printed code: it passes, and fails where that code is broken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import command

from refactorer.draft import Draft
from refactorer.errors import Refused, Usage
from refactorer.judging.rehearsal import rehearsed
from refactorer.judging.verify import judge_draft
from refactorer.pipeline.run import refactor, silent
from refactorer.request import Request

USERS = '''\
import numpy as np


def nll(logits, labels):
    """Cross entropy of labels."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    scores = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return scores.mean()


def means(X, lengths):
    Y = np.zeros((len(lengths), X.shape[1]))
    start = 0
    for i, length in enumerate(lengths):
        Y[i] = X[start : start + length].mean(axis=0)
        start += length
    return Y


def entropy(p):
    return -np.sum(p * np.log(p))


def drawn(rng, scale=2.0):
    return np.tanh(rng) * scale


def both(X, Y):
    return X @ Y, np.sum(X**2)


def determinant(A):
    return np.log(np.linalg.det(A))


def scaled(X, mode="mean", weight=None):
    out = X**2
    if weight is not None:
        out = out * weight
    if mode == "mean":
        out = out.mean()
    else:
        out = out.sum()
    return out


def length(X):
    return np.sqrt(np.sum(X**2))


def relative(X):
    return X / length(X)


def large(X):
    return np.sum(X**3 * 1e60)


def positional(X, /):
    return np.sum(X**2)
'''
LABELS = {"logits": ("n", "k"), "labels": ("n",)}
SEQUENCES = {"X": ("n", "d"), "lengths": ("b",)}
WEIGHED = {"X": ("n",), "weight": ("n",)}
PAIR = {"X": ("n", "d"), "Y": ("d", "m")}
Shapes = Mapping[str, tuple[str, ...]]
# A function, how its gradient is asked for, what the test says of its arguments and cases, and how
# the printed code is broken.
ASKED: list[tuple[str, str, Shapes, str, str, str, str]] = [
    ("nll", "logits", LABELS, "callback", "rng.integers(k, size=n)", "-= d_nll", "+= d_nll"),
    (
        *("means", "X", SEQUENCES, "grad"),
        *("np.sort(rng.choice(np.arange(1, n), b - 1, False))", "] = d_out[i] / length", "] = 1"),
    ),
    (
        *("entropy", "p", {"p": ("n",)}, "value-and-grad"),
        *("rng.uniform(0.2, 2.5, size=n)", "-(1 + log_p)", "-log_p"),
    ),
    (
        *("drawn", "rng,scale", {"rng": ("in", "4*d")}, "callbacks"),
        *("rng.normal(size=(in_, 4 * d))", "np.vdot(d_out, tanh_rng)", "np.vdot(d_out, out)"),
    ),
    ("both", "X,Y", PAIR, "callback", "for part in output", "X.T @ d_XY", "d_XY.T @ X"),
    (
        *("determinant", "A", {"A": ("n", "n")}, "callback"),
        *("root @ root.swapaxes(-1, -2)", "np.linalg.inv(A).T", "np.linalg.inv(A.T + 1)"),
    ),
    ("scaled", "X", WEIGHED, "callback", '{"n": 3, "weight": None}', "is not None:", "is None:"),
]


def drafted(folder: Path, name: str, **asked: Any) -> Draft:
    path = folder / "users.py"
    path.write_text(USERS)
    return refactor(Request(str(path), name, **{"test": "", **asked}), silent)


def failures(draft: Draft, old: str = "", new: str = "") -> list[str]:
    """What fails where the printed code is another one."""
    code, test = draft.text.replace(old, new), draft.test
    if old:
        assert code != draft.text
        test = test if draft.tested else test.replace(old, new)
    return [failure for _, failure in rehearsed(test, code, draft.tested) if failure]


@pytest.mark.parametrize(("name", "wrt", "shapes", "style", "said", "old", "new"), ASKED)
@pytest.mark.parametrize("module", ["", "printed"])
def test_it_passes_and_fails_where_the_code_is_broken(
    name: str,
    wrt: str,
    shapes: Shapes,
    style: str,
    said: str,
    old: str,
    new: str,
    module: str,
    tmp_path: Path,
) -> None:
    asked = {"wrt": tuple(wrt.split(",")), "shapes": shapes, "style": style, "test": module}
    draft = drafted(tmp_path, name, **asked)
    assert said in draft.test
    assert '["float64", "float32"]' in draft.test
    assert (f"from printed import {draft.printed}" in draft.test) == bool(module)
    assert judge_draft(draft).right
    assert failures(draft) == []
    assert failures(draft, old, new) != []


def test_another_dtype_fails(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "determinant", shapes={"A": ("n", "n")})
    assert failures(draft, "inv(A).T", "inv(A).T.astype(float)") != []


def test_the_judge_passes_no_test_that_fails(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "entropy", shapes={"p": ("n",)})
    verdict = judge_draft(replace(draft, test=draft.test.replace("above - below", "below - above")))
    assert not verdict.right
    assert verdict.reason.startswith("its test fails at {'case': {'n': 3}, 'dtype': 'float64'}")


def test_a_precision_in_which_the_function_is_not_finite_is_left_out(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "large", shapes={"X": ("n",)})
    assert '"dtype", ["float64"]' in draft.test


def test_no_test_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no test of positional could be written: TypeError"):
        drafted(tmp_path, "positional", shapes={"X": ("n",)})
    with pytest.raises(Usage, match="does not go with --style scipy"):
        drafted(tmp_path, "entropy", style="scipy", shapes={"p": ("n",)})
    with pytest.raises(Usage, match="and your function both define length"):
        drafted(tmp_path, "relative", style="grad", shapes={"X": ("n",)})
    draft = drafted(tmp_path, "relative", style="grad", shapes={"X": ("n",)}, test="printed")
    assert failures(draft) == []


# As a process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "users.py").write_text(USERS)
    return tmp_path


def under_pytest(folder: Path, test: str) -> int:
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    return subprocess.run(program, cwd=folder, capture_output=True, check=False).returncode


@pytest.mark.parametrize("style", ["callback", "callbacks", "grad", "value-and-grad"])
def test_under_pytest_it_passes_and_fails_where_the_code_is_broken(
    style: str, folder: Path
) -> None:
    asked = ["users.py:entropy", "--shape", "p=n", "--style", style]
    run = command(folder, *asked, "-o", "printed.py", "--emit-test", "test_printed.py")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert under_pytest(folder, "test_printed.py") == 0
    code = (folder / "printed.py").read_text()
    (folder / "printed.py").write_text(code.replace("1 + log_p", "2.5 + log_p"))
    assert under_pytest(folder, "test_printed.py") == 1


def test_it_holds_the_code_that_goes_to_stdout(folder: Path) -> None:
    run = command(folder, "users.py:entropy", "--shape", "p=n", "--emit-test", "test_it.py")
    test = folder / "test_it.py"
    assert run.stdout.partition("\n\n\n")[2] in test.read_text()
    assert under_pytest(folder, "test_it.py") == 0
    test.write_text(test.read_text().replace("1 + log_p", "1.5 - log_p"))
    assert under_pytest(folder, "test_it.py") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--emit-test", "nowhere/test.py"], "--emit-test nowhere/test.py: there is no folder"),
        (["--emit-test", "users.py"], "--emit-test users.py: it is the file that is read"),
        (["--emit-test", "it.py", "-o", "it.py"], "-o and --emit-test name one file"),
        (["--emit-test", "it.py", "-o", "my-code.py"], "a test cannot import from it"),
        (["--emit-test", "it.py", "-i"], "-i and --emit-test do not go together"),
        (["--emit-test", "it.py", "--json"], "--emit-test goes with printed code alone"),
    ],
)
def test_nothing_is_written_where_a_test_cannot_be(
    arguments: list[str], told: str, folder: Path
) -> None:
    run = command(folder, "users.py:entropy", "--shape", "p=n", *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert told in run.stderr
    assert [path.name for path in folder.iterdir()] == ["users.py"]
    assert (folder / "users.py").read_text() == USERS


def test_nothing_is_written_where_the_code_is_refused(folder: Path) -> None:
    arguments = ["users.py:positional", "-o", "printed.py", "--emit-test", "test_it.py"]
    run = command(folder, *arguments)
    assert run.returncode == 1
    assert [path.name for path in folder.iterdir()] == ["users.py"]
