"""How long a call of the user's function may take."""

from __future__ import annotations

import pytest

from refactorer.evaluation import Patience, bound


class Recorded(Patience):
    """Notes how long calls may take."""

    def __init__(self, asked: list[float]) -> None:
        super().__init__()
        self.asked = asked

    def most(self, seconds: float) -> float:
        self.asked.append(super().most(seconds))
        return self.asked[-1]


def test_less_is_waited_for_once_a_call_was_late(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setattr("refactorer.evaluation.PATIENCE", patience := Recorded(asked))
    call = bound(lambda x: x)
    call({"x": 1})
    patience.was_late = True
    call({"x": 1})
    assert asked[0] == 2.0
    assert asked[1] < 2.0
