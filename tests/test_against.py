"""Gradients that were written by hand, right and wrong, and what is said of them."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from refactorer import examine
from refactorer.against.columns import in_columns
from refactorer.against.diagnosis.causes import Cause, Clarity
from refactorer.against.diagnosis.fragile import Broken
from refactorer.against.findings import Finding, forgiven
from refactorer.against.mutations import chain
from refactorer.against.points import Point
from refactorer.command import options
from refactorer.errors import Unjudged, Usage
from refactorer.pipeline.run import refactor, silent
from refactorer.processes import examiner
from refactorer.request import Request

HERE = Path(__file__).parent
WRONG, RIGHT = (sorted((HERE / "by_hand").glob(f"{how}*.py")) for how in ("wrong", "right"))


def asked(file: Path, function: str, against: str, said: Sequence[str]) -> Request:
    """Return the request that --shape, --at, --wrt and --against-grad make."""
    pairs = list(zip(said[::2], said[1::2], strict=True))
    given = {key: [value for k, value in pairs if k == key] for key, _ in pairs}
    return Request(
        str(file),
        function,
        options.names(",".join(given.get("--wrt", []))),
        options.shapes(given.get("--shape", [])),
        options.values(given.get("--at", [])),
        against=f"{file}:{against}",
        against_grad="".join(f"{file}:{name}" for name in given.get("--against-grad", [])),
    )


def judged(request: Request) -> tuple[bool, str]:
    """Return whether the code is right, and the report, as the children find it together."""
    found = examined(request, "")
    if found["asks"]:
        wanted = replace(request, style=found["style"], wrt=tuple(found["wrt"]))
        found = examined(request, refactor(wanted, silent).text)
    return found["right"], found["report"]


def examined(request: Request, ours: str) -> dict[str, Any]:
    line = json.dumps({"request": request.as_json(), "ours": ours})
    found: dict[str, Any] = json.loads(examiner.work(line, lambda _: None))
    return found


Described = tuple[Path, str, str, list[str], list[str]]


def described(files: Sequence[Path]) -> list[Described]:
    """Return each function with a docstring: its name, whose gradient it is, options, lines."""
    found = []
    for file in files:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and (doc := ast.get_docstring(node)):
                first, *lines = doc.splitlines()
                _, function, *said = shlex.split(first)
                found.append((file, node.name, function, said, [line for line in lines if line]))
    return found


@pytest.mark.parametrize("row", described(WRONG), ids=lambda row: str(row[1]))
def test_what_is_wrong_is_named(row: Described) -> None:
    file, name, function, said, lines = row
    right, report = judged(asked(file, function, name, said))
    assert not right
    for line in lines:
        pattern = re.escape(line).replace(re.escape("..."), ".*")
        assert re.search(rf"^{pattern}", report, re.MULTILINE), report


@pytest.mark.parametrize("row", described(RIGHT), ids=lambda row: str(row[1]))
def test_what_is_right_is_right_in_every_form(row: Described) -> None:
    file, name, function, said, lines = row
    request = asked(file, function, name, said)
    if request.against_grad:
        request = replace(request, against=f"{file}:{function}")
    right, report = judged(request)
    assert right, report
    for line in lines:
        pattern = re.escape(line).replace(re.escape("..."), ".*")
        assert re.search(rf"^{pattern}", report, re.MULTILINE), report


def test_at_least_twenty_wrong_gradients_are_named() -> None:
    assert len(described(WRONG)) >= 40


def test_a_defect_of_the_search_is_no_change_that_makes_no_sense() -> None:
    changed = chain.Numbers(lambda _: 1 / 0, 1)
    with pytest.raises(chain.Senseless):
        changed({})
    with pytest.raises(chain.Senseless):
        chain.Numbers(lambda _: 1.0, 2)({})
    file = HERE / "by_hand" / "wrong.py"
    one = next(chain.slips(ast.parse(file.read_text())))
    with pytest.raises(AttributeError):  # of the trial that is none
        chain.explains(one, "mse", "X", None)  # type: ignore[arg-type]


def test_the_search_for_causes_counts_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    request = asked(HERE / "by_hand" / "wrong_slips.py", "conv", "conv_end", ["--shape", "w=3"])
    monkeypatch.setattr(time, "monotonic", lambda: float("inf"))  # as on a machine that is busy
    assert "leaves out the last turn" in judged(request)[1]
    monkeypatch.setattr(time, "process_time", iter(range(0, 10**9, 100)).__next__)
    assert "leaves out the last turn" not in judged(request)[1]


def write(folder: Path, body: str) -> Path:
    """Return a file with a function `f` and what is written beside it."""
    head = "import numpy as np\n\n\ndef f(X, Y):\n    return np.sum(X * np.tanh(Y))\n\n\n"
    file = folder / "losses.py"
    file.write_text(head + dedent(body))
    return file


BAD = [
    ("pass", "`df` returns nothing, in which there is no gradient"),
    ("return 'X'", "`df` returns a str, in which there is no gradient"),
    ("return 1.0, 'X'", "`df` returns a tuple of 2, in which there is no gradient"),
    ("return ()", "`df` returns a tuple of 0, in which there is no gradient"),
    ("return X * 1j", "`df` returns complex128 of shape .*, in which there is no gradient"),
    ("return object()", "`df` returns a object, in which there is no gradient"),
    ("return X, Y, X", "`df` returns 3 gradients for 2 inputs: X, Y. --wrt names the inputs"),
    ("return {'dX': X, 'dZ': X}", "a gradient under the name 'dZ', which is of no input"),
    ("return f(X, Y), lambda g: None", "`df` gives nothing for a gradient"),
    ("return f(X, Y), lambda g: 1 / 0", "`df` raises ZeroDivisionError: division by zero"),
    ("raise RuntimeError('no')", "`df` raises RuntimeError: no"),
    ("raise SystemExit(3)", "`df` raises RuntimeError: it ends the process by SystemExit"),
    ("while True:\n        pass", "`df` does not end: it was not done after 2 s"),
]


@pytest.mark.parametrize(("body", "reason"), BAD)
def test_what_cannot_be_judged(tmp_path: Path, body: str, reason: str) -> None:
    file = write(tmp_path, f"def df(X, Y):\n    {body}\n")
    request = asked(file, "f", "df", ["--shape", "X=n", "--shape", "Y=n"])
    with pytest.raises(Unjudged, match=reason) as caught:
        examined(request, "")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("signature", ["X", "a, b, c", "", "X, Y, one, other"])
def test_parameters_that_do_not_fit(tmp_path: Path, signature: str) -> None:
    file = write(tmp_path, f"def df({signature}):\n    return 1.0\n")
    with pytest.raises(Unjudged, match=r"`df\(.*\)` does not take the arguments of `f\(X, Y\)`"):
        examined(asked(file, "f", "df", []), "")


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    file = write(tmp_path, "def df(X, Y):\n    return np.tanh(Y)\n")
    with pytest.raises(Usage, match="has no function `dgradient`"):
        examined(asked(file, "f", "dgradient", []), "")


def test_a_wrong_value_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "def df(X, Y):\n    return f(X, Y) / len(X), np.tanh(Y)\n")
    right, report = judged(asked(file, "f", "df", ["--shape", "X=n", "--shape", "Y=n"]))
    assert not right
    assert "value: wrong: it is 1/n of the value: a division by n too many" in report
    assert re.search(r"value is \S+ where the function gives \S+: a relative error of", report)
    assert "\nX: right" in report


def test_the_place_both_values_and_the_error_are_shown(tmp_path: Path) -> None:
    file = write(tmp_path, "def df(X, Y):\n    return -np.tanh(Y)\n")
    _, report = judged(asked(file, "f", "df", ["--shape", "X=n", "--shape", "Y=n"]))
    place = (
        r"    dX\[\d\] is (\S+) where differences give (\S+): a relative error of 2.0e\+00 \(at n="
    )
    found = re.search(place, report)
    assert found
    assert float(found[1]) == -float(found[2])


def test_other_shapes_for_which_it_is_right_are_told(tmp_path: Path) -> None:
    body = """
    def g(X):
        return np.sum(X @ X)


    def dg(X):
        return 2 * X
    """
    right, report = judged(asked(write(tmp_path, body), "g", "dg", []))
    assert not right
    assert "it is right for X: a vector of length n" in report


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "refactorer", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


CODE = """
def right(X, Y):
    print("noise")
    return np.tanh(Y)


def wrong(X, Y):
    return X * Y


def nothing(X, Y):
    pass


def sleeps(X, Y):
    import signal, time
    signal.setitimer = lambda *_: None
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
"""
SHAPES = ("--shape", "X=n", "--shape", "Y=n")


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["--against", "losses.py:right"], 0, ""),
        (["--against-grad", "losses.py:right"], 0, ""),
        (["--against", "losses.py:wrong"], 1, ""),
        (["--against", "losses.py:none"], 2, "losses.py has no function `none` at its top level"),
        (["--against", "nowhere.py:f"], 2, "there is no file `nowhere.py`"),
        (["--against", "losses.py"], 2, "'losses.py' names no function"),
        (["--against", "losses.py:right", "--wrt", "Z"], 2, "`Z` is no parameter of `f`"),
        (["--against", "losses.py:sleeps", "--timeout", "4"], 4, "f was not done after 4 s"),
    ],
)
def test_the_command_and_its_exit_codes(
    tmp_path: Path, arguments: list[str], code: int, error: str
) -> None:
    write(tmp_path, CODE)
    done = run(tmp_path, "losses.py:f", *SHAPES, *arguments)
    assert done.returncode == code, done
    assert done.stderr.startswith(error)
    assert done.stderr.count("\n") == bool(error)
    assert done.stdout.startswith("losses.py:") == (code < 2)
    assert "noise" not in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"losses.py"}


def test_ours_is_shown_beside_it(tmp_path: Path) -> None:
    write(tmp_path, CODE)
    done = run(tmp_path, "losses.py:f", *SHAPES, "--against", "losses.py:right", "--diff")
    assert done.returncode == 0
    assert re.search(r"^def right\(X, Y\): +\| import numpy as np$", done.stdout, re.MULTILINE)
    assert re.search(r"return np.tanh\(Y\) +[<|]", done.stdout)
    assert "def d_f(X, Y, d_out=1.0):" in done.stdout


def test_the_report_may_go_to_a_file(tmp_path: Path) -> None:
    write(tmp_path, CODE)
    done = run(tmp_path, "losses.py:f", *SHAPES, "--against", "losses.py:wrong", "-o", "report")
    assert (done.returncode, done.stdout) == (1, "")
    assert "X: wrong: " in (tmp_path / "report").read_text()


def test_where_there_is_none_of_ours_it_is_judged_all_the_same(tmp_path: Path) -> None:
    body = """
    def guarded(X):
        try:
            return np.sum(X * X)
        except ValueError:
            return 0.0


    def absolute(X):
        return 2 * np.abs(X)
    """
    write(tmp_path, body)
    code = "losses.py:absolute"
    done = run(tmp_path, "losses.py:guarded", "--shape", "X=n", "--against", code)
    assert done.returncode == 1
    assert "X: wrong: it is wrong only where X < 0: there the sign is wrong" in done.stdout
    assert done.stderr.startswith("without a comparison with ours, for there is none: ")


def test_from_python(tmp_path: Path) -> None:
    file = write(tmp_path, CODE)
    shapes = {"X": "n", "Y": "n"}
    assert examine(f"{file}:f", f"{file}:right", shapes=shapes).right
    found = examine(f"{file}:f", f"{file}:wrong", shapes=shapes, wrt="X")
    assert not found.right
    assert "X: wrong: " in found.report
    with pytest.raises(Unjudged):
        examine(f"{file}:f", f"{file}:nothing", shapes=shapes)


def test_columns_stand_beside_each_other() -> None:
    rows = list(in_columns("a\nlong line\nb\n", "a\nb\nc", "left", "right"))
    assert rows == [
        "left        right",
        "---------   -----",
        "a           a",
        "long line <",
        "b           b",
        "          > c",
    ]


def test_what_breaks_in_ours_too_is_no_fault() -> None:
    point = Point(where="", sizes={}, changes={}, name="X")
    fragile = Finding("X", False, 1e-12, Cause("it is zero", Clarity.FRAGILE), point)
    assert forgiven(fragile, Broken("it is zero", point)).right
    assert forgiven(fragile, Broken("it is zero", point)).remark == "it is zero"
    assert not forgiven(fragile, Broken("it is large", point)).right
    assert not forgiven(fragile, None).right
    plainly = Finding("X", False, 1.0, Cause("it is zero"), point)
    assert not forgiven(plainly, Broken("it is zero", point)).right
