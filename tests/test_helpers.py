"""Functions that are called at different ranks, and what a target may take and return."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import libcst as cst
import pytest

from refactorer.draft import Note
from refactorer.errors import Refused
from refactorer.flow.calling.decided import decided
from refactorer.judging.verify import judge_draft
from refactorer.pipeline.list_outputs import returns_lists, with_lists, with_tuples
from refactorer.pipeline.run import refactor
from refactorer.reading.target import find
from refactorer.request import Request
from refactorer.syntax.expressions import code

# The helper, what calls it, the shapes that it is called at, and whether it can stay.
RANKS = [
    ("one text for both", "np.tanh(x)", "np.sum(f(X)) * f(v)", {"X": "n,d", "v": "d"}, True),
    ("a product", "x @ x.T", "np.sum(f(X)) + f(v)", {"X": "n,d", "v": "n"}, False),
    ("a sum of the last axis", "x / x.sum(axis=-1, keepdims=True)", "f(X) @ f(v)",
     {"X": "n,d", "v": "d"}, False),
    ("a part", "x[0] * x[-1]", "np.sum(f(X)) + f(v)", {"X": "n,d", "v": "n"}, True),
]  # fmt: skip


def test_an_axis_that_a_helper_is_given_is_written_out_where_no_text_is_right_at_others(
    tmp_path: Path,
) -> None:
    file = tmp_path / "f.py"
    file.write_text(
        "import numpy as np\n\ndef f(x, axis):\n"
        "    top = x.max(axis=axis, keepdims=True)\n"
        "    return (x - top).sum(axis=axis, keepdims=True).squeeze(axis)\n\n"
        "def target(X, v):\n    return f(f(X, 0) * v, 0)\n"
    )
    shapes = {"X": ("n", "d"), "v": ("d",)}
    draft = refactor(Request(str(file), "target", ("all",), shapes), lambda event: None)
    assert judge_draft(draft).right
    assert "max(axis=0, keepdims=True)" in draft.text


def test_a_callback_that_nothing_calls_takes_no_name_of_the_users(tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text(
        "import numpy as np\n\ndef parts(a):\n    return np.sin(a), np.cos(a)\n\n"
        "def norm(a):\n    return np.tanh(np.sum(a))\n\n"
        "def f(x):\n    _, v = parts(x)\n    n = norm(x)\n    m = norm(v)\n"
        "    m = np.tanh(n)\n    return v * m\n"
    )
    draft = refactor(Request(str(file), "f", shapes={"x": ("n",)}), lambda event: None)
    assert judge_draft(draft).right
    assert "m, callback = norm(v)\n" in draft.text
    assert "np.zeros_like(_)" in draft.text


def test_a_helper_with_a_text_for_every_axis_stays(tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text(
        "import numpy as np\n\ndef softmax(x, axis=-1):\n"
        "    e = np.exp(x - x.max(axis=axis, keepdims=True))\n"
        "    return e / e.sum(axis=axis, keepdims=True)\n\n"
        "def target(X):\n    return softmax(X, axis=0) * softmax(X, axis=1)\n"
    )
    draft = refactor(Request(str(file), "target", shapes={"X": ("n", "d")}), lambda event: None)
    assert judge_draft(draft).right
    assert "np.sum(d_out * out, axis=axis, keepdims=True)" in draft.text


@pytest.mark.parametrize(
    ("what", "helper", "body", "shapes", "stays"), RANKS, ids=[row[0] for row in RANKS]
)
def test_a_helper_is_called_at_different_ranks(
    what: str, helper: str, body: str, shapes: dict[str, str], stays: bool, tmp_path: Path
) -> None:
    file = tmp_path / "f.py"
    file.write_text(
        f"import numpy as np\n\ndef f(x):\n    return {helper}\n\n"
        f"def target(X, v):\n    return {body}\n"
    )
    said: list[Any] = []
    sizes = {name: tuple(text.split(",")) for name, text in shapes.items()}
    draft = refactor(Request(str(file), "target", ("all",), sizes), said.append)
    assert judge_draft(draft).right, what
    assert ("def f(x)" in draft.text) is stays
    told = [event.text for event in said if isinstance(event, Note)]
    assert any("`f`" in line for line in told) is not stays


REFUSED = [
    ("X @ p['W'] + p['b']", "Pass them by themselves: def f(W, b, X)"),
    ("X @ p.W + p.b", "Pass them by themselves: def f(W, b, X)"),
    ("{'out': X, 'sum': X.sum()}", "Return X, X.sum()"),
    ("p(X)", "Differentiate a function that calls `f` with one"),
]


@pytest.mark.parametrize(("body", "hint"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_not_taken_is_refused_with_what_to_write(
    body: str, hint: str, tmp_path: Path
) -> None:
    file = tmp_path / "f.py"
    file.write_text(f"def f(p, X):\n    return {body}\n")
    with pytest.raises(Refused) as caught:
        refactor(Request(str(file), "f"), lambda event: None)
    assert caught.value.hint == hint
    assert caught.value.place
    assert str(caught.value.place).split(":")[-2] == "2"


def test_a_list_is_printed_as_a_list(tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text("def f(X, W):\n    z = X @ W\n    return [z * z, z.sum()]\n")
    target = find(str(file), "f")
    assert returns_lists(target)
    assert "return (z * z, z.sum())" in with_tuples(target).source
    printed = "def f(x):\n    def g(d):\n        return (d, d), d\n\n    return (x, x), g\n"
    assert with_lists(printed, "f").endswith("return (d, d), d\n\n    return [x, x], g\n")


def test_comments_stand_in_helpers_and_what_is_added_to_is_no_endless_way() -> None:
    samples = Path(__file__).parent.parent / "samples"
    request = Request(str(samples / "composed.py"), "cosine_loss", ("X", "Y"), comments=True)
    draft = refactor(request, lambda _: None)
    assert "# Grad of: out = np.sqrt(np.sum(X * X))\n        return (d_out / out) * X" in draft.text
    assert "dX = dX + dX_part" in draft.text
    assert judge_draft(draft).right


def test_a_condition_that_fails_for_what_is_given_is_left_as_it_is() -> None:
    (branch,) = cst.parse_module("if mode.startswith('a'):\n    y = 1\n").body
    assert [code(s) for s in decided([branch], {"mode": None})] == [code(branch)]
    assert [code(s).strip() for s in decided([branch], {"mode": "a"})] == ["y = 1"]
