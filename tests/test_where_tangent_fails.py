"""What tangent alone refuses or differentiates wrongly without a word is right with our reading."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer.adjoint import parameters
from refactorer.differentiation.differentiate import compiled, differentiate
from refactorer.differentiation.engine import reserved_names
from refactorer.primal.normalise import normalise
from refactorer.reading.target import find

PROGRAMS = """\
import numpy as np
EPS = 0.5
TABLE = {"scale": 3.0}

def name_of_the_template_for_mean(X):
    n = np.exp(X)
    Y = n * n
    return np.mean(Y, axis=(0,)) * Y

def name_of_the_template_for_max(X):
    mask = np.exp(X)
    Y = mask * mask
    return np.max(Y) * Y

def name_of_the_template_for_min(X):
    min_val = np.exp(X)
    Y = min_val * min_val
    return np.min(Y) * Y

def name_of_the_template_for_std(X):
    std_val = np.exp(X)
    Y = std_val * std_val
    return np.std(Y) * Y

def name_of_the_template_for_tan(X):
    cx = X * 0.5
    Y = cx * cx
    return np.tan(Y) * Y

def name_of_the_template_for_clip(X):
    mask = np.exp(X)
    Y = mask * mask
    return np.clip(Y, 0.1, 90.0) * Y

def name_of_the_template_for_det(X):
    adjugate = np.exp(X)
    Y = adjugate * adjugate
    return np.linalg.det(Y) * Y

def parameter_named_d(d):
    return d[0] * d[1]

def parameter_named_tangent(tangent):
    return tangent * 2.0

def parameter_named_numpy(numpy):
    return np.mean(numpy) * numpy

def name_of_its_own_row(X):
    X = X[0]
    return X * X

def name_of_its_own_slice(X):
    h = np.tanh(X)
    h = h[1:]
    return h * h

def block_with_settings(X):
    with np.errstate(all="ignore"):
        Y = np.log(X)
    return Y * X

def positional_only_parameter(X, /):
    return X * X

def product_with_zero(X):
    return X * 0

def power_of_zero(X):
    return X**0 + X

def transposed_attribute(X):
    return X.T @ X

def unpacked_shape(X):
    n, d = X.shape
    return X / n * d

def size_attribute(X):
    return X.sum() / X.size

def dot_method(X):
    return X.dot(X)

def copy_method(X):
    return X.copy() * X

def conversion(X):
    return X.astype(float) * X

def flatten_method(X):
    return X.flatten() * 2.0

def annotated_parameters(X: np.ndarray) -> np.ndarray:
    return X * X

def annotated_assignment(X):
    Y: np.ndarray = X * X
    return Y

def default_of_the_module(X, k=EPS):
    return X * k

def constant_of_the_module(X):
    return X * TABLE["scale"]

def computed_bound(X):
    m = len(X) // 2
    return X[m:] * X[:m]

def mask_as_floats(X):
    return (X > 1).astype(float) * X

def range_of_a_length(X):
    return np.arange(len(X)) * X

def starred_target(X):
    a, *rest = X.shape
    return X / a * rest[0]

def unary_plus(X):
    return +X * X

def integer_division(X):
    return X * (X // 10.0)

def module_under_a_local_name(X):
    xp = np
    return xp.exp(X)

def import_inside(X):
    import numpy
    return numpy.exp(X)

def joined_list(X):
    return np.concatenate([X, X * 2.0])

def bits(X):
    return X * ((X > 0.8) & (X < 1.2))

def mean_of_an_axis(X):
    return X.mean(axis=0)

def sum_of_a_list(X):
    return sum([X, X * X])

def largest_of_three(X):
    return max(X[0, 0], X[0, 1], X[1, 0]) * X

def computed_axes(X):
    return X.sum(axis=tuple(range(X.ndim))) * X

def condition_of_sizes(X, flag=True):
    wide = flag and X.shape[1] > 1
    return X * wide

def dict_of_values(X):
    parts = {"a": X * X, "b": np.exp(X)}
    return parts["a"] * parts["b"]
"""

# Run by itself, so that none of our rules are registered: it prints what tangent alone gets right.
BARE = """
import contextlib, importlib.util, io, json, os, sys, tempfile, warnings
warnings.simplefilter("ignore")
os.environ["TANGENT_DISK_CACHE"] = "0"
import numpy as np
import tangent
spec = importlib.util.spec_from_file_location("programs", sys.argv[1])
sys.modules["programs"] = programs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(programs)
X, right = np.array(json.loads(sys.argv[2])), []
for name, expected in json.loads(sys.argv[3]).items():
    function = getattr(programs, name)
    try:
        with contextlib.redirect_stdout(io.StringIO()), tempfile.TemporaryDirectory() as folder:
            tempfile.tempdir = folder
            found = tangent.grad(function)(X, np.ones_like(function(X)))
        if np.shape(found) == X.shape and np.allclose(found, expected, atol=1e-4):
            right.append(name)
    except Exception:
        pass
print(json.dumps(right))
"""

NAMES = tuple(s.name for s in ast.parse(PROGRAMS).body if isinstance(s, ast.FunctionDef))
X = np.random.default_rng(0).uniform(0.5, 1.5, (4, 4))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("programs") / "programs.py"
    path.write_text(PROGRAMS)
    return path


def expected(name: str) -> Any:
    """Return the gradient of the sum of a function's output, by central differences."""
    namespace: dict[str, Any] = {}
    exec(PROGRAMS, namespace)
    steps = 1e-6 * np.eye(X.size).reshape(-1, *X.shape)
    total = [np.sum(namespace[name](X + h)) - np.sum(namespace[name](X - h)) for h in steps]
    return np.reshape(total, X.shape) / 2e-6


def test_tangent_alone_gets_none_of_them_right(file: Path) -> None:
    wanted = json.dumps({name: expected(name).tolist() for name in NAMES})
    program = [sys.executable, "-c", BARE, str(file), json.dumps(X.tolist()), wanted]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("name", NAMES)
def test_with_our_reading_it_is_right(name: str, file: Path) -> None:
    target = find(str(file), name)
    primal = normalise(target, (), reserved_names())
    namespace: dict[str, Any] = {}
    exec(target.module, namespace)
    first = parameters(primal.code)[0]
    adjoint = differentiate(primal, namespace, {first: X})
    seed = np.ones_like(namespace[name](X))
    found = compiled(adjoint.code, namespace)(**{first: X, adjoint.seed: seed})
    assert np.shape(found) == X.shape
    np.testing.assert_allclose(found, expected(name), atol=1e-6, rtol=1e-6)
