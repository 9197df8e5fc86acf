"""The user's text, changed only where a value that is read at its end needs a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from refactorer.primal.normalise import Primal, normalise
from refactorer.printing.forward_text import ForwardText
from refactorer.printing.residuals import Residuals
from refactorer.printing.splices import Splice, spliced
from refactorer.printing.written import Written
from refactorer.reading.source import Span
from refactorer.reading.target import find


@dataclass(frozen=True)
class Example:
    """A function before and after the values of some of its expressions are asked for.

    `reads` says by which text each of those expressions is read at the end of the function.
    """

    id: str
    before: str
    after: str
    reads: dict[str, str]


EXAMPLES = [
    Example(
        "what the user named stays as it is",
        before="""
            def f(X):
                total = np.sum(X * X)
                return np.sqrt(total)
        """,
        after="""
            def f(X):
                total = np.sum(X * X)
                return np.sqrt(total)
        """,
        reads={"np.sum(X * X)": "total", "X": "X"},
    ),
    Example(
        "a subexpression is named before its statement, and its parentheses go",
        before="""
            def f(X, Y):
                # the lengths
                xnorm = np.sqrt(np.sum(X*X))
                ynorm = np.sqrt(np.sum(Y*Y))

                # their angle
                similarity = np.sum(X * Y) / (xnorm * ynorm)  # from -1 to 1
                return 1-similarity
        """,
        after="""
            def f(X, Y):
                # the lengths
                xnorm = np.sqrt(np.sum(X*X))
                ynorm = np.sqrt(np.sum(Y*Y))

                # their angle
                norms = xnorm * ynorm
                similarity = np.sum(X * Y) / norms  # from -1 to 1
                return 1-similarity
        """,
        reads={"xnorm * ynorm": "norms", "np.sum(X * Y) / (xnorm * ynorm)": "similarity"},
    ),
    Example(
        "a name inside a name",
        before="""
            def f(X):
                y = np.tanh(np.exp(X * X) + 1)
                return y
        """,
        after="""
            def f(X):
                XX = X * X
                exp_XX = np.exp(XX)
                y = np.tanh(exp_XX + 1)
                return y
        """,
        reads={"np.exp(X * X)": "exp_XX", "X * X": "XX"},
    ),
    Example(
        "the same expression later on",
        before="""
            def f(x, y):
                a = np.sin(x * y)
                return a * np.cos((x * y))
        """,
        after="""
            def f(x, y):
                xy = x * y
                a = np.sin(xy)
                return a * np.cos(xy)
        """,
        reads={"x * y": "xy"},
    ),
    Example(
        "what the user named later is read by that name",
        before="""
            def f(x, y):
                a = np.sin(x * y)
                p = x * y
                return a * p
        """,
        after="""
            def f(x, y):
                a = np.sin(x * y)
                p = x * y
                return a * p
        """,
        reads={"x * y": "p"},
    ),
    Example(
        "an expression of the return statement",
        before="""
            def f(x):
                # the whole
                return np.exp(x).sum()
        """,
        after="""
            def f(x):
                # the whole
                exp_x = np.exp(x)
                return exp_x.sum()
        """,
        reads={"np.exp(x)": "exp_x"},
    ),
    Example(
        "the output",
        before="""
            def f(x):
                return(np.exp(x))
        """,
        after="""
            def f(x):
                loss = np.exp(x)
                return loss
        """,
        reads={"np.exp(x)": "loss"},
    ),
    Example(
        "a name that is set again",
        before="""
            def f(X, t):
                Z = X / t
                Z = Z - Z.max()
                return np.sum(np.exp(Z))
        """,
        after="""
            def f(X, t):
                scaled_X = X / t
                Z = scaled_X - scaled_X.max()
                return np.sum(np.exp(Z))
        """,
        reads={"X / t": "scaled_X", "Z - Z.max()": "Z"},
    ),
    Example(
        "a parameter that is set again",
        before="""
            def f(x, w):
                x = x * w
                x = np.sin(x)
                return np.sum(x)
        """,
        after="""
            def f(x, w):
                xw = x * w
                sin_x = np.sin(xw)
                return np.sum(sin_x)
        """,
        reads={"x": "x", "np.sin(x)": "sin_x"},
    ),
    Example(
        "a value that is changed in place",
        before="""
            def f(X, t):
                Z = X / t
                Z -= X
                Z *= t + 1
                return np.sum(Z)
        """,
        after="""
            def f(X, t):
                scaled_X = X / t
                diff = scaled_X - X
                Z = diff * (t + 1)
                return np.sum(Z)
        """,
        reads={"X / t": "scaled_X", "Z -= X": "diff"},
    ),
    Example(
        "an alias",
        before="""
            def f(X):
                Y = X
                X = Y * Y
                return np.sum(X)
        """,
        after="""
            def f(X):
                Y = X
                X = Y * Y
                return np.sum(X)
        """,
        reads={"Y": "Y"},
    ),
    Example(
        "a transpose is written again, and not kept",
        before="""
            def f(X, W):
                return np.sum((X + 1) @ W.T)
        """,
        after="""
            def f(X, W):
                return np.sum((X + 1) @ W.T)
        """,
        reads={"W.T": "W.T"},
    ),
    Example(
        "a transpose of what has no name",
        before="""
            def f(X, W):
                return np.sum(X @ (2 * W).T)
        """,
        after="""
            def f(X, W):
                twice_W = 2 * W
                return np.sum(X @ twice_W.T)
        """,
        reads={"(2 * W).T": "twice_W.T"},
    ),
    Example(
        "statements on one line",
        before="""
            def f(x, y):
                a = np.sin(x * y); b = np.exp(a + 1); return a * b
        """,
        after="""
            def f(x, y):
                xy = x * y
                a = np.sin(xy)
                a_plus_one = a + 1
                b = np.exp(a_plus_one); return a * b
        """,
        reads={"x * y": "xy", "a + 1": "a_plus_one"},
    ),
    Example(
        "a function on one line",
        before="""
            def f(x): return np.sin(x) * x
        """,
        after="""
            def f(x):
                sin_x = np.sin(x)
                return sin_x * x
        """,
        reads={"np.sin(x)": "sin_x"},
    ),
    Example(
        "an expression on several lines, with a comment",
        before="""
            def f(x, y):
                return np.sum(
                    x  # the first
                    * y
                )
        """,
        after="""
            def f(x, y):
                xy = (x  # the first
                    * y)
                return np.sum(
                    xy
                )
        """,
        reads={"x  # the first\n        * y": "xy"},
    ),
    Example(
        "a name that is in use",
        before="""
            def f(a, b):
                diff = a * a
                return np.sum(np.abs(a - b) * diff)
        """,
        after="""
            def f(a, b):
                diff = a * a
                a_minus_b = a - b
                return np.sum(np.abs(a_minus_b) * diff)
        """,
        reads={"a - b": "a_minus_b"},
    ),
]


def retold(example: Example, tmp_path: Path) -> tuple[ForwardText, dict[str, str]]:
    """Return the example's text with names, and our names of the values that are read."""
    file = tmp_path / "module.py"
    file.write_text(f"import numpy as np\n\n\n{dedent(example.before).lstrip()}")
    primal = normalise(find(str(file), "f"), (), frozenset())
    ours = {said: value_at(primal, said) for said in example.reads}
    wanted = {primal.output: "loss"}
    found = Residuals(Written(primal), frozenset(ours.values()), wanted=wanted)
    return ForwardText(found), ours


def value_at(primal: Primal, said: str) -> str:
    """Return our name of the first value that is written so, or stored where this starts."""
    at = primal.target.source.index(said)
    whole = primal.expressions.get(Span(at, at + len(said)))
    return whole or primal.expressions[Span(at, at + 1)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_the_text_changes_only_where_a_name_is_needed(example: Example, tmp_path: Path) -> None:
    found, ours = retold(example, tmp_path)
    assert found.text == dedent(example.after).lstrip()
    assert {said: found.expression(name) for said, name in ours.items()} == example.reads


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_the_text_computes_the_same(example: Example, tmp_path: Path) -> None:
    found, _ = retold(example, tmp_path)
    count = len(found.written.primal.target.parameters)
    arguments = np.random.default_rng(0).normal(size=(count, 3, 3))
    one, other = (value(text, arguments) for text in (example.before, found.text))
    np.testing.assert_array_equal(one, other)


def value(text: str, arguments: Iterable[object]) -> object:
    """Return what the function of a text returns."""
    namespace: dict[str, Any] = {"np": np}
    exec(dedent(text), namespace)
    return namespace["f"](*arguments)


def test_a_value_that_is_written_nowhere_is_computed_from_what_is(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("def f(x, y):\n    return (0 < x * y < 1) * x\n")
    primal = normalise(find(str(file), "f"), (), frozenset())
    (hidden,) = {v for v in Written(primal).definitions if "x * y" not in v} & {
        line.split(" = ")[0].strip() for line in primal.code.splitlines() if " < 1" in line
    }
    found = ForwardText(Residuals(Written(primal), frozenset({hidden})))
    assert found.text == "def f(x, y):\n    xy = x * y\n    return (0 < xy < 1) * x\n"
    assert found.expression(hidden) == "xy < 1"


def test_of_nested_splices_the_outermost_counts() -> None:
    splices = [Splice(Span(1, 4), "X"), Splice(Span(2, 3), "Y"), Splice(Span(4, 4), "!")]
    assert spliced("abcde", splices) == "aX!e"
    assert spliced("abcde", splices[1:], within=Span(1, 4)) == "bYd!"
