"""The judge rejects printed code that is broken, in whatever small way, where it matters."""

from __future__ import annotations

from collections import Counter

import mutants
import pytest
from test_golden import requests

from refactorer.request import FRAMEWORKS, Request

EACH = 8  # of a golden file; `python tests/mutants.py` takes all
ALL = [request for request in requests() if request.style not in FRAMEWORKS]


@pytest.mark.parametrize("request_", ALL, ids=lambda r: f"{r.name}-{r.style}")
def test_the_judge_rejects_every_mutant_that_is_another_function(request_: Request) -> None:
    subject, count = mutants.Subject.of(request_), Counter[str]()
    found = mutants.slipped(subject, mutants.sampled(subject.text, EACH), count)
    assert subject.points
    assert [mutant.text for mutant in found] == []
    assert any(kind.endswith("rejected") for kind in count)


def test_another_function_is_told_from_the_same_one_without_the_judge() -> None:
    (request,) = (r for r in ALL if (r.name, r.style) == ("affine", "callback"))
    subject = mutants.Subject.of(request)
    assert mutants.same(subject, subject.text.replace("X @ W.T + b", "b + X @ W.T"))
    for old, new in (
        ("d_out @ W", "d_out @ W * 1.00001"),
        ("d_out.T @ X", "d_out.T @ X.astype(float)"),
        ("d_out.sum(axis=0)", "d_out.sum(axis=-2, keepdims=True)"),
        ("        return", "        d_out *= 2\n        return"),
    ):
        assert old in subject.text
        assert not mutants.same(subject, subject.text.replace(old, new))


def test_a_value_that_float32_holds_on_the_way_is_told_from_one_in_float64() -> None:
    (request,) = (r for r in ALL if (r.name, r.style) == ("tanh_layer", "callback"))
    subject = mutants.Subject.of(request)
    rounded = subject.text.replace("1 - Y**2", "1 - (Y**2).astype(np.float32)")
    assert rounded != subject.text
    assert not subject.judged(rounded).right
