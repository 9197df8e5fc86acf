"""Printed code that takes its array module from an argument: `xp` for `np`."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer import Refactored, Refused, refactor
from refactorer.dialects.array_modules import with_array_module
from refactorer.dialects.array_standard import in_standard

LOSSES = '''\
import numpy as np
from numpy import exp


def cosine(X, Y):
    """From 0 to 2."""
    norms = np.sqrt(np.sum(X * X)) * np.sqrt(np.sum(Y * Y))
    return 1 - np.sum(X * Y) / norms


def swish(X, beta=1.0):
    return X / (1 + exp(-beta * X))


def layer(X, W):
    return X @ W.T


def biased(X, b):
    return np.tanh(X + b)


def shares(X, weights):
    E = np.exp(X) * weights
    return E / np.sum(E, axis=1, keepdims=True)


def curve(a, x):
    return np.sum((a[0] * x) ** 2)


def of_layer(X, W):
    return swish(layer(X, W))


def rows(X):
    xp = get_array_module(X)
    total = 0.0
    for x in X:
        total = total + xp.sum(xp.exp(x) * x)
    return total


def get_array_module(X):
    return np
'''
HELPERLESS = LOSSES.partition("\n\ndef rows")[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "losses.py"
    path.write_text(LOSSES)
    return path


@pytest.fixture
def helperless(tmp_path: Path) -> Path:
    path = tmp_path / "helperless.py"
    path.write_text(HELPERLESS)
    return path


def test_the_users_own_helper_is_called(file: Path) -> None:
    text = refactor(f"{file}:cosine", xp=True, wrt="all").source
    assert '"""From 0 to 2."""\n    xp = get_array_module(X)\n' in text
    assert "def get_array_module(X):\n    return np\n" in text
    assert text.count("np.") == 0


def test_a_helper_is_written_where_there_is_none(helperless: Path) -> None:
    result = refactor(f"{helperless}:swish", xp=True)
    assert "def swish(X, beta=1.0):\n    xp = get_array_module(X)\n" in result.source
    assert 'hasattr(X, "__array_namespace__") else np\n' in result.source
    assert "xp.exp(" in result.source
    out, get_dX = result.function(np.ones(3))
    assert out.shape == get_dX(out).shape == (3,)


def test_nothing_is_asked_for_what_is_not_needed(file: Path) -> None:
    text = refactor(f"{file}:layer", xp=True, wrt="all").source
    assert "array_module" not in text
    assert text.startswith("def layer(X, W):\n    def backprop(")
    text = refactor(f"{file}:of_layer", xp=True, wrt="all").source
    assert text.count("= get_array_module(") == 1


def test_a_function_that_has_an_xp_keeps_it_in_a_loop(file: Path) -> None:
    plain = refactor(f"{file}:rows").source
    assert plain == refactor(f"{file}:rows", xp=True).source
    assert plain.count("xp = get_array_module(X)\n") == 1
    assert "import numpy as xp" not in plain
    assert "np." not in plain


def test_a_scalar_is_not_asked(file: Path) -> None:
    text = refactor(f"{file}:swish", xp=True, shapes={"X": (), "beta": "n"}).source
    assert "xp = get_array_module(beta)" in text


@pytest.mark.parametrize("function", ["guarded", "asking"])
def test_a_place_is_that_of_the_users_file(tmp_path: Path, function: str) -> None:
    path = tmp_path / "losses.py"
    body = "    try:\n        return np.exp(X)\n    except ValueError:\n        return X\n"
    body = body if function == "guarded" else f"    xp = get_array_module(X)\n{body}"
    helper = "def get_array_module(X):\n    return np\n\n\n"
    path.write_text(f"import numpy as np\n\n\n{helper}def {function}(X):\n{body}")
    with pytest.raises(Refused) as caught:
        refactor(f"{path}:{function}", xp=True)
    assert caught.value.place is not None
    assert caught.value.place.line == (9 if function == "guarded" else 10)


def test_names_that_are_taken_and_functions_on_a_line() -> None:
    text = "import numpy as np\ndef f(xp): return np.exp(xp)\ndef g(X): return np.exp(X)\n"
    found = with_array_module(text, ["f"], ["xp"])
    assert "def f(xp): array_module = get_array_module(xp); return array_module.exp(xp)" in found
    assert "def g(X): return np.exp(X)" in found


def checked(result: Refactored, arrays: Callable[[Any], Any], *given: Any) -> None:
    """Compare what a function does with arrays of another module and with NumPy's."""
    expected, pull = result.function(*map(np.asarray, given))
    out, backprop = result.function(*map(arrays, given))
    assert type(out) is type(arrays(expected))
    np.testing.assert_allclose(np.asarray(out), expected, rtol=1e-5)
    seed = np.ones_like(expected)
    for mine, theirs in zip(backprop(arrays(seed)), pull(seed), strict=True):
        assert type(mine) is type(arrays(theirs))
        np.testing.assert_allclose(np.asarray(mine), theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["jax.numpy", "array_api_strict"])
@pytest.mark.parametrize(
    ("function", "wrt", "shapes"),
    [
        ("cosine", "X,Y", {"X": "n,d", "Y": "n,d"}),
        ("of_layer", "X,W", {"X": "n,d", "W": "o,d"}),
        ("biased", "X,b", {"X": "n,d", "b": "d"}),
        ("shares", "X,weights", {"X": "n,d", "weights": "n,d"}),
        ("curve", "a,x", {"a": "k", "x": "n"}),
    ],
)
def test_it_runs_on_the_arrays_of_others(
    helperless: Path, name: str, function: str, wrt: str, shapes: dict[str, str]
) -> None:
    pytest.importorskip(name.partition(".")[0], reason="an extra installs it: array-modules")
    module = importlib.import_module(name)
    result = refactor(f"{helperless}:{function}", xp=True, wrt=wrt, shapes=shapes)
    sizes, rng = {"n": 3, "d": 4, "o": 2, "k": 2}, np.random.default_rng(0)
    given = [rng.normal(size=[sizes[s] for s in shape.split(",")]) for shape in shapes.values()]
    checked(result, module.asarray, *given)


@pytest.mark.parametrize(
    ("ours", "standard"),
    [
        ("d_Y.sum(axis=0)", "xp.sum(d_Y, axis=0)"),
        ("2 * (g * X).sum()", "2 * xp.sum(g * X)"),
        ("xp.vdot(g - 1, X)", "xp.sum((g - 1) * X)"),
        ("xp.vdot(g * X, X * X)", "xp.sum(g * X * (X * X))"),
        ('xp.einsum("ij,ij->i", g, X)', "xp.sum(g * X, axis=1)"),
        ('xp.einsum("ij,ij->i", g, X)[:, None] / 2', "xp.sum(g * X, axis=1, keepdims=True) / 2"),
        ('xp.einsum("ijk,ijk->j", g, X.sum(axis=1))', "xp.sum(g * xp.sum(X, axis=1), axis=(0, 2))"),
        ('xp.einsum("ij,ji->i", g, X)', 'xp.einsum("ij,ji->i", g, X)'),
        ('xp.einsum("ij,ij->ji", g, X)', 'xp.einsum("ij,ij->ji", g, X)'),
        ("other.vdot(g, X)", "other.vdot(g, X)"),
    ],
)
def test_callbacks_are_in_the_words_of_the_standard(ours: str, standard: str) -> None:
    text = "def f(X):\n    xp = ask(X)\n    Y = X.sum()\n\n    def g(g):\n        return {}\n"
    assert in_standard(text.format(ours), "ask") == text.format(standard)
    assert in_standard(text.format(ours), "other") == text.format(ours)
