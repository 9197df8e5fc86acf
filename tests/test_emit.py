"""The printed text in all its styles, from adjoints that were made by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import libcst as cst
import numpy as np
import pytest

from refactorer.adjoint import Adjoint
from refactorer.emit import emit
from refactorer.primal.normalise import Primal, normalise
from refactorer.printing.layout.long_lines import Shortening
from refactorer.printing.layout.long_sums import in_several_lines
from refactorer.printing.probe import Probe
from refactorer.reading.target import find
from refactorer.refining.catalog import PIPELINE
from refactorer.rule import block
from refactorer.shapes import Array, trace

LAST_RULES = [r for r in PIPELINE if r.__name__ in ("NameCotangents", "SplitForwardBackprop")]

COSINE = '''
    import os
    import numpy as np

    LARGE = 1e9


    def cosine_loss(X, Y):
        """From 0 to 2."""
        xnorm = np.sqrt(np.sum(X * X))
        ynorm = np.sqrt(np.sum(Y * Y))
        similarity = np.sum(X * Y) / (xnorm * ynorm)  # the angle
        # 0 where they point the same way
        return 1 - similarity
'''


@dataclass(frozen=True)
class Example:
    """A file, the backward part of its last function, and what is printed.

    In the backward part, an expression in backquotes stands for our name of its value, and SEED for
    that of the cotangent of the output.
    """

    id: str
    file: str
    gradients: tuple[str, ...]
    after: str
    backward: str = ""
    wrt: tuple[str, ...] = ()
    style: str = "callback"
    comments: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The function's name."""
        return str(re.findall(r"def (\w+)", self.file)[-1])


X_GRADIENT = "SEED * similarity / xnorm ** 2 * X - SEED / `xnorm * ynorm` * Y"
Y_GRADIENT = "SEED * similarity / ynorm ** 2 * Y - SEED / `xnorm * ynorm` * X"

EXAMPLES = [
    Example(
        "one gradient",
        COSINE,
        gradients=(X_GRADIENT,),
        after='''
            import numpy as np


            def cosine_loss(X, Y):
                """From 0 to 2."""
                xnorm = np.sqrt(np.sum(X * X))
                ynorm = np.sqrt(np.sum(Y * Y))
                norms = xnorm * ynorm
                similarity = np.sum(X * Y) / norms  # the angle

                def get_dX(d_loss):
                    return (d_loss * similarity / xnorm**2) * X - (d_loss / norms) * Y

                # 0 where they point the same way
                return 1 - similarity, get_dX
        ''',
    ),
    Example(
        "several gradients",
        COSINE,
        wrt=("X", "Y"),
        gradients=(X_GRADIENT, Y_GRADIENT),
        after='''
            import numpy as np


            def cosine_loss(X, Y):
                """From 0 to 2."""
                xnorm = np.sqrt(np.sum(X * X))
                ynorm = np.sqrt(np.sum(Y * Y))
                norms = xnorm * ynorm
                similarity = np.sum(X * Y) / norms  # the angle

                def backprop(d_loss):
                    dX = (d_loss * similarity / xnorm**2) * X - (d_loss / norms) * Y
                    dY = (d_loss * similarity / ynorm**2) * Y - (d_loss / norms) * X
                    return dX, dY

                # 0 where they point the same way
                return 1 - similarity, backprop
        ''',
    ),
    Example(
        "one function for the gradient",
        COSINE,
        gradients=(X_GRADIENT,),
        style="grad",
        after='''
            import numpy as np


            def d_cosine_loss(X, Y, d_out=1.0):
                """From 0 to 2."""
                xnorm = np.sqrt(np.sum(X * X))
                ynorm = np.sqrt(np.sum(Y * Y))
                norms = xnorm * ynorm
                similarity = np.sum(X * Y) / norms  # the angle
                return (d_out * similarity / xnorm**2) * X - (d_out / norms) * Y
        ''',
    ),
    Example(
        "the value and the gradient",
        COSINE,
        gradients=(X_GRADIENT,),
        style="value-and-grad",
        after='''
            import numpy as np


            def cosine_loss(X, Y):
                """From 0 to 2."""
                xnorm = np.sqrt(np.sum(X * X))
                ynorm = np.sqrt(np.sum(Y * Y))
                norms = xnorm * ynorm
                similarity = np.sum(X * Y) / norms  # the angle
                dX = (similarity / xnorm**2) * X - Y / norms
                # 0 where they point the same way
                return 1 - similarity, dX
        ''',
    ),
    Example(
        "comments",
        COSINE,
        gradients=(X_GRADIENT,),
        comments=True,
        after='''
            import numpy as np


            def cosine_loss(X, Y):
                """From 0 to 2."""
                xnorm = np.sqrt(np.sum(X * X))
                ynorm = np.sqrt(np.sum(Y * Y))
                norms = xnorm * ynorm
                similarity = np.sum(X * Y) / norms  # the angle

                def get_dX(d_loss):
                    # Grad of: return 1 - similarity
                    # Grad of: similarity = np.sum(X * Y) / norms
                    # Grad of: norms = xnorm * ynorm
                    # Grad of: xnorm = np.sqrt(np.sum(X * X))
                    return (d_loss * similarity / xnorm**2) * X - (d_loss / norms) * Y

                # 0 where they point the same way
                return 1 - similarity, get_dX
        ''',
    ),
    Example(
        "each callback holds what its gradient needs",
        """
            import numpy as np

            def f(weights, x):
                return np.sum(np.tanh(weights * x))
        """,
        wrt=("weights", "x"),
        backward="bv = SEED * (1 - `np.tanh(weights * x)` ** 2)",
        gradients=("bv * x", "bv * weights"),
        style="callbacks",
        after="""
            import numpy as np


            def f(weights, x):
                tanh_weighted_x = np.tanh(weights * x)

                def get_d_weights(d_out):
                    common = d_out * (1 - tanh_weighted_x**2)
                    return common * x

                def get_dx(d_out):
                    common = d_out * (1 - tanh_weighted_x**2)
                    return common * weights

                return np.sum(tanh_weighted_x), (get_d_weights, get_dx)
        """,
    ),
    Example(
        "what only the output needs is not computed for the gradient alone",
        """
            import numpy as np
            from math import log

            BASE = 2
            SCALE = log(BASE)

            def f(x):
                y = x / SCALE
                z = np.exp(y)  # needed
                shown = z + 1
                return np.sum(shown)
        """,
        gradients=("SEED * z / SCALE",),
        style="grad",
        after="""
            import numpy as np
            from math import log

            BASE = 2
            SCALE = log(BASE)


            def d_f(x, d_out=1.0):
                y = x / SCALE
                z = np.exp(y)  # needed
                return d_out * z / SCALE
        """,
    ),
    Example(
        "constants and imports go with what needs them",
        """
            import numpy as np

            HALF = 0.5

            def f(x, y):
                return np.sum(HALF * x * y)
        """,
        gradients=("SEED * 0.5 * y",),
        style="grad",
        after="""
            def d_f(x, y, d_out=1.0):
                return (d_out * 0.5) * y
        """,
    ),
    Example(
        "the user's own name of NumPy",
        """
            import numpy as xp

            def f(x):
                return xp.sum(xp.sin(x))
        """,
        gradients=("SEED * np.cos(x)",),
        after="""
            import numpy as xp


            def f(x):
                def get_dx(d_out):
                    return d_out * xp.cos(x)

                return xp.sum(xp.sin(x)), get_dx
        """,
    ),
    Example(
        "NumPy where the user has only functions of it",
        """
            from numpy import cos, sin

            def f(x):
                return cos(sin(x))
        """,
        gradients=("-SEED * np.sin(`sin(x)`) * np.cos(x) + np.exp(x) - np.exp(x)",),
        after="""
            import numpy as np
            from numpy import cos, sin


            def f(x):
                sin_x = sin(x)

                def get_dx(d_out):
                    return -d_out * sin(sin_x) * cos(x) + np.exp(x) - np.exp(x)

                return cos(sin_x), get_dx
        """,
    ),
    Example(
        "what a function is annotated to return",
        """
            from __future__ import annotations
            import numpy as np

            def f(x: np.ndarray, k: float = 2.0) -> float:
                return np.sum(k * x)
        """,
        gradients=("np.full_like(x, SEED * k)",),
        after="""
            from __future__ import annotations
            from collections.abc import Callable

            import numpy as np


            def f(x: np.ndarray, k: float = 2.0) -> tuple[float, Callable]:
                def get_dx(d_out):
                    return np.full_like(x, d_out * k)

                return np.sum(k * x), get_dx
        """,
    ),
    Example(
        "the seed as an argument among others",
        """
            import numpy as np

            def f(x: np.ndarray, *, k: float = 2.0) -> float:
                return np.sum(k * x)
        """,
        gradients=("np.full_like(x, SEED * k)",),
        style="grad",
        after="""
            import numpy as np


            def d_f(x: np.ndarray, d_out=1.0, *, k: float = 2.0) -> np.ndarray:
                return np.full_like(x, d_out * k)
        """,
    ),
    Example(
        "ones for an array's cotangent where a number would not do",
        """
            import numpy as np

            def f(X, W):
                return X @ W
        """,
        gradients=("SEED @ W.T",),
        style="grad",
        arguments={"X": np.ones((2, 3)), "W": np.ones((3, 5))},
        after="""
            import numpy as np


            def d_f(X, W, d_out=1.0):
                out = X @ W
                d_out = d_out * np.ones_like(out)
                return d_out @ W.T
        """,
    ),
    Example(
        "a gradient that is 1 everywhere",
        """
            import numpy as np

            def f(X):
                return np.sum(X)
        """,
        gradients=("np.full_like(X, SEED)",),
        style="value-and-grad",
        after="""
            import numpy as np


            def f(X):
                dX = np.ones_like(X)
                return np.sum(X), dX
        """,
    ),
    Example(
        "a gradient that is a number",
        """
            def f(x, y):
                return x + 2 * y
        """,
        wrt=("x", "y"),
        gradients=("SEED", "2 * SEED"),
        style="value-and-grad",
        arguments={"x": 1.0, "y": 1.0},
        after="""
            def f(x, y):
                return x + 2 * y, (1.0, 2.0)
        """,
    ),
    Example(
        "a mask times 1 is not the mask",
        """
            import numpy as np

            def f(x):
                return np.sum(np.maximum(x, 0))
        """,
        gradients=("SEED * (x > 0)",),
        style="value-and-grad",
        after="""
            import numpy as np


            def f(x):
                dx = 1.0 * (x > 0)
                return np.sum(np.maximum(x, 0)), dx
        """,
    ),
    Example(
        "a line that is too long",
        """
            import numpy as np

            def f(activations):
                return np.sum(np.tanh(activations) * np.exp(activations))
        """,
        gradients=(
            "SEED * (np.exp(activations) * np.tanh(activations) + (1 - np.tanh(activations) ** 2)"
            " * np.exp(activations))",
        ),
        after="""
            import numpy as np


            def f(activations):
                def get_d_activations(d_out):
                    slope = (1 - np.tanh(activations) ** 2) * np.exp(activations)
                    return d_out * (np.exp(activations) * np.tanh(activations) + slope)

                return np.sum(np.tanh(activations) * np.exp(activations)), get_d_activations
        """,
    ),
    Example(
        "a call in a line that is too long, by its own name where there is room for that",
        """
            import numpy as np

            def f(activations):
                return np.tanh(activations) * np.exp(activations)
        """,
        gradients=(
            "SEED.mean(axis=0, keepdims=True) / np.exp(activations[:, :1]) + np.exp(activations)",
        ),
        arguments={"activations": np.ones((5, 3))},
        after="""
            import numpy as np


            def f(activations):
                def get_d_activations(d_out):
                    d_out_mean = d_out.mean(axis=0, keepdims=True)
                    return d_out_mean / np.exp(activations[:, :1]) + np.exp(activations)

                return np.tanh(activations) * np.exp(activations), get_d_activations
        """,
    ),
    Example(
        "parts of a line that none of them makes short enough, the longest first",
        """
            import numpy as np

            def f(activations):
                return np.sum(np.tanh(activations) * np.exp(activations))
        """,
        gradients=(
            "(np.tanh(activations) * SEED + np.exp(activations) * np.sin(activations))"
            " * (np.sinh(activations) + SEED / activations.size * np.cos(activations))",
        ),
        after="""
            import numpy as np


            def f(activations):
                def get_d_activations(d_out):
                    factor = np.sinh(activations) + (d_out / activations.size) * np.cos(activations)
                    slope = np.exp(activations) * np.sin(activations)
                    return (np.tanh(activations) * d_out + slope) * factor

                return np.sum(np.tanh(activations) * np.exp(activations)), get_d_activations
        """,
    ),
    Example(
        "an output that leaves no room beside it",
        """
            import numpy as np

            def f(activations, weights):
                return np.sum(np.tanh(activations) * np.exp(activations) * weights * 2)
        """,
        gradients=("SEED * np.exp(activations) * weights",),
        after="""
            import numpy as np


            def f(activations, weights):
                out = np.sum(np.tanh(activations) * np.exp(activations) * weights * 2)

                def get_d_activations(d_out):
                    return d_out * np.exp(activations) * weights

                return out, get_d_activations
        """,
    ),
    Example(
        "a loss too long for a line: what it adds up has the name, and the rest one line",
        """
            import numpy as np

            def mean_loss(activations, weights, targets):
                return 0.5 * np.mean(
                    np.logaddexp(0.0, weights * activations) - targets * weights * activations,
                )
        """,
        gradients=("SEED * weights",),
        after="""
            import numpy as np


            def mean_loss(activations, weights, targets):
                losses = np.logaddexp(0.0, weights * activations) - targets * weights * activations

                def get_d_activations(d_loss):
                    return d_loss * weights

                return 0.5 * np.mean(losses), get_d_activations
        """,
    ),
    Example(
        "a comment stays where it stands",
        """
            import numpy as np

            def mean_loss(activations, weights, targets):
                return np.mean(
                    # the link
                    np.logaddexp(0.0, weights * activations) - targets * weights * activations
                )
        """,
        gradients=("SEED * weights",),
        after="""
            import numpy as np


            def mean_loss(activations, weights, targets):
                loss = np.mean(
                    # the link
                    np.logaddexp(0.0, weights * activations)
                    - targets * weights * activations
                )

                def get_d_activations(d_loss):
                    return d_loss * weights

                return loss, get_d_activations
        """,
    ),
    Example(
        "a tuple is returned as one value",
        """
            def f(x, y):
                return x * y, x
        """,
        gradients=("SEED[0] * y + SEED[1]",),
        after="""
            def f(x, y):
                def get_dx(d_out):
                    return d_out[0] * y + d_out[1]

                return (x * y, x), get_dx
        """,
    ),
    Example(
        "short gradients in one line",
        """
            import numpy as np


            def ratio(x, y):
                return x / y
        """,
        gradients=("SEED / y", "-SEED * x / y ** 2"),
        wrt=("x", "y"),
        after="""
            def ratio(x, y):
                def backprop(d_out):
                    return d_out / y, -d_out * x / y**2

                return x / y, backprop
        """,
    ),
]


def printed(example: Example, tmp_path: Path) -> str:
    """Return what is printed for an example."""
    file = tmp_path / "module.py"
    file.write_text(dedent(example.file).lstrip())
    primal = normalise(find(str(file), example.name), example.wrt, frozenset())
    adjoint = adjoint_of(primal, example)
    for rule in LAST_RULES:
        adjoint = rule.apply(adjoint)
    return emit(adjoint, example.style, example.comments)


def adjoint_of(primal: Primal, example: Example) -> Adjoint:
    """Return the adjoint with the example's backward part."""
    namespace: dict[str, Any] = {"np": np}
    exec(f"{primal.target.module}\n{primal.code}", namespace)
    required = [p.name for p in primal.target.parameters if not p.default]
    vectors = {name: np.arange(1.0, 4) for name in required}
    shapes = trace(namespace[example.name], vectors | dict(example.arguments))
    seed = f"b{primal.output}"
    lines = primal.code.splitlines()[1:-1]
    return Adjoint(
        primal=primal,
        forward=block("\n".join(line.strip() for line in lines)),
        backward=block(in_our_names(example.backward, primal, seed)),
        seed=seed,
        gradients=tuple(in_our_names(g, primal, seed) for g in example.gradients),
        cotangents={f"b{name}": name for name in shapes},
        shapes={**shapes, seed: shapes[primal.output]},
    )


def in_our_names(text: str, primal: Primal, seed: str) -> str:
    """Return a text of an example in our names."""
    ours = {primal.target.source[s.start : s.end]: v for s, v in primal.expressions.items()}
    return re.sub("`(.*?)`", lambda found: ours[found[1]], text).replace("SEED", seed)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_what_is_printed(example: Example, tmp_path: Path) -> None:
    assert printed(example, tmp_path) == dedent(example.after).lstrip()


def test_what_is_printed_runs_on_its_own(tmp_path: Path) -> None:
    x, y, change = np.random.default_rng(0).normal(size=(3, 4))
    original: dict[str, Any] = {}
    exec(dedent(COSINE), original)
    ahead, behind = (original["cosine_loss"](x + sign * 1e-6 * change, y) for sign in (1, -1))
    for example in EXAMPLES[:4]:
        namespace: dict[str, Any] = {}
        exec(printed(example, tmp_path), namespace)
        gradient = gradient_by_first(namespace, example.style, x, y)
        assert np.isclose(2e-6 * gradient @ change, ahead - behind, rtol=1e-6)


def gradient_by_first(namespace: Mapping[str, Any], style: str, x: Any, y: Any) -> Any:
    """Return the gradient by the first argument, for a cotangent of 1."""
    if style == "grad":
        return namespace["d_cosine_loss"](x, y)
    _, second = namespace["cosine_loss"](x, y)
    gradient = second(1.0) if style == "callback" else second
    return gradient[0] if isinstance(gradient, tuple) else gradient


def test_a_long_sum_is_added_in_several_lines() -> None:
    body = "for t in ts:\n    # what it gets\n    dW[t] += a * b + c * d - e * f + g"
    lines = in_several_lines(cst.parse_module(body).body, 24)
    added = ["# what it gets", *(f"dW[t] += {x}" for x in ("a * b", "c * d", "-e * f", "g"))]
    assert cst.Module(lines).code.strip() == "\n    ".join(["for t in ts:", *added])
    for whole in ("dW += dW @ a + b * c", "dW += a * (b + c + d + e)"):
        assert cst.Module(in_several_lines(cst.parse_module(whole).body, 16)).code.strip() == whole


def test_a_long_line_in_a_loop_gets_names_for_its_parts() -> None:
    loop = cst.parse_module("for t in ts:\n    d = g * (np.exp(a) * np.tanh(b) + np.sin(c))").body
    shapes = {name: Array((), "float64") for name in "gabc"}
    shortening = Shortening(40, Probe(shapes), frozenset({"scale"}), frozenset("g"))
    after = "    term = np.exp(a) * np.tanh(b)\n    d = g * (term + np.sin(c))"
    text = cst.Module(shortening.statements(loop)).code.strip()
    assert text == f"for t in ts:\n{after}"
