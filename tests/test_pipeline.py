"""The way from a request to a draft: every step is checked, and a bad one is undone and named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from refactorer import stages
from refactorer.adjoint import Adjoint
from refactorer.catalog import PIPELINE
from refactorer.draft import Note, Step
from refactorer.errors import Refused
from refactorer.pipeline import refactor
from refactorer.request import Request
from refactorer.rule import Rule
from refactorer.verify import judge

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


def told(request: Request) -> tuple[str, list[Step], list[str]]:
    """The text for a request, the steps to it, and the notes."""
    events: list[Step | Note] = []
    text = refactor(request, events.append).text
    steps = [event for event in events if isinstance(event, Step)]
    return text, steps, [event.text for event in events if isinstance(event, Note)]


def norm() -> Request:
    return Request(str(LOSSES), "L2_norm", shapes={"X": ("n",)})


@pytest.mark.parametrize(
    ("bad", "reason"),
    [(Doubles, "the gradient of X is wrong"), (Fails, "the rule failed: KeyError: 'bx'")],
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
