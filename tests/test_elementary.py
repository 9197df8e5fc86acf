"""Functions of the user's that need no callback, since their derivative reads what they return."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorer.judging.verify import judge_draft
from refactorer.pipeline.run import refactor, silent
from refactorer.request import Request

# What f returns, what calls it, and what is printed where it needs no callback; "" where it does.
HELPERS = [
    ("its output alone", "1 / (1 + np.exp(-x))", "f(X) * X", "f_X * (1 + X * (1 - f_X))"),
    ("a square", "np.tanh(x)", "np.sum(f(X))", "(1 - f_X**2)"),
    ("itself", "np.exp(x)", "np.log(2 + f(X))", "f_X / two_plus_f_X"),
    ("its argument", "np.sin(x)", "f(X) * X", ""),
    ("a sum", "np.exp(x) / np.sum(np.exp(x))", "f(X) * X", ""),
    ("an argument with a name", "np.tanh(x)", "f(X) * f(x=2 * X)", ""),
]


@pytest.mark.parametrize(
    ("what", "helper", "body", "written"), HELPERS, ids=[row[0] for row in HELPERS]
)
def test_a_derivative_is_written_out_where_the_caller_has_what_it_reads(
    what: str, helper: str, body: str, written: str, tmp_path: Path
) -> None:
    own = f"def f(x):\n    return {helper}\n"
    file = tmp_path / "file.py"
    file.write_text(f"import numpy as np\n\n\n{own}\n\ndef target(X):\n    return {body}\n")
    draft = refactor(Request(str(file), "target", shapes={"X": ("n",)}), silent)
    assert judge_draft(draft).right, what
    assert (own in draft.text) is bool(written), what
    assert ("backprop" in draft.text) is not bool(written), what
    assert written in draft.text, what


def test_who_calls_a_function_with_a_callback_is_called_for_it_too(tmp_path: Path) -> None:
    file = tmp_path / "file.py"
    file.write_text(
        "import numpy as np\n\n\ndef squash(x):\n    return np.tanh(x)\n\n\n"
        "def gate(x, y):\n    return squash(x) * np.sin(y)\n\n\n"
        "def target(X, Y):\n    return gate(squash(X), Y) * squash(Y)\n"
    )
    shapes = {"X": ("n", "d"), "Y": ("n", "d")}
    draft = refactor(Request(str(file), "target", ("all",), shapes), silent)
    assert judge_draft(draft).right
    assert "def squash(x):\n    return np.tanh(x)\n" in draft.text
    assert "squash_X = squash(X)" in draft.text
    assert "backprop_gate_squash_X = gate(squash_X, Y)" in draft.text.replace(" \\\n", "")
