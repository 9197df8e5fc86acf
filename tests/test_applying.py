"""Functions as values are called by their names, as far as the text tells which they are."""

from __future__ import annotations

from inspect import cleandoc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer.draft import Note
from refactorer.errors import Refused
from refactorer.execution.definitions import executed
from refactorer.pipeline.preparing import subject_of
from refactorer.pipeline.run import refactor
from refactorer.reading.target import find
from refactorer.request import Request

HEAD = """
import functools
from functools import partial, reduce

import numpy as np


def relu(X):
    return np.maximum(X, 0)


def chain(*layers):
    def forward(X):
        for layer in layers:
            X = layer(X)
        return X

    return forward


def repeated(f, x, n=2):
    for _ in range(n):
        x = f(x)
    return x


ACTS = {"relu": relu, "square": lambda x: x * x}


"""

SUBJECTS = [
    ("a name", "f = np.tanh\ny = f(X)", "y = np.tanh(X)"),
    ("a choice", "f = relu if k else np.tanh\ny = f(X)", "y = (relu(X) if k else np.tanh(X))"),
    (
        "what a function returns",
        "y = chain(relu, np.tanh)(X)",
        "y = np.tanh(relu(X))",
    ),
    (
        "what a function is given",
        "y = repeated(np.tanh, X)",
        "x = X\nfor _ in range(2):\n    x = np.tanh(x)\ny = x",
    ),
    ("a lambda", "y = (lambda a, b: a * b)(X, X + 1)", "y = (X * (X + 1))"),
    ("a partial call", "f = partial(np.sum, axis=0)\ny = f(X)", "y = np.sum(X, axis=0)"),
    ("a reduction", "y = reduce(np.add, (X, k, X))", "y = np.add(np.add(X, k), X)"),
    ("a sum of a map", "y = sum(map(relu, (X, k)))", "y = relu(X) + relu(k)"),
    ("an entry", 'y = ACTS["square"](X)', "y = (X * X)"),
    (
        "an entry by a name",
        "y = ACTS[k](X)",
        'if k not in ("relu", "square"):\n    raise KeyError(k)\n'
        'y = (relu(X) if k == "relu" else (X * X))',
    ),
    (
        "turns over functions",
        "y = 0\nfor f in (np.sin, np.cos):\n    y = y + f(X)",
        "y = 0\ny = y + np.sin(X)\ny = y + np.cos(X)",
    ),
    ("a list over functions", "y = [f(X) for f in (np.sin, relu)]", "y = [np.sin(X), relu(X)]"),
    (
        "the one of each way",
        "if k:\n    f = relu\nelse:\n    f = np.tanh\ny = f(X)",
        "y = (relu(X) if k else np.tanh(X))",
    ),
    ("a condition on it", "f = relu\ny = X if f is None else f(X)", "y = relu(X)"),
]


def subject(tmp_path: Path, body: str) -> str:
    """Return what a function of X and k with this body is, without its head and its end."""
    file = tmp_path / "f.py"
    lines = "\n    ".join(body.splitlines())
    file.write_text(f"{HEAD}def f(X, k):\n    {lines}\n    return y\n")
    target = find(str(file), "f")
    text = subject_of(target, executed(target), ()).source
    return cleandoc(text.partition("\n")[2]).removesuffix("return y").strip()


@pytest.mark.parametrize(("what", "body", "found"), SUBJECTS, ids=[row[0] for row in SUBJECTS])
def test_functions_are_called_by_their_names(
    what: str, body: str, found: str, tmp_path: Path
) -> None:
    assert subject(tmp_path, body) == found, what


def test_a_function_without_functions_as_values_stays_as_it_is(tmp_path: Path) -> None:
    body = "y = relu( X )  # as it is written\nfor _ in range(k):\n    y += 1"
    assert subject(tmp_path, body) == body


REFUSED = [
    ("y = X\nfor _ in k:\n    y = k(y)", "which function `k` is has to be known"),
    ("g = relu\nfor _ in range(3):\n    g = chain(g, relu)\ny = g(X)", "which function `g` is"),
    (
        "def g(f, n):\n    return X if n == 0 else f(g(f, n - 1))\n\ny = g(relu, k)",
        "`g` cannot be inlined: it calls itself",
    ),
    ("y = reduce(np.add, X)", "a reduction without a start is not taken"),
]


@pytest.mark.parametrize(("body", "reason"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_the_text_does_not_tell_is_refused(body: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    lines = "\n    ".join(body.splitlines())
    default = "" if "k(" in body else "=2"
    file.write_text(f"{HEAD}def f(X, k{default}):\n    {lines}\n    return y\n")
    with pytest.raises(Refused, match=reason) as caught:
        refactor(Request(str(file), "f"), lambda event: None)
    assert caught.value.hint
    assert caught.value.place


def test_a_function_that_a_caller_may_give_is_assumed_to_be_the_default(tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text("import numpy as np\n\ndef f(X, act=np.tanh):\n    return act(X)\n")
    said: list[Any] = []
    refactor(Request(str(file), "f"), said.append)
    assert "assumed act: its default, np.tanh" in [e.text for e in said if isinstance(e, Note)]


def test_what_is_printed_composes(tmp_path: Path) -> None:
    """Two printed functions in a chain: values go on, cotangents come back."""
    file = tmp_path / "f.py"
    body = "return chain(softplus, centred)(X)"
    file.write_text(
        f"{HEAD}def softplus(X):\n    return np.log1p(np.exp(X))\n\n\n"
        f"def centred(X):\n    return X - X.mean(axis=0)\n\n\ndef both(X):\n    {body}\n"
    )
    softplus, centred, both = (printed(file, name) for name in ("softplus", "centred", "both"))

    def composed(X: Any) -> Any:
        Y, backprop_Y = softplus(X)
        Z, backprop_Z = centred(Y)
        return Z, lambda dZ: backprop_Y(backprop_Z(dZ))

    rng = np.random.default_rng(0)
    X, dZ = rng.normal(size=(2, 4, 3))
    (Z, pull), (expected, whole) = composed(X), both(X)
    np.testing.assert_allclose(Z, expected)
    np.testing.assert_allclose(pull(dZ), whole(dZ))
    step = 1e-6 * rng.normal(size=X.shape)
    slope = np.sum(dZ * (composed(X + step)[0] - composed(X - step)[0])) / 2
    np.testing.assert_allclose(np.sum(pull(dZ) * step), slope, rtol=1e-6)


def printed(file: Path, name: str) -> Any:
    """Return a function as it is printed."""
    namespace: dict[str, Any] = {}
    request = Request(str(file), name, shapes={"X": ("n", "d")})
    exec(refactor(request, lambda event: None).text, namespace)
    return namespace[name]
