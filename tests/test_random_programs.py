"""Programs that nobody has written, and those among them that once came out wrong."""

from __future__ import annotations

from inspect import cleandoc

import pytest
from random_programs import Drawn, drawn
from random_programs.long_run import outcome

LARGE = 31_000_192  # in which values are seen that are so large that a derivative is not finite
ASKED = 31_000_281  # in which a condition reads a name whose value no cotangent goes through
SEEDS = (*range(48), LARGE, ASKED)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_program_is_printed_and_right(seed: int) -> None:
    found = outcome(drawn(seed))
    assert found.kind == "right", found.reason


# Each once was refused, failed, or was printed wrong and stopped by the judge.
FOUND: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "a comprehension over rows has a turn for each": (
        """
        def f(x):
            return np.array([np.tanh(row * row) for row in x])
        """,
        {"x": ("n", "d")},
    ),
    "a generator over rows has a turn for each": (
        """
        def f(x):
            return sum(np.tanh(row * row) for row in x)
        """,
        {"x": ("n", "d")},
    ),
    "a mean is taken of a number, and of a matrix": (
        """
        def mean(x):
            return np.mean(np.tanh(x))

        def f(a, y):
            return mean(y) * mean(a)
        """,
        {"a": ("n", "d"), "y": ()},
    ),
    "the last value of a list that a loop without turns has left empty": (
        """
        def f(x):
            found = []
            for i in range(1, len(x)):
                found.append(np.tanh(x[i] * x[i - 1]))
            return np.sin(found[-1])
        """,
        {"x": ("n",)},
    ),
    "an array whose items are set again after it was read": (
        """
        def f(x):
            out = np.zeros(len(x))
            for i in range(len(x)):
                out[i] = np.sin(x[i])
            y = out * out
            out[0] = 3.0
            return y
        """,
        {"x": ("n",)},
    ),
    "a part of an array that is read, then set": (
        """
        def f(y):
            v = np.ones((2, len(y)))
            v[-1] = np.exp(-(y**2))
            v[:, 0] *= 0.3 * y[0]
            return np.tanh(v)
        """,
        {"y": ("n",)},
    ),
    "a part without axes is a view where the index has an ellipsis": (
        """
        def f(y):
            v = np.tanh(y)
            v[..., 0] *= y[..., 0] ** 2
            return v * v
        """,
        {"y": ("d",)},
    ),
    "a name that no gradient depends on, read below": (
        """
        def f(x, flag=True):
            if flag:
                x = np.sin(x)
            y = np.where(x > 0, x, 0.1 * x)
            x = np.tanh(y)
            x = x * 2
            y = y - np.cos(y)
            if x.sum() > 0.3:
                y = y * 2
            return y
        """,
        {"x": ("n",)},
    ),
    "the cotangent of what is returned and iterated over is not ours to change": (
        """
        def f(x):
            v = np.tanh(x)
            total = 1.0
            for row in v:
                total = total + np.sin(row.sum())
            return v, total
        """,
        {"x": ("n", "d")},
    ),
    "two arguments of a helper that are one value": (
        """
        def larger(a, b):
            return np.maximum(a, b) * a


        def f(x):
            y = np.sin(x)
            return larger(y, y)
        """,
        {"x": ("n",)},
    ),
    "a condition on a name that is set again": (
        """
        def f(x):
            scale = 1 / (2 + x**2)
            y = x if 0 < scale else np.arcsinh(x)
            scale = np.hypot(y, 2.0)
            return y * scale
        """,
        {"x": ()},
    ),
    "a flag of a helper that nobody sets": (
        """
        def scaled(a, halved=False, plain=False):
            if halved:
                a = a / 2
            return a if plain else np.tanh(a)


        def f(x):
            return scaled(x) * x
        """,
        {"x": ("n",)},
    ),
    "a condition of a loop that no input meets": (
        """
        def f(x):
            v = 1 / (1 + np.exp(-x))
            total = 1.0
            for row in v:
                if np.max(np.abs(row)) > 2.0:
                    v = 0.5 * np.sin(v) + np.max(row)
                else:
                    v = np.tanh(v) * np.tanh(total)
                total -= np.sin(row.max())
            return np.sum(v) + total
        """,
        {"x": ("n", "d")},
    ),
    "an array that gets another value while its rows are run over": (
        """
        def f(x):
            y = np.sin(x)
            total = 0.0
            for row in y:
                y = np.tanh(y * 0.7)
                total = total + np.sum(row * y[0])
            return total + np.sum(y)
        """,
        {"x": ("n", "d")},
    ),
    "the number of a turn in a loop that is left early": (
        """
        def f(x):
            y = x.T
            total = 0.0
            for element in y:
                if element < -0.1:
                    break
                total -= np.tanh(element)
            return np.sum(np.tanh(y)) + total
        """,
        {"x": ("n",)},
    ),
    "a value of a name that goes on without a gradient": (
        """
        def f(x, flag=True):
            if flag:
                x = 2 * x
            y = np.logaddexp(np.cosh(np.tanh(x)) ** 2, 0.0)
            z = y * 0.5
            y = y + 0
            y -= np.cos(x)
            return z
        """,
        {"x": ("n",)},
    ),
    "a way that rare values take, and every array of one element": (
        """
        def f(x, y):
            if np.max(y) < -0.1:
                return np.tanh(x.sum())
            return np.sum(np.tanh(y))
        """,
        {"x": ("n", "1"), "y": ("n",)},
    ),
    "what a turn reads of a value that it has made itself": (
        """
        def f(x, w):
            y = np.sin(x)
            total = 0.0
            for i in range(3):
                y = np.tanh(y * 0.7)
                total = total + np.sum(w[i] * y[0])
            return total + np.sum(y)
        """,
        {"x": ("n", "d"), "w": ("3", "d")},
    ),
    "a list to which some turns append": (
        """
        def f(x):
            found = []
            for row in x:
                if row.sum() > 0.3:
                    continue
                found.append(np.tanh(row * row))
            return sum(found)
        """,
        {"x": ("n", "d")},
    ),
    "a list to which turns append once, twice or not at all": (
        """
        def f(x):
            h = np.zeros(x.shape[1])
            found = [h]
            for row in x:
                h = np.tanh(0.5 * h + row)
                if h[0] > 0:
                    found.append(h)
                elif h.sum() > 0:
                    found.append(h * 2)
                    found.append(row)
            return np.stack(found).mean(axis=0), h
        """,
        {"x": ("n", "d")},
    ),
    "comprehensions within expressions": (
        """
        def f(x):
            total = sum([np.sin(row) for row in x if row[0] > 0])
            return total * np.array([np.cos(row) for row in x]).sum(axis=0)
        """,
        {"x": ("n", "d")},
    ),
    "an axis of one element in an array that may be empty": (
        """
        def f(x):
            v = np.diff(x, axis=0)
            return np.tanh(np.mean(v, axis=-1))
        """,
        {"x": ("n", "1")},
    ),
    "a branch past which a constant array of double precision flows": (
        """
        def f(a):
            v = np.linalg.cholesky(np.tanh(a).T @ np.tanh(a) + 3 * np.eye(a.shape[1]))
            if np.sum(a) > 0.1:
                return np.where(a > 0, a, 0.1 * a)
            return a * np.tanh(np.sum(np.tanh(v)))
        """,
        {"a": ("n", "d")},
    ),
    "a row that is set, in an array whose name is given to a row later": (
        """
        def f(x):
            v = np.tanh(x)
            v[0] = v[0] ** 2
            v = sum(np.sin(row) for row in v)
            return v * np.tanh(v)
        """,
        {"x": ("n", "d")},
    ),
    "a helper that follows none of what a gradient is asked by": (
        """
        def second(a, b):
            return np.arctan(b) * b


        def f(x):
            return second(x, np.sign(x)) * x
        """,
        {"x": ("n",)},
    ),
}


@pytest.mark.parametrize("why", FOUND)
def test_what_random_programs_have_found(why: str) -> None:
    text, shapes = FOUND[why]
    found = outcome(Drawn(f"import numpy as np\n\n\n{cleandoc(text)}\n", shapes))
    assert found.kind == "right", found.reason
