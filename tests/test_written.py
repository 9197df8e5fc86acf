"""Functions as people write them, printed and judged as the command does it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from refactorer.draft import Note, Step
from refactorer.pipeline import refactor
from refactorer.request import Request
from refactorer.verify import judge

FILE = Path(__file__).parent / "written" / "numerics.py"
NAMES = [s.name for s in ast.parse(FILE.read_text()).body if isinstance(s, ast.FunctionDef)]

# What is said on the command line where the function does not show it.
SAID: dict[str, dict[str, Any]] = {
    "embed": {"shapes": {"E": ("v", "d"), "ids": ("n",)}, "at": {"ids": "np.arange(n) % v"}},
    "first_gate": {"shapes": {"z": ("3*d",)}},
    "gates": {"shapes": {"z": ("4*d",)}},
    "halves": {"shapes": {"X": ("n", "2*d")}},
    "interp_loss": {
        "shapes": {"x": ("n",), "xp": ("m",), "fp": ("m",)},
        "at": {"xp": "np.linspace(0, 1, m)", "x": "np.linspace(0.03, 0.91, n)"},
    },
    "lookup_loss": {
        "shapes": {"W": ("n", "d"), "labels": ("n",)},
        "at": {"labels": "np.arange(n) % d"},
    },
    "pick": {
        "shapes": {"i": ("n",), "x": ("n",), "y": ("n",)},
        "at": {"i": "np.arange(n) % 2"},
    },
    "torque": {"shapes": {"r": ("n", "3"), "F": ("n", "3")}},
    "tucker": {"shapes": {"G": ("i", "j", "k"), "A": ("a", "i"), "B": ("b", "j")}},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_printed_and_right(name: str) -> None:
    pytest.importorskip("scipy")
    said: list[Step | Note] = []
    wrt = {"embed": ("E",), "lookup_loss": ("W",), "pick": ("x", "y")}.get(name, ("all",))
    draft = refactor(Request(str(FILE), name, wrt, **SAID.get(name, {})), said.append)
    ruling = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert ruling.right, ruling.reason
    undone = [event.rule for event in said if isinstance(event, Step) and not event.right]
    assert not undone


def test_a_function_that_only_the_gradient_reads_is_imported() -> None:
    pytest.importorskip("scipy")
    draft = refactor(Request(str(FILE), "dirichlet", ("all",)), lambda event: None)
    head = "import numpy as np\nfrom scipy.special import gammaln\nimport scipy.special\n"
    assert draft.text.startswith(head)
    assert "scipy.special.digamma(alpha)" in draft.text
