"""The way from a request to a draft: every step is checked, and a bad one is undone and named."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from refactorer.adjoint import Adjoint
from refactorer.draft import Note, Step
from refactorer.errors import Refused
from refactorer.judging.verify import judge, judge_draft
from refactorer.pipeline.run import refactor
from refactorer.refining import stages
from refactorer.refining.catalog import PIPELINE
from refactorer.request import Request
from refactorer.rule import Rule

LOSSES = Path(__file__).parent.parent / "samples" / "losses.py"


class Doubles(Rule):
    """Double the gradient, which is wrong."""

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        return replace(adjoint, gradients=tuple(f"2 * ({g})" for g in adjoint.gradients))


class Fails(Rule):
    """Fail, as a rule with a defect does."""

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        raise KeyError("bx")


class Divides(Rule):
    """Divide by the signs of what is zero at d = 1, and multiplied by there."""

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        def divided(text: str) -> str:
            return (
                f"np.sign(np.std({adjoint.primal.wrt[0]}, axis=1, keepdims=True)) ** -1 * ({text})"
            )

        return replace(adjoint, gradients=tuple(map(divided, adjoint.gradients)))


def told(request: Request) -> tuple[str, list[Step], list[str]]:
    """The text for a request, the steps to it, and the notes."""
    events: list[Step | Note] = []
    text = refactor(request, events.append).text
    steps = [event for event in events if isinstance(event, Step)]
    return text, steps, [event.text for event in events if isinstance(event, Note)]


def norm() -> Request:
    return Request(str(LOSSES), "L2_norm", shapes={"X": ("n", "d")})


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Doubles, "the gradient of X is wrong"),
        (Fails, "the rule failed: KeyError: 'bx'"),
        (Divides, "it is not finite where it was before"),
    ],
)
def test_a_bad_rule_is_undone_and_named(
    bad: type[Rule], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, _, _ = told(norm())
    monkeypatch.setattr(stages, "PIPELINE", (*PIPELINE[:5], bad, *PIPELINE[5:]))
    text, steps, _ = told(norm())
    assert text == good
    undone = [step for step in steps if not step.right]
    assert [step.rule for step in undone] == [bad.__name__]
    assert reason in undone[0].reason


def test_each_step_starts_where_the_last_right_one_ended() -> None:
    _, steps, _ = told(norm())
    assert steps[0].rule == "tangent"
    assert steps[0].diff_from == ""
    for before, after in pairwise(steps):
        assert after.diff_from == before.diff_to


def test_the_user_is_told_what_had_to_be_assumed() -> None:
    _, _, notes = told(Request(str(LOSSES), "cosine_loss"))
    assert notes == ["assumed X, Y: arrays of one shape"]
    _, _, notes = told(norm())
    assert notes == []


def test_one_text_for_every_rank_is_no_assumption(tmp_path: Path) -> None:
    path = Path(tmp_path, "f.py")
    path.write_text("import numpy as np\n\n\ndef f(X):\n    return np.sum(np.tanh(X))\n")
    draft = refactor(Request(str(path), "f"), lambda event: None)
    assert {len(plan["inputs"][0]["shape"]) for plan in draft.plans} == {0, 1, 2}
    assert judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    ).right


def test_a_rank_at_which_the_text_loses_float32_is_left_out(tmp_path: Path) -> None:
    path = Path(tmp_path, "f.py")
    path.write_text(
        "import numpy as np\n\n\n"
        "def hinge(w, X, y):\n    return np.mean(np.maximum(0, 1 - y * (X @ w)))\n"
    )
    draft = refactor(Request(str(path), "hinge"), lambda event: None)
    assert () not in [plan["inputs"][2]["shape"] for plan in draft.plans]
    assert judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    ).right


def test_what_does_not_run_is_refused_with_its_error(tmp_path: Path) -> None:
    path = Path(tmp_path, "f.py")
    path.write_text("import not_installed\n\n\ndef f(X):\n    return not_installed.g(X)\n")
    with pytest.raises(Refused, match="No module named 'not_installed'"):
        refactor(Request(str(path), "f"), lambda event: None)


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("def f(X, W): return np.maximum(X @ W, 0)", "X: a matrix of shape (n, d); W: a matrix"),
        ("def f(x, A): return x @ A @ x", "x: a vector of length n; A: a matrix of shape (n, n)"),
        ("def f(X, w): return np.sum(X * w)", "X, w: arrays of one shape"),
        ("def f(S, K, T, r): return S - K * np.exp(-r * T)", "S, K, T, r: arrays of one shape"),
    ],
)
def test_the_ranks_that_the_names_say_stand_where_none_fit_all(
    text: str, assumed: str, tmp_path: Path
) -> None:
    file = tmp_path / "functions.py"
    file.write_text(f"import numpy as np\n{text}\n")
    _, _, notes = told(Request(str(file), "f", wrt=("all",)))
    assert len(notes) == 1
    assert notes[0].startswith(f"assumed {assumed}")


def test_a_module_of_arrays_that_a_helper_finds_is_numpy(tmp_path: Path) -> None:
    file = tmp_path / "functions.py"
    head = "import numpy as np\ndef get_array_module(X):\n    return np\n"
    file.write_text(f"{head}def f(X):\n    xp = get_array_module(X)\n    return xp.sum(X * X)\n")
    text, _, _ = told(Request(str(file), "f"))
    assert "return 2 * d_out * X" in text or "return (2 * d_out) * X" in text


def printed(text: str, tmp_path: Path, **said: Any) -> tuple[str, list[str]]:
    """Return the code for a function, judged, and the notes."""
    file = tmp_path / "functions.py"
    file.write_text(f"import numpy as np\n\n\n{text}\n")
    events: list[Step | Note] = []
    draft = refactor(Request(str(file), "f", **said), events.append)
    ruling = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert ruling.right, ruling.reason
    return draft.text, [event.text for event in events if isinstance(event, Note)]


SUMS = "e = np.exp(X - X.max(axis=axis, keepdims=True))\n"
SUMS = f"def f(X, *, axis=-1):\n    {SUMS}    return e / e.sum(axis=axis, keepdims=True)"


def test_an_axis_is_the_callers_where_one_text_serves_all(tmp_path: Path) -> None:
    text, notes = printed(SUMS, tmp_path)
    assert "np.sum(d_out * out, axis=axis, keepdims=True)" in text
    assert not any("axis" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("def f(X, axis=0): return np.mean(X**2, axis=axis)", "assumed axis=0"),
        ("def f(X, axis=None): return np.var(X, axis=axis)", "assumed axis=None"),
        (
            "def f(X, axis=1, keepdims=True): return np.sqrt((X * X).sum(axis, keepdims=keepdims))",
            "assumed keepdims=True",
        ),
    ],
)
def test_an_option_that_the_text_is_written_for_is_told(
    text: str, assumed: str, tmp_path: Path
) -> None:
    assert printed(text, tmp_path)[1][-1] == assumed


def test_what_has_a_gradient_at_positive_values_alone_is_told(tmp_path: Path) -> None:
    where = "def f(p): return np.sum(np.where(p > 0, p * np.log(p), 0))"
    assert printed(where, tmp_path)[1][-1] == "assumed p: positive"
    with pytest.raises(Refused, match="not finite"):
        printed("def f(p): return np.sum(np.where(p > 9, p * np.log(9 - 9 * p / p), 0))", tmp_path)


GATED = """def f(X, W):
    a, g = np.split(X @ W, 2, axis=1)
    return a / (1 + np.exp(-g))"""


def test_what_is_joined_shares_work_and_keeps_its_name(tmp_path: Path) -> None:
    text, _ = printed(GATED, tmp_path, wrt=("all",), shapes={"X": ("n", "i"), "W": ("i", "2*o")})
    joined = "d_XW = np.concatenate([d_a, exp_neg_g * out * d_a], axis=1)"
    assert joined in text
    assert "return d_XW @ W.T, X.T @ d_XW" in text


CAPPED = "return np.sum(np.where(np.abs(x) <= c, 0.5 * x**2, c * (np.abs(x) - 0.5 * c)))"


def test_a_width_is_taken_to_be_positive_where_its_default_is(tmp_path: Path) -> None:
    text, notes = printed(f"def f(x, c=1.0): {CAPPED}", tmp_path)
    assert "np.clip(x, -c, c)" in text
    assert notes[-1] == "assumed c: positive"
    long = "what_was_seen_less_what_was_foretold_for_the_days_of_all_the_years_of_the_record"
    spelled = re.sub(r"\bx\b", long, CAPPED)
    _, notes = printed(f"def f({long}, c=1.0): {spelled}", tmp_path)
    assert notes[-1] == "assumed c: positive"  # though the call takes several lines
    for unknown in ("c", "c=-1.0"):
        text, notes = printed(f"def f(x, {unknown}): {CAPPED}", tmp_path, shapes={"c": ()})
        assert "np.clip" not in text
        assert not any("positive" in note for note in notes)


def test_a_rank_that_nothing_else_was_tried_at_is_told(tmp_path: Path) -> None:
    text = "def f(x):\n    a, b = np.split(x, 2)\n    return np.dot(a, b) * np.ones(len(x))"
    assert printed(text, tmp_path)[1] == ["assumed x: a vector of length 2*o"]


def test_a_with_block_stays_around_what_it_is_for(tmp_path: Path) -> None:
    block = "with np.errstate(all='ignore'):\n        return np.sum(np.log(p) * p)"
    text, _ = printed(f"def f(p):\n    {block}", tmp_path)
    assert 'ignore"):\n        log_p = np.log(p)\n        out = np.sum(log_p * p)\n' in text
    assert "    return out, get_dp" in text


def test_the_factors_of_a_matrix_keep_their_names(tmp_path: Path) -> None:
    text, _ = printed(
        "def f(A):\n    w, V = np.linalg.eigh(A)\n    return w[0]",
        tmp_path,
        shapes={"A": ("n", "n")},
    )
    assert "    w, V = np.linalg.eigh(A)\n" in text
    assert "V * d_w @ V.T" in text


@pytest.mark.parametrize(
    "lines",
    [
        "v = y[1:]\n    v += x[1:]",
        "v = y.T\n    v *= 2",
        "v, w = y[:2], y[2:]\n    w -= 1",
        "v = y.reshape(-1)[1:]\n    w = v[1:]\n    w[0] = 3",
    ],
)
def test_writing_through_a_view_is_refused_where_it_stands(lines: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="this changes `y` too") as raised:
        printed(f"def f(x):\n    y = x * 1.0\n    {lines}\n    return y", tmp_path)
    assert raised.value.place
    assert raised.value.place.line == 6 + lines.count("\n")


def test_a_part_that_is_changed_and_read_alone_is_taken(tmp_path: Path) -> None:
    text, _ = printed(
        "def f(x):\n    y = x * 2\n    v = y[1:]\n    v = v + 1\n    v *= 3\n    return v", tmp_path
    )
    assert "v *= 3" in text


def test_an_expression_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nested too deeply") as raised:
        printed(f"def f(x):\n    return {' + '.join('x' * 2000)}", tmp_path)
    assert raised.value.hint


def test_the_steps_that_are_told_are_those_to_the_text_that_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "layer.py"
    file.write_text("import numpy as np\n\n\ndef layer(X, W):\n    return np.tanh(X @ W).sum()\n")
    events: list[Step | Note] = []
    refactor(Request(str(file), "layer", wrt=("W",)), events.append)
    assert [e.diff_from for e in events if isinstance(e, Step)].count("") == 1
    assert [e.text for e in events if isinstance(e, Note)] == [
        "assumed X: a matrix of shape (n, d); W: a matrix of shape (d, m)"
    ]


def test_no_step_is_undone_where_arguments_are_given_by_position_alone(tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text("import numpy as np\n\ndef f(x, /, y):\n    return np.tanh(x * y)\n")
    text, steps, _ = told(Request(str(file), "f", shapes={"x": ("n",), "y": ("n",)}))
    assert all(step.right for step in steps)
    assert "def f(x, /, y):\n" in text


def test_a_line_that_rounds_in_place_is_written_so_where_its_name_is_another(
    tmp_path: Path,
) -> None:
    file = tmp_path / "f.py"
    body = "y = np.tanh(x)\n    y *= np.sqrt(2.0 / x.size)\n    return np.sum(y**2)"
    file.write_text(f"import numpy as np\n\ndef f(x):\n    {body}\n")
    text, steps, _ = told(Request(str(file), "f", shapes={"x": ("n",)}))
    assert "y = (tanh_x * root).astype(tanh_x.dtype)\n" in text
    assert [step.rule for step in steps].count("SplitForwardBackprop") == 1


def test_a_text_that_is_not_finite_where_a_plain_one_is_is_not_printed() -> None:
    draft = refactor(Request(str(LOSSES), "cosine_loss_rows"), lambda _: None)
    assert "n=3, d=1" in draft.finite
    assert judge_draft(draft).right
    lost = replace(draft, text=draft.text.replace("* np.sign(", "/ np.sign("))
    assert lost.text != draft.text
    assert judge_draft(lost).reason == "the gradient is not finite (at n=3, d=1)"
    assert judge_draft(replace(lost, finite=())).right
