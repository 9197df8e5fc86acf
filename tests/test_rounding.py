"""What rounding does to gradients is not held against them; what is wrong, is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from inspect import cleandoc

import numpy as np
import pytest
from test_verify import judged

from refactorer.execution.evaluation import Arguments, Floats
from refactorer.judging.rounding import beside, unsteadiness
from refactorer.judging.verify import Sample, check

X = np.array([0.5, -1.5, 3.0])


def test_what_lies_beside_arguments_is_the_next_float() -> None:
    for near in beside({"X": X, "a": 2.0, "n": 3, "mode": "mean"}):
        apart = np.abs(np.asarray(near["X"]) - X) / np.spacing(np.abs(X))
        assert (apart > 0).all()
        assert (apart <= 1).all()
        assert near["a"] in (np.nextafter(2.0, 3.0), np.nextafter(2.0, 1.0))
        assert type(near["a"]) is float
        assert (near["n"], near["mode"]) == (3, "mean")


def test_a_gradient_that_is_amplified_rounding_is_told_from_one_that_is_steady() -> None:
    def gradients(arguments: Arguments) -> Sequence[Floats]:
        x = np.asarray(arguments["X"])
        return [np.where(x > 1, 1e-9 * np.sin(1e17 * x), 2 * x), 0 * x]

    first, second = unsteadiness(gradients, {"X": X})

    assert np.isinf(first).tolist() == [False, False, True]
    assert first[:2].max() < 1e-15
    assert not second.any()


SATURATED = """
    def f(weights, y):
        return np.maximum(y, np.tanh(np.sum(weights)))
"""
CALLBACK = """
    def f(weights, y):
        s = np.tanh(np.sum(weights))

        def get_d_weights(d_out):
            return np.full_like(weights, np.sum(d_out * (y < s)) * {})

        return np.maximum(y, s), get_d_weights
"""


@pytest.mark.parametrize(
    ("slope", "right"),
    [("(1 - s**2)", True), ("(1.01 - s**2)", False), ("(1 - s**2) * 1.01", False)],
)
def test_what_float32_does_not_resolve_is_not_asked_of_it(slope: str, right: bool) -> None:
    shapes = {"weights": ("n", "d", "k"), "y": ("d", "d")}
    found = judged(cleandoc(SATURATED), cleandoc(CALLBACK.format(slope)), shapes, ("weights",))
    assert found.right == right, found.reason


@pytest.mark.parametrize(("slope", "right"), [("np.sin(1e17 * X)", True), ("np.ones(3)", False)])
def test_where_values_saturate_only_what_is_steady_is_wrong(slope: str, right: bool) -> None:
    """Differences see nothing where all of a value's digits are lost on the way."""

    def pullback(arguments: Arguments, cotangent: object) -> tuple[object, Sequence[object]]:
        return None, (eval(f"1e-9 * {slope}", {"np": np, **arguments}),)

    nothing = (np.zeros(3),)
    sample = Sample("", ("X",), {"X": 20 + X}, 1.0, 1.0, nothing, nothing, (1.0,), True, True)
    plain = replace(sample, saturated=False, edge=False, errors=(np.ones(3),))
    assert check(pullback, [sample, plain]).right == right
