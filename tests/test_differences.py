from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactorer.judging.comparison import Wrong, expect_slope
from refactorer.judging.differences import Effort, vjp
from refactorer.judging.directions import Direction

# Users write no types here: mypy would ask them of each example.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False, disallow-untyped-calls=False

coefficients = st.lists(st.floats(-3, 3, width=32), min_size=1, max_size=5)
points = st.lists(st.floats(-2, 2, width=32), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(coefficients, points, st.floats(0.5, 2.0))
def test_polynomials(terms: list[float], values: list[float], cotangent: float) -> None:
    X = np.array(values)
    terms = [term if abs(term) > 1e-3 else 0.0 for term in terms]

    ((gradient, error),) = vjp(lambda X: np.sum(np.polyval(terms, X)), {"X": X}, ("X",), cotangent)

    want = cotangent * np.polyval(np.polyder(np.array(terms)), X)
    assert gradient.shape == X.shape
    known = np.isfinite(error)
    assert known.any()
    assert (np.abs(gradient - want)[known] <= 2 * error[known].max() + 1e-12).all()
    assert (error[known] <= 1e-5 * (1 + np.abs(want[known]).max())).all()


def test_several_arguments_and_a_cotangent_with_a_shape() -> None:
    rng = np.random.default_rng(0)
    X, w, g = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)

    dX, dw = vjp(lambda X, w: X @ w, {"X": X, "w": w}, ("X", "w"), g)

    assert np.allclose(dX.gradient, np.outer(g, w), rtol=1e-10)
    assert np.allclose(dw.gradient, X.T @ g, rtol=1e-10)
    assert max(dX.error.max(), dw.error.max()) < 1e-10


def test_a_python_float_stays_one() -> None:
    def scaled(a: float, X: object) -> object:
        assert type(a) is float
        return a * a * X  # type: ignore[operator]

    ((gradient, _),) = vjp(scaled, {"a": 3.0, "X": np.ones(2)}, ("a",), np.ones(2))

    assert gradient.shape == ()
    assert gradient == pytest.approx(12.0)


def test_tuples_are_contracted_and_integers_ignored() -> None:
    def parts(X):
        return X * X, (np.argmax(X), np.sum(X))

    X, g = np.array([1.0, 2.0]), np.array([1.0, 0.5])

    ((gradient, _),) = vjp(parts, {"X": X}, ("X",), (g, (9.0, 3.0)))

    assert np.allclose(gradient, 2 * X * g + 3)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_steps_are_relative(scale: float) -> None:
    X = scale * np.array([0.3, -1.7, 2.0])
    slope = vjp(lambda X: np.sum(np.sin(X / scale)), {"X": X}, ("X",), 1.0)[0]

    assert np.allclose(slope.gradient, np.cos(X / scale) / scale, rtol=1e-9)


def test_a_small_constant_is_no_kink() -> None:
    X = np.array([0.4, -1.2, 0.7])
    slope = vjp(lambda X: np.sqrt(np.sum(X * X) + 1e-8), {"X": X}, ("X",), 1.0)[0]

    assert slope.error.max() < 1e-9


def test_a_pole_nearby_is_no_kink() -> None:
    X = np.array([2.0, -1.5, 1e-3])
    slope = vjp(lambda X: np.sum(1 / X), {"X": X}, ("X",), 1.0)[0]

    assert np.allclose(slope.gradient, -1 / X**2, rtol=1e-8)
    assert np.isfinite(slope.error).all()


@pytest.mark.parametrize("off", [0.0, 1e-9, 1e-6])
@pytest.mark.parametrize(
    "function",
    [
        lambda X: np.sum(np.abs(X)),
        lambda X: np.sum(np.maximum(X, 0)),
        lambda X: np.sum(np.where(X > 0, X, X * X)),
        lambda X: np.sum(X > 0) * 1.0,
    ],
)
def test_kinks_are_told(function, off: float) -> None:
    slope = vjp(function, {"X": np.array([1.0, off, -2.0])}, ("X",), 1.0)[0]

    assert np.isinf(slope.error).tolist() == [False, True, False]


def test_ties_are_kinks() -> None:
    slope = vjp(lambda X: np.max(X), {"X": np.array([1.0, 1.0, 0.0])}, ("X",), 1.0)[0]

    assert np.isinf(slope.error).tolist() == [True, True, False]


def test_the_edge_of_the_domain_is_not_measured() -> None:
    slope = vjp(lambda X: np.sum(np.sqrt(X)), {"X": np.array([0.0, 1.0])}, ("X",), 1.0)[0]

    assert np.isinf(slope.error).tolist() == [True, False]


def test_a_function_that_does_not_depend_has_a_zero_gradient() -> None:
    X = np.random.default_rng(0).normal(size=(3, 4))

    def ones(X):
        return np.sum(np.exp(X) / np.sum(np.exp(X), axis=1, keepdims=True))

    ((gradient, error),) = vjp(ones, {"X": X}, ("X",), 1.0)

    assert np.isfinite(error).all()
    assert np.abs(gradient).max() < 1e-10


def test_some_entries_of_a_large_argument_are_measured() -> None:
    X = np.random.default_rng(0).normal(size=(30, 40))
    ((gradient, error),) = vjp(lambda X: np.sum(X * X), {"X": X}, ("X",), 1.0)

    known = np.isfinite(error)
    assert 10 < known.sum() < 200
    assert known[0, 0]
    assert known[-1, -1]
    assert np.allclose(gradient[known], 2 * X[known])
    assert np.isnan(error[~known]).all()


def test_arguments_stay_and_float32_inside_is_told() -> None:
    X = np.array([0.5, 1.5])

    def narrow(X):
        X *= 2
        return np.sum(X.astype(np.float32) ** 2)

    slope = vjp(narrow, {"X": X}, ("X",), 1.0)[0]

    assert X.tolist() == [0.5, 1.5]
    assert np.allclose(slope.gradient, 8 * X, rtol=1e-3)
    assert (np.abs(slope.gradient - 8 * X) <= slope.error).all()


def test_what_turns_faster_than_any_step_is_not_measured() -> None:
    X = np.random.default_rng(0).normal(size=1000)

    (slope,) = vjp(
        lambda X: np.sum(np.sin(1e9 * X)), {"X": X}, ("X",), 1.0, Effort(1000, 1000, 1000, 1)
    )

    assert np.isinf(slope.error).all()


def test_a_side_that_only_rounding_takes_is_not_measured() -> None:
    def f(x: float) -> float:
        return np.cos(x) if np.cos(x) < 1 else 1 + 0.5 * x

    ((_, error),) = vjp(f, {"x": 1e-9}, ("x",), 1.0)

    assert np.isinf(error)


def test_a_slope_near_a_kink_may_be_some_errors_off() -> None:
    beside = Direction("", {}, {"x": np.ones(1)}, 1.0, 1.0, slope=1.0, error=1e-3)

    expect_slope([np.array([1.005])], beside)
    with pytest.raises(Wrong, match="where differences give 1"):
        expect_slope([np.array([1.009])], beside)


def test_rounding_on_the_way_is_counted() -> None:
    X = 10 + np.random.default_rng(0).normal(size=7)
    (slope,) = vjp(lambda X: np.sum(X - np.mean(X)), {"X": X}, ("X",), 1.0)

    assert (np.abs(slope.gradient) <= slope.error).all()
