from __future__ import annotations

import sys

import numpy as np
import pytest

from refactorer.shapes import Array, array, trace

# Users write no types here: mypy would ask them of each example.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False, disallow-untyped-calls=False


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (np.zeros((2, 3)), Array((2, 3), "float64")),
        (np.zeros(2, np.float32), Array((2,), "float32")),
        (np.arange(3), Array((3,), "int64")),
        (np.zeros(2) > 0, Array((2,), "bool")),
        (np.float64(1), Array((), "float64")),
        (1.0, Array((), "float")),
        (1, Array((), "int")),
        (True, Array((), "bool")),
        ((2, 3), Array((), "object")),
        (None, Array((), "object")),
    ],
)
def test_a_value_is_described(value: object, what: Array) -> None:
    assert array(value) == what


def test_locals_at_the_end_are_recorded() -> None:
    def loss(X, w, k=2):
        n, d = X.shape
        scores = np.dot(X, w)
        scores = scores.sum(keepdims=True)
        small = scores < k
        return np.where(small, scores / n, 0.0) + d

    found = trace(loss, {"X": np.ones((2, 3)), "w": np.ones(3)})

    assert found == {
        "X": Array((2, 3), "float64"),
        "w": Array((3,), "float64"),
        "k": Array((), "int"),
        "n": Array((), "int"),
        "d": Array((), "int"),
        "scores": Array((1,), "float64"),
        "small": Array((1,), "bool"),
    }


def test_positional_only_parameters_and_helpers() -> None:
    def helper(x):
        inside = x * 2
        return inside

    def twice(x, /, y):
        z = helper(x) + y
        return z

    assert set(trace(twice, {"x": 1.0, "y": 2.0})) == {"x", "y", "z"}


def test_the_arguments_stay_and_errors_pass_through() -> None:
    def wrong(X):
        return X @ np.ones(7)

    before = sys.getprofile()
    with pytest.raises(ValueError, match="mismatch"):
        trace(wrong, {"X": np.ones(2)})
    assert sys.getprofile() is before


def test_warnings_of_the_function_are_silent() -> None:
    def log(X):
        y = np.log(X)
        return y

    assert trace(log, {"X": np.array([-1.0, 0.0])})["y"] == Array((2,), "float64")
