"""Vectors that parameters are packed into have the length that is read of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer import refactor
from refactorer.arguments.packed import formula
from refactorer.arguments.tape import LONG, Tape

HEAD = """import numpy as np


def unpack(theta, shapes):
    parts, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        parts.append(theta[start : start + size].reshape(shape))
        start += size
    return parts


"""

NETWORK = """def loss(theta, X, Y, hidden):
    d, k = X.shape[1], Y.shape[1]
    end = d * hidden
    W = theta[:end].reshape(d, hidden)
    b = theta[end : end + hidden]
    V = theta[end + hidden :].reshape(hidden, k)
    return np.sum((np.tanh(X @ W + b) @ V - Y) ** 2)
"""

BY_HELPER = """def loss(theta, X, y):
    W, b, v = unpack(theta, [(X.shape[1], 4), (4,), (4,)])
    return np.sum((np.tanh(X @ W + b) @ v - y) ** 2)
"""

SPREAD = """def loss(theta, X, y):
    d = X.shape[1]
    spread = np.exp(X @ theta[d:])
    return np.sum(np.log(spread) + ((y - X @ theta[:d]) / spread) ** 2)
"""

CHAIN = """def loss(theta, seen):
    k = seen.shape[1]
    A = np.exp(theta[: k * k].reshape(k, k))
    p = np.exp(theta[k * k :]) * seen[0]
    for t in range(1, len(seen)):
        p = (p @ A) * seen[t]
    return np.log(p.sum() ** 2)
"""


@pytest.mark.parametrize(
    ("function", "length", "sizes"),
    [
        (NETWORK, "d*hidden+hidden*m+hidden", {"d": 2, "m": 3, "hidden": 4}),
        (BY_HELPER, "4*d+8", {"d": 3}),
        (SPREAD, "2*d", {"d": 3}),
        (CHAIN, "d+d*d", {"d": 3}),
    ],
)
def test_its_length_is_found(
    function: str, length: str, sizes: dict[str, int], tmp_path: Path
) -> None:
    (tmp_path / "f.py").write_text(HEAD + function)
    found = refactor(f"{tmp_path / 'f.py'}:loss", wrt="theta")
    (said,) = [note for note in found.notes if note.startswith("assumed theta")]
    count = said.removeprefix("assumed theta: a vector of length ").partition(";")[0]
    assert eval(count, sizes) == eval(length, sizes)


def test_a_list_of_shapes_that_differ_is_gone_through(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text(HEAD + BY_HELPER)
    found = refactor(f"{tmp_path / 'f.py'}:loss", wrt="all", shapes={"theta": "4*d+8", "X": "n,d"})
    rng = np.random.default_rng(0)
    theta, X, y = rng.normal(size=20), rng.normal(size=(5, 3)), rng.normal(size=5)
    _, backprop = found.function(theta, X, y)
    step = 1e-6 * np.eye(20)[7]
    difference = found.function(theta + step, X, y)[0] - found.function(theta - step, X, y)[0]
    assert np.isclose(backprop(1.0)[0][7], difference / 2e-6, rtol=1e-5)


# What is read of a tape


@pytest.mark.parametrize(
    ("read", "length"),
    [
        (lambda p: p[4], 5),
        (lambda p: p[2:6], 6),
        (lambda p: p[:6].reshape(2, 3), 6),
        (lambda p: p[6:].reshape((2, 3)), 12),
        (lambda p: (p[:-1] @ np.ones(3), p[-1]), 4),
        (lambda p: np.ones((5, 3)) @ p[2:], 5),
        (lambda p: p[2:] @ np.ones((5, 3)), 7),
        (lambda p: p[1:] + np.ones((2, 4)), 5),
        (lambda p: np.exp(p[1:]) * np.ones(4), 5),
        (lambda p: 2 * p[1:][2:] * np.ones(4), 7),
        (lambda p: np.split(p, [2, 5])[2] * np.ones(3), 8),
        (lambda p: p.copy()[3:5], 5),
        (lambda p: p[-2:], 2),
    ],
)
def test_what_is_read_of_a_tape(read: Callable[[Any], object], length: int) -> None:
    tape = Tape.new(np.random.default_rng(0))
    read(tape)
    assert tape.reads
    assert tape.reads.length == length


def test_a_tape_is_long_and_its_values_are_those_of_a_vector() -> None:
    tape = Tape.new(np.random.default_rng(0))
    plain = np.array(tape)
    assert plain.shape == (LONG,)
    assert np.array_equal(tape[3:5], plain[3:5])
    assert np.array_equal(tape[7:].reshape(2, 3), plain[7:13].reshape(2, 3))
    assert np.array_equal(np.sin(tape[7:]) * np.ones(2), np.sin(plain[7:9]))
    assert tape[-1] == plain[-1]


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (lambda n, d: n * d + 2 * d + 1, "2*d+n*d+1"),
        (lambda n, d: d * d, "d*d"),
        (lambda n, d: 7, ""),  # a number is found otherwise
        (lambda n, d: d * (d + 1) // 2, ""),
        (lambda n, d: n * n * d, ""),
        (lambda n, d: 100 * d, ""),  # it is as long as the tape
    ],
)
def test_a_length_is_a_sum_of_products(length: Callable[[int, int], int], text: str) -> None:
    rng = np.random.default_rng(1)
    sizes = [dict(zip("nd", map(int, rng.integers(2, 9, size=2)), strict=True)) for _ in range(30)]
    assert formula([(s, length(s["n"], s["d"])) for s in sizes]) == text
