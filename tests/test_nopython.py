"""What Numba compiles of what is printed with --style value-and-grad, told without Numba."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer.dialects.nopython import obstacle
from refactorer.draft import Note, Step
from refactorer.pipeline.run import refactor
from refactorer.request import Request

GOLDEN = Path(__file__).parent / "golden"
HEAD = "import numpy as np\nimport scipy.special\nfrom scipy.special import expit\n"
ARGUMENTS: dict[str, Any] = {
    "x": np.linspace(0.1, 2.0, 6),
    "X": np.linspace(0.1, 2.0, 6).reshape(3, 2),
    "A": np.eye(3) + 0.1,
    "T": np.ones((2, 3, 4)),
    "i": np.array([0, 2]),
}
# Expressions, one a line.
TAKEN = """
np.sum(X, axis=1)
X.sum(1)
X.sum(axis=(0, 1))
X.mean()
np.max(x)
np.argmax(X, axis=1)
np.vdot(x, x)
np.where(x > 0, x, 0)
np.full_like(x, 2.0)
(x > 0).astype(x.dtype)
X.sum(axis=1)[:, None] * X
X @ X.T
X[i]
X[i, i * 0]
x[x > 1]
np.linalg.norm(x)
np.linalg.solve(A, A)
np.array([[x[0], 1.0], [2.0, x[1]]])
np.concatenate((x, x))
np.stack((x, x))
np.roll(x, 1)
x.reshape(2, 3)
np.swapaxes(X, 0, 1)
np.repeat(x, 2)
np.diff(x)
np.quantile(x, 0.5)
[v * v for v in x]
np.logaddexp(x, x)
float(np.log(2))
"""
NOT_TAKEN = """
np.sum(X, axis=1, keepdims=True)
X.mean(axis=1)
np.max(X, axis=1)
X.max(axis=0)
np.cumprod(X, axis=0)
np.var(x, ddof=1)
np.linalg.norm(X, axis=1)
np.vdot(X, X)
np.tensordot(X, X, axes=((0,), (0,)))
np.einsum("ij->i", X)
T @ np.ones((4, 2))
np.array([x, x])
np.concatenate([x, x])
np.stack([x, x])
np.logaddexp.reduce(x)
np.maximum.accumulate(x)
np.roll(X, 1, axis=0)
np.diff(X, axis=0)
np.repeat(X, 2, axis=0)
np.flip(X, axis=0)
np.sort(X, axis=1)
X.swapaxes(0, 1)
X.T.reshape(-1)
scipy.special.expit(x)
expit(x)
[v for v in reversed(x)]
"""
COMPILED, NOT_COMPILED = (rows.strip().split("\n") for rows in (TAKEN, NOT_TAKEN))


def of(expression: str) -> str:
    names = ", ".join(ARGUMENTS)
    return f"{HEAD}\n\ndef f({names}):\n    out = {expression}\n    return out\n"


@pytest.mark.parametrize("expression", COMPILED)
def test_what_is_compiled(expression: str) -> None:
    assert obstacle(of(expression), "f", ARGUMENTS) == ""


@pytest.mark.parametrize("expression", NOT_COMPILED)
def test_what_is_not_compiled(expression: str) -> None:
    assert obstacle(of(expression), "f", ARGUMENTS)


@pytest.mark.parametrize("expression", [*COMPILED, *NOT_COMPILED])
def test_numba_says_the_same(expression: str) -> None:
    numba = pytest.importorskip("numba")
    namespace: dict[str, Any] = {}
    exec(of(expression), namespace)
    given = [value.copy() for value in ARGUMENTS.values()]
    if expression in COMPILED:
        numba.njit(namespace["f"])(*given)
    else:
        with pytest.raises((numba.core.errors.NumbaError, NotImplementedError)):
            numba.njit(namespace["f"])(*given)


FUNCTIONS: dict[str, dict[str, Any]] = {
    "losses.L2_norm": {"X": np.arange(1.0, 4.0)},
    "losses.cosine_loss": {"X": np.arange(1.0, 4.0), "Y": np.ones(3)},
    "losses.cosine_division": {"dot": 0.5, "X_norm": 1.0, "Y_norm": 2.0},
    "losses.cosine_loss_rows": {"guess": np.ones((2, 3)), "truth": np.ones((2, 3)) * 2},
    "composed.cosine_loss": {"X": np.arange(1.0, 4.0), "Y": np.ones(3)},
}


@pytest.mark.parametrize("sample", FUNCTIONS)
def test_numba_says_the_same_of_what_is_printed(sample: str) -> None:
    numba = pytest.importorskip("numba")
    text = Path(GOLDEN, f"{sample}.value-and-grad.py").read_text()
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    name = sample.partition(".")[2]
    given = FUNCTIONS[sample]
    if found := obstacle(text, name, given):
        with pytest.raises(numba.core.errors.NumbaError):
            numba.njit(namespace[name])(*given.values())
        assert found in text
    else:
        numba.njit(namespace[name])(*given.values())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return np.sum(X * X)", []),
        (
            "Z = X - np.max(X, axis=1, keepdims=True)\n    return np.sum(Z * Z)",
            ["Numba does not compile this in nopython mode: `np.max(X, axis=1, keepdims=True)`"],
        ),
    ],
)
def test_the_first_is_told(body: str, told: list[str], tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text(f"import numpy as np\n\n\ndef f(X):\n    {body}\n")
    for style, expected in (("value-and-grad", told), ("grad", [])):
        events: list[Step | Note] = []
        refactor(Request(str(file), "f", shapes={"X": ("n", "d")}, style=style), events.append)
        assert [e.text for e in events if isinstance(e, Note)] == expected
