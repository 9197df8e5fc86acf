from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gradients import arrays, primal

from refactorer.differentiation.differentiate import compiled, differentiate
from refactorer.differentiation.engine import reserved_names
from refactorer.errors import Place, Refused
from refactorer.primal.normalise import Span
from refactorer.shapes import Array

COSINE = """
    v1 = X * X
    v2 = np.sum(v1)
    norm = np.sqrt(v2)
    v3 = X / norm
    v4 = np.max(v3, axis=-1)
    loss = np.mean(v4, axis=0)
"""


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


def test_a_call_in_a_long_function_maps_no_memory() -> None:
    """CPython's stack is made of parts: a frame that fills one up has each call begin another."""
    calls, made = 200, dict[str, object]()
    exec(with_names(100, "return x", name="g"), made)

    def faults(names: int) -> int:
        """Return how often memory was mapped in a call of a function of so many names."""
        function = compiled(with_names(names, *["g(x)"] * calls), made)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        function(1.0)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    assert max(map(faults, range(0, 2100, 50))) < calls


def with_names(names: int, *lines: str, name: str = "f") -> str:
    """Return a function that binds so many names before its lines."""
    return "\n    ".join([f"def {name}(x):", *(f"v{i} = x" for i in range(names)), *lines])


def test_names_that_a_function_must_not_use() -> None:
    assert {"d", "np", "numpy", "tangent", "mask"} <= reserved_names()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("z = np.nancumsum(X)", "the derivative of `np.nancumsum` is not known"),
        ("z = np.sum(X, dtype=int)", "`np.sum` with these arguments"),
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
from gradients import arrays, primal
from test_differentiate import COSINE
from refactorer.differentiation.differentiate import differentiate
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
