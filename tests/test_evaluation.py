"""How long a call of the user's function may take."""

from __future__ import annotations

from contextlib import suppress

import pytest

from refactorer.execution.evaluation import Patience, bound, within


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
    monkeypatch.setattr("refactorer.execution.evaluation.PATIENCE", patience := Recorded(asked))
    call = bound(lambda x: x)
    call({"x": 1})
    patience.late = 1
    call({"x": 1})
    assert asked[0] == 2.0
    assert asked[1] < 2.0


def test_where_no_call_was_done_each_is_given_less_time_and_then_none() -> None:
    patience = Patience()
    given = []
    while not patience.is_over:
        given.append(patience.most(0.3))
        patience.late += 1
    assert given[0] == 0.3
    assert given == sorted(given, reverse=True)
    assert sum(given) < 3.0
    patience.slowest = 0.001
    assert not patience.is_over
    assert patience.most(0.3) == 0.3


def test_an_alarm_that_is_lost_comes_again() -> None:
    def endless() -> None:
        while True:
            pass

    def swallowing() -> None:
        with suppress(TimeoutError):
            endless()
        endless()

    with pytest.raises(TimeoutError), within(0.05):
        swallowing()
