"""What code costs beside others: measured where they agree, left out where they do not."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer.draft import Draft, Note, Step
from refactorer.measuring.contenders import ENGINE, OURS, PEER
from refactorer.measuring.costs import costs
from refactorer.measuring.measures import operations, peak
from refactorer.pipeline.run import refactor
from refactorer.request import Request

SAMPLES = Path(__file__).parent.parent / "samples"
SHAPES = {"X": ("n", "i"), "W": ("o", "i"), "b": ("o",)}


def drafted(style: str) -> tuple[Draft, str]:
    """A draft of a sample, and what tangent wrote for it."""
    events: list[Step | Note] = []
    request = Request(str(SAMPLES / "layers.py"), "tanh_layer", ("all",), SHAPES, style=style)
    draft = refactor(request, events.append)
    return draft, next(e.diff_to for e in events if isinstance(e, Step))


def by_name(found: dict[str, Any]) -> dict[str, Any]:
    return {cost["name"]: cost for cost in found["costs"]}


@pytest.mark.parametrize("style", ["callback", "callbacks", "grad"])
def test_costs_of_each_way_that_agrees(style: str) -> None:
    draft, raw = drafted(style)
    found = costs(draft, raw)
    assert found["sizes"] == {"n": 100, "o": 100, "i": 100}
    ways = by_name(found)
    assert {OURS, ENGINE} <= {*ways}
    assert (PEER in ways) == bool(find_spec(PEER))
    assert ways[OURS]["operations"] < ways[ENGINE]["operations"]
    assert ways[OURS]["bytes"] > 100 * 100 * 8
    assert PEER not in ways or ways[PEER]["operations"] is None


def test_what_is_wrong_is_left_out() -> None:
    draft, raw = drafted("callback")
    assert ENGINE not in by_name(costs(draft, raw.replace("return ", "return 2 * ")))
    assert ENGINE not in by_name(costs(draft, ""))


def test_operations_and_bytes_of_a_run() -> None:
    given = {"x": np.ones(1000)}
    # what is done with a number is no operation on arrays
    assert operations(lambda arrays: np.sum(arrays["x"] * 2) + 1, given) == 2
    assert 8000 <= peak(lambda: given["x"] * 2) < 9000
