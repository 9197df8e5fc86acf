"""tangent is given one line of each form, and what it writes is the same for all of that form."""

from __future__ import annotations

import numpy as np
import pytest
from gradients import arrays, primal

from refactorer.differentiation import differentiate as engine
from refactorer.differentiation.differentiate import compiled, differentiate


def given(monkeypatch: pytest.MonkeyPatch, body: str) -> list[str]:
    """Return the functions that tangent is given for a function of X, a vector."""
    texts: list[str] = []
    gradient = engine.gradient

    def noted(function: object, code: str, *others: object) -> str:
        texts.append(code)
        return gradient(function, code, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "gradient", noted)
    differentiate(primal(body, "X"), {}, arrays(X=(3,)))
    return texts


def test_lines_that_differ_in_names_and_numbers_are_given_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = "\n".join(f"v{k + 1} = v{k} * {k + 2}.5" for k in range(200))
    texts = given(monkeypatch, f"v0 = np.tanh(X)\n{body}\nz = np.sum(v200)")
    assert sum(text.count("*") for text in texts) == 1


@pytest.mark.parametrize("one", ["X * 1", "X * X", "X ** 2", "np.sum(X, axis=-1)"])
def test_lines_of_another_form_are_given_themselves(
    monkeypatch: pytest.MonkeyPatch, one: str
) -> None:
    texts = given(monkeypatch, f"v = X * 2.5\nw = {one}\nz = v + w")
    assert texts[0].count("\n") == 6


def test_contributions_add_up_wherever_they_come_from() -> None:
    body = "u = X[1:]\nv = X[:-1]\nw = u * v\nt = w * w\ny = np.sin(t)\nz = y * u"
    adjoint = differentiate(primal(body, "X"), {}, arrays(X=(4,)))
    X, g = np.array([0.3, 0.5, -0.2, 0.9]), np.array([1.0, 2.0, 3.0])

    def value(X: np.ndarray) -> float:
        u, w = X[1:], X[1:] * X[:-1]
        return float(g @ (np.sin(w * w) * u))

    steps = 1e-6 * np.eye(4)
    expected = [(value(X + step) - value(X - step)) / 2e-6 for step in steps]
    np.testing.assert_allclose(compiled(adjoint.code, {})(X, g), expected, rtol=1e-6)


def test_a_value_of_which_nothing_is_pulled_back_has_no_cotangent() -> None:
    body = "v = np.sin(X)\nw = v[np.argsort(v)]\nz = w * w"
    adjoint = differentiate(primal(body, "X"), {}, arrays(X=(3,)))
    assert np.isfinite(compiled(adjoint.code, {})(np.arange(3.0), np.ones(3))).all()
