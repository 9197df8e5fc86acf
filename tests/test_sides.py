"""Sides of branches: those that only some values reach, and those that none does."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from refactorer.draft import Draft, Note
from refactorer.judging.forced import forced, is_settable
from refactorer.judging.verify import judge_draft
from refactorer.pipeline.run import refactor
from refactorer.request import Request

REACHED = [
    ("large values", "return x * 2 if np.sum(x) > 1e6 else x**2"),
    ("tiny ones", "return x * 2 if np.sum(x**2) < 1e-20 else x**2"),
    ("another whole number", "return np.exp(x) if n > 50 else x**n"),
    ("one beside another", "return np.exp(x) if n < m else x**n"),
    ("another limit", "return x * 2 if np.abs(x).max() < tol else x**2"),
]
NESTED = """s = np.sum(x**2)
    if s < -1:
        s = 2 * s
        if s < -2:
            s = s**2
    return s"""
UNREACHED = [
    ("what is no number", "y = 2 * x\n    if np.isnan(y).any():\n        y = 3 * y\n    return y"),
    ("a single point", "if x[0] == 3.0:\n        return np.sum(x**3)\n    return np.sum(x**2)"),
    ("nothing but zeros", "return x * 2 if np.all(x == 0) else x**2"),
    ("what cannot be", "return x * 2 if np.sum(x**2) < 0 else x**2"),
    ("one inside another", NESTED),
    ("some turns", "for k in range(3):\n        x = x / 2 if k > 99 else np.cos(x)\n    return x"),
]
FAILING = [
    """found = []
    for row in x:
        if np.sum(x**2) < 0:
            break
        found.append(np.tanh(row))
    return np.stack(found)""",
    """found = []
    for row in x:
        if row**2 < 0:
            continue
        found.append(np.tanh(row))
    return np.stack(found)""",
]


def drafted(tmp_path: Path, body: str) -> tuple[Draft, list[str]]:
    """Return the draft of a function with this body, and what was told."""
    file = tmp_path / "f.py"
    file.write_text(f"import numpy as np\n\ndef f(x, n=3, m=2, tol=0.01):\n    {body}\n")
    said: list[Any] = []
    draft = refactor(Request(str(file), "f", shapes={"x": ("d",)}), said.append)
    return draft, [event.text for event in said if isinstance(event, Note)]


@pytest.mark.parametrize(("what", "body"), REACHED, ids=[row[0] for row in REACHED])
def test_values_are_found_that_reach_a_side(what: str, body: str, tmp_path: Path) -> None:
    draft, said = drafted(tmp_path, body)
    assert (draft.sides, said) == ((), []), what
    assert draft.plans[0]["reaches"]
    assert judge_draft(draft).right


@pytest.mark.parametrize(("what", "body"), UNREACHED, ids=[row[0] for row in UNREACHED])
def test_a_side_that_is_not_reached_is_verified_by_itself_and_told(
    what: str, body: str, tmp_path: Path
) -> None:
    draft, said = drafted(tmp_path, body)
    assert len(draft.sides) == len(said) > 0, what
    assert all("no input was found at and around which" in line for line in said)
    assert judge_draft(draft).right


def test_a_wrong_gradient_on_a_side_that_is_not_reached_is_not_printed(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, UNREACHED[0][1])
    wrong = replace(draft, text=draft.text.replace("3 * d", "4 * d"))
    assert wrong.text != draft.text
    ruling = judge_draft(wrong)
    assert not ruling.right
    assert ruling.reason.startswith("where `np.isnan(y).any()` is True, the gradient of x is wrong")
    assert judge_draft(replace(wrong, sides=())).right


@pytest.mark.parametrize("body", FAILING)
def test_a_side_on_which_the_function_only_fails_is_told_and_not_verified(
    body: str, tmp_path: Path
) -> None:
    draft, said = drafted(tmp_path, body)
    assert draft.sides == ()
    assert [line.split("fails with ")[1] for line in said] == [
        "ValueError: need at least one array to stack: that side is not verified"
    ]
    assert judge_draft(draft).right


def test_conditions_are_set_with_their_opposites() -> None:
    source = "if x is None:\n    y = 1\nif x is not None and a < b:\n    y = 2"
    sides = [("x is None", False, ""), ("a < b", True, "")]
    assert forced(source, sides) == "if False:\n    y = 1\nif True and True:\n    y = 2"
    helper = "def g(x):\n    return x if x > 0 else -x"
    assert forced(helper, [("x > 0", True, "g")], ["g"]) != ast.unparse(ast.parse(helper))
    assert forced(helper, [("x > 0", True, "")], ["g"]) == ast.unparse(ast.parse(helper))
    assert [is_settable(c) for c in ("flag", "flag == 2")] == [False, True]


def test_a_draft_crosses_the_pipe_with_its_sides(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, UNREACHED[0][1])
    assert Draft.from_json(draft.as_json()).sides == draft.sides
