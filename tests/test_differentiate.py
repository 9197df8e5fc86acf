from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from inspect import cleandoc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer.adjoint import Adjoint
from refactorer.catalog import PIPELINE
from refactorer.differentiate import compiled, differentiate, reserved_names
from refactorer.errors import Place, Refused
from refactorer.normalise import Primal, Span
from refactorer.shapes import Array
from refactorer.target import Target

COSINE = """
    v1 = X * X
    v2 = np.sum(v1)
    norm = np.sqrt(v2)
    v3 = X / norm
    v4 = np.max(v3, axis=-1)
    loss = np.mean(v4, axis=0)
"""


def primal(body: str, parameters: str, wrt: tuple[str, ...] | None = None) -> Primal:
    """Return the function with this body, which returns the last name that it binds."""
    lines = cleandoc(body).splitlines()
    output = lines[-1].split(" = ")[0]
    code = "\n    ".join([f"def f({parameters}):", *lines, f"return {output}\n"])
    names = tuple(
        part.split("=")[0].strip() for part in parameters.split(",") if part.strip() != "*"
    )
    return Primal(Target("f.py", "f", 3, code, (), ()), code, wrt or names, output, {}, {})


def arrays(**shapes: tuple[int, ...]) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    return {name: rng.uniform(0.5, 1.5, shape)[()] for name, shape in shapes.items()}


def test_the_parts_of_what_tangent_writes() -> None:
    adjoint = differentiate(primal("v = X * k\nz = np.sum(v)", "X, k"), {}, arrays(X=(2, 3), k=()))
    assert adjoint.forward.code == "v = X * k\nz = np.sum(v)\n"
    assert adjoint.backward.code.startswith("# Reconcile the seed")
    assert adjoint.seed == "bz"
    assert adjoint.gradients == ("bX", "bk")
    assert adjoint.cotangents["bv"] == "v"
    assert adjoint.shapes["bv"] == adjoint.shapes["v"] == Array((2, 3), "float64")
    assert adjoint.code.startswith("def dfdXk(X, k, bz=1.0):\n    v = X * k\n")
    assert adjoint.code.endswith("    return bX, bk\n")


def test_defaults_and_keyword_only_parameters_stay_in_the_code_only() -> None:
    adjoint = differentiate(
        primal("z = X * k", "X, *, k=EPS", ("k",)), {"EPS": 2.0}, arrays(X=(3,))
    )
    assert adjoint.code.startswith("def dfdk(X, *, k=EPS, bz=1.0):\n")
    assert adjoint.shapes["k"] == Array((), "float")


def test_a_constant_of_the_module_is_read() -> None:
    adjoint = differentiate(primal("z = X * EPS", "X"), {"EPS": 2.0}, arrays(X=(3,)))
    np.testing.assert_array_equal(
        compiled(adjoint.code, {"EPS": 2.0})(np.ones(3), np.ones(3)), 2 * np.ones(3)
    )


def test_a_local_name_of_a_rule_is_another_name_each_time() -> None:
    body = """
        v1 = np.max(X, axis=0)
        v2 = np.max(v1)
    """
    adjoint = differentiate(primal(body, "X"), {}, arrays(X=(2, 3)))
    assert adjoint.shapes["mask"].shape == (3,)
    assert adjoint.shapes["mask2"].shape == (2, 3)


def test_names_that_a_function_must_not_use() -> None:
    assert {"d", "np", "numpy", "tangent", "mask"} <= reserved_names()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("z = np.convolve(X, X)", "the derivative of `np.convolve` is not known"),
        ("z = np.sum(X, dtype=int)", "`np.sum` with these arguments"),
        ("z = np.linalg.norm(X, ord=1)", "`np.linalg.norm` with ord=1"),
    ],
)
def test_what_has_no_rule_is_refused_where_it_stands(body: str, said: str) -> None:
    function = primal(body, "X")
    start = function.code.index("np.")
    span = Span(start, function.code.index(")", start) + 1)
    placed = replace(function, expressions={span: "z"})
    with pytest.raises(Refused, match=said) as caught:
        differentiate(placed, {}, arrays(X=(2, 2)))
    assert caught.value.place == Place("f.py", 4, 9)


PROGRAM = """
import os, sys, tempfile
before = dict(os.environ), tempfile.tempdir, sys.dont_write_bytecode
sys.path.insert(0, {here!r})
from test_differentiate import COSINE, arrays, primal
from refactorer.differentiate import differentiate
adjoint = differentiate(primal(COSINE, "X"), {{}}, arrays(X=(2, 3)))
assert (dict(os.environ), tempfile.tempdir, sys.dont_write_bytecode) == before
frameworks = {{"torch", "jax", "tensorflow", "keras", "autograd", "sympy", "scipy", "matplotlib"}}
assert not frameworks & sys.modules.keys()
sys.stdout.write(adjoint.code)
"""


def run(hash_seed: str, folder: Path) -> str:
    """Return what one process finds, with a folder of its own to leave files in."""
    program = PROGRAM.format(here=str(Path(__file__).parent))
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"}
    env |= dict.fromkeys(("TMPDIR", "HOME", "XDG_CACHE_HOME"), str(folder))
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=folder)
    assert done.stderr == ""
    return done.stdout


def test_tangent_leaves_no_trace_and_writes_the_same_each_time(tmp_path: Path) -> None:
    texts = [run(hash_seed, tmp_path) for hash_seed in ("1", "2")]
    assert texts[0] == texts[1]
    assert texts[0].startswith("def dfdX(X, bloss=1.0):")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_printed_and_no_file_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(os.listdir(tempfile.gettempdir()))
    differentiate(primal("v = X[0]\nw = X[1]\nz = (v, w)", "X"), {}, arrays(X=(2, 3)))
    assert capsys.readouterr() == ("", "")
    assert [
        n for n in os.listdir(tempfile.gettempdir()) if n not in before and "tangent" in n
    ] == []


V, M, S = (3,), (2, 3), ()
PAIRS = [(M, M), (M, V), (V, M), (M, S), (S, M), ((2, 1), V), (M, (2, 1)), ((1, 3), M), (S, S)]
OPERATORS = ["X + Y", "X - Y", "X * Y", "np.maximum(X, Y)", "np.minimum(X, Y)", "np.arctan2(X, Y)"]
FUNCTIONS = ["np.hypot(X, Y)", "np.logaddexp(X, Y)", "np.mod(X, Y)"]
BROADCASTING = [
    *((f"z = {op}", x, y) for op in ("X / Y", "X ** Y", "np.where(X > Y, X, Y)") for x, y in PAIRS),
    *((f"z = {op}", x, y) for op in OPERATORS + FUNCTIONS for x, y in [(M, V), ((2, 1), M)]),
]

PRODUCTS = [
    (f"z = {op}", x, y)
    for op, x, y in [
        *(
            ("X @ Y", x, y)
            for x, y in [(V, V), (M, V), ((2,), M), (M, (3, 5)), ((7, 2, 3), (3, 5))]
        ),
        *(("X @ Y", x, y) for x, y in [((7, 2, 3), V), ((2,), (7, 2, 3)), ((7, 2, 3), (7, 3, 5))]),
        *(("X @ Y", x, y) for x, y in [((1, 2, 3), (7, 3, 5)), (M, (7, 3, 5))]),
        *(
            ("np.dot(X, Y)", x, y)
            for x, y in [(V, V), (M, V), ((2,), M), (M, (3, 5)), (S, M), (M, S)]
        ),
        ("np.outer(X, Y)", V, (2,)),
        ("np.linalg.solve(X, Y)", (3, 3), V),
        ("np.linalg.solve(X, Y)", (3, 3), (3, 2)),
    ]
]

UNARY = [
    *("abs", "fabs", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt"),
    *("square", "reciprocal", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "arcsinh"),
    *(
        "deg2rad",
        "rad2deg",
        "ravel",
        "transpose",
        "sum",
        "mean",
        "prod",
        "var",
        "std",
        "max",
        "min",
    ),
    *("linalg.norm", "cumsum"),
]
AXES = [
    f"z = np.{f}(X, axis={axis}{kept})"
    for f in ("sum", "mean", "prod", "var", "std", "max", "min")
    for axis in (0, -1, (0, 1), (-1, -2), (1, -2))
    for kept in ("", ", keepdims=True")
    if f in ("sum", "max") or axis in (0, (1, -2))
]
SHAPED = [
    "z = np.cumsum(X, axis=1)",
    "z = np.linalg.norm(X, axis=1)",
    "z = np.linalg.norm(X, axis=-1, keepdims=True)",
    "z = np.var(X, axis=0, ddof=1)",
    "z = np.clip(X, 0.8, 1.2)",
    "z = X[1:]",
    "z = X[:, ::-1]",
    "z = X[0]",
    "z = X[:, None]",
    "z = X[..., None, :]",
    "z = X[[0, 1, 1, 0]]",
    "v = X > 1\nz = X[v]",
    "v = np.arange(2)\nz = X[v, v]",
    "v = X[0]\nw = X[1]\nz = v * w",
    "v = X * 2\nw = v[0]\nz = (v, w)",
    "z = np.reshape(X, (3, 2))",
    "z = np.transpose(X, (1, 0))",
    "z = np.expand_dims(X, axis=1)",
    "z = np.swapaxes(X, 0, 1)",
    "z = np.concatenate([X, X], axis=0)",
    "z = np.stack([X, X], axis=1)",
    "z = np.broadcast_to(X, (5, 2, 3))",
    "z = np.tril(X)",
    "z = np.flip(X, axis=1)",
    "v = np.max(X, axis=1)\nw = v[:, None]\nz = X - w",
    "v = X ** 2\nw = X ** -1\nz = v + w",
    "v = X ** 0.5\nz = -v",
]


@pytest.mark.parametrize(("body", "x", "y"), BROADCASTING + PRODUCTS)
def test_rules_of_two_arguments(body: str, x: tuple[int, ...], y: tuple[int, ...]) -> None:
    check(body, "X, Y", arrays(X=x, Y=y))


@pytest.mark.parametrize("body", [*(f"z = np.{f}(X)" for f in UNARY), *AXES, *SHAPED])
def test_rules_of_one_argument(body: str) -> None:
    check(body, "X", arrays(X=M))


@pytest.mark.parametrize(
    "body", ["z = np.linalg.inv(X)", "z = np.linalg.det(X)", "z = np.trace(X)"]
)
def test_rules_of_a_square_matrix(body: str) -> None:
    check(body, "X", arrays(X=(3, 3)))


@pytest.mark.parametrize("body", ["z = np.arcsin(X)", "z = np.arccos(X)", "z = np.arctanh(X)"])
def test_rules_near_zero(body: str) -> None:
    check(body, "X", {"X": np.array([-0.5, 0.2, 0.7])})


def check(body: str, parameters: str, given: Mapping[str, Any]) -> None:
    """Hold the gradients against differences, as tangent writes them and after the rules."""
    function = primal(body, parameters)
    before = differentiate(function, {}, given)
    after = before
    for rule in PLAIN:
        after = rule.apply(after)
    assert "tangent" not in after.code
    expected = differences(compiled(function.code, {}), given)
    for adjoint in (before, after):
        for found, wanted in zip(gradients(adjoint, given), expected, strict=True):
            assert np.shape(found) == np.shape(wanted)
            np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-7)
    single = {name: np.float32(value) for name, value in given.items()}
    assert {found.dtype.name for found in gradients(after, single)} == {"float32"}


PLAIN = PIPELINE[: [rule.__name__ for rule in PIPELINE].index("CollectTerms")]


def cotangent(output: Any) -> Any:
    rng = np.random.default_rng(2)
    parts = output if isinstance(output, tuple) else (output,)
    drawn = tuple(rng.normal(size=part.shape).astype(part.dtype)[()] for part in parts)
    return drawn if isinstance(output, tuple) else drawn[0]


def gradients(adjoint: Adjoint, given: Mapping[str, Any]) -> tuple[Any, ...]:
    seed = cotangent(compiled(adjoint.primal.code, {})(**given))
    result = compiled(adjoint.code, {})(**given, **{adjoint.seed: seed})
    return result if len(adjoint.gradients) > 1 else (result,)


def differences(function: Any, given: Mapping[str, Any], step: float = 1e-5) -> list[Any]:
    """Return the central differences of <cotangent, function> with respect to each argument."""

    def at(name: str, value: Any) -> Any:
        output = function(**{**given, name: value})
        pairs = zip(
            *((o if isinstance(o, tuple) else (o,)) for o in (output, cotangent(output))),
            strict=True,
        )
        return sum(np.sum(part * weight) for part, weight in pairs)

    result = []
    for name, value in given.items():
        steps = step * np.eye(np.size(value)).reshape(-1, *np.shape(value))
        slopes = [(at(name, value + s) - at(name, value - s)) / (2 * step) for s in steps]
        result.append(np.reshape(slopes, np.shape(value)))
    return result
