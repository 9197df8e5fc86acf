"""What tangent alone gets wrong or cannot do, and the tables have right."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
from gradients import arrays, check

V, M, Q = (3,), (2, 3), (3, 3)

# What it is, what computes it, and the shapes of the arguments.
BUGS: dict[str, tuple[str, dict[str, tuple[int, ...]]]] = {
    "a quotient that broadcasts": ("z = X / Y", {"X": M, "Y": V}),
    "rows divided by their sum": ("v = np.sum(X, axis=1, keepdims=True)\nz = X / v", {"X": M}),
    "a power that broadcasts": ("z = X ** Y", {"X": M, "Y": V}),
    "a scalar exponent": ("z = X ** Y", {"X": M, "Y": ()}),
    "a stack times a matrix": ("z = X @ Y", {"X": (2, 3, 4), "Y": (4, 5)}),
    "a matrix times a stack": ("z = np.matmul(X, Y)", {"X": (3, 4), "Y": (2, 4, 5)}),
    "a dot product of a matrix and a stack": ("z = np.dot(X, Y)", {"X": (3, 4), "Y": (2, 4, 5)}),
    "a sum over two axes from the end": ("z = np.sum(X, axis=(-1, -2))", {"X": (2, 2, 2)}),
    "a mean over two axes from the end": ("z = np.mean(X, axis=(-1, -2))", {"X": (2, 2, 2)}),
    "a mean over an axis": ("z = np.mean(X, axis=0)", {"X": M}),
    "a variance over two axes": ("z = np.var(X, axis=(-1, -2))", {"X": (2, 2, 2)}),
    "a norm over two axes": ("z = np.linalg.norm(X, axis=(-1, -2))", {"X": (2, 2, 2)}),
    "a product along the second axis": ("z = np.prod(X, axis=1)", {"X": Q}),
    "the bounds of a clip": ("v = A + 0.3\nz = np.clip(X, A, v)", {"X": M, "A": ()}),
    "a stack of inverses": ("z = np.linalg.inv(X)", {"X": (2, 3, 3)}),
    "a stack of determinants": ("z = np.linalg.det(X)", {"X": (2, 3, 3)}),
    "a matrix in order, as a whole": ("z = np.sort(X, axis=None)", {"X": M}),
    "a norm of an order": ("z = np.linalg.norm(X, 1, axis=0)", {"X": M}),
    "an element that is read twice": ("z = X[[0, 0, 1]]", {"X": V}),
    "a cumulative product along an axis": ("z = np.cumprod(X, axis=0)", {"X": M}),
    "the trace of a stack": ("z = np.trace(X)", {"X": (3, 3, 2)}),
    "an outer product of matrices": ("z = np.outer(X, Y)", {"X": M, "Y": M}),
    "a sum of products, as a matter of course": ("z = np.einsum('ij,jk', X, Y)", {"X": M, "Y": Q}),
    "a diagonal in a sum of products": ("z = np.einsum('ii->i', X)", {"X": Q}),
    "arrays joined as they lie": ("z = np.concatenate([X, Y], axis=None)", {"X": M, "Y": V}),
    "a matrix product with a vector": ("z = np.matmul(X, Y)", {"X": M, "Y": V}),
}

# tangent as it comes: the cotangents it computes, or what it raises, for each function.
ALONE = """
import json, linecache, sys
import numpy as np
import tangent

def gradients(i, body, given):
    lines = "".join(f"    {line}\\n" for line in body.splitlines())
    source = f"def f({', '.join(given)}):\\n{lines}    return z\\n"
    name = f"<{i}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    space = {"np": np, "tangent": tangent}
    exec(compile(source, name, "exec"), space)
    arrays = [np.array(value) if isinstance(value, list) else value for value in given.values()]
    wrt = tuple(range(len(arrays)))
    seed = np.cos(np.arange(np.size(space["f"](*arrays)))).reshape(np.shape(space["f"](*arrays)))
    found = tangent.grad(space["f"], wrt=wrt)(*arrays, seed if seed.ndim else float(seed))
    found = found if isinstance(found, tuple) else (found,)
    return [np.asarray(part).tolist() for part in found]

answers = []
for i, (body, given) in enumerate(json.load(sys.stdin)):
    try:
        answers.append(gradients(i, body, given))
    except Exception as error:
        answers.append(type(error).__name__)
print("ANSWERS", json.dumps(answers))
"""


def arguments(name: str) -> dict[str, Any]:
    return arrays(**BUGS[name][1])


@cache
def alone() -> dict[str, Any]:
    """Return what tangent answers without us, asked in a process of its own."""
    asked = [
        (BUGS[name][0], {k: np.asarray(v).tolist() for k, v in arguments(name).items()})
        for name in BUGS
    ]
    python = [sys.executable, "-W", "ignore", "-c", ALONE]
    done = subprocess.run(
        python,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env={"TANGENT_DISK_CACHE": "0"},
    )
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("ANSWERS "))
    return dict(zip(BUGS, json.loads(line.removeprefix("ANSWERS ")), strict=True))


def is_right(found: Any, name: str) -> bool:
    """Tell whether gradients agree with the differences of the function."""
    body, given = BUGS[name][0], arguments(name)
    space: dict[str, Any] = {"np": np}
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    exec(f"def f({', '.join(given)}):\n{lines}    return z\n", space)

    def at(**moved: Any) -> Any:
        z = space["f"](**{**given, **moved})
        return np.sum(z * np.cos(np.arange(np.size(z))).reshape(np.shape(z)))

    for (k, value), gradient in zip(given.items(), found, strict=True):
        steps = 1e-5 * np.eye(np.size(value)).reshape(-1, *np.shape(value))
        slopes = [(at(**{k: value + s}) - at(**{k: value - s})) / 2e-5 for s in steps]
        wanted = np.reshape(slopes, np.shape(value))
        if np.shape(gradient) != wanted.shape or not np.allclose(gradient, wanted, atol=1e-6):
            return False
    return True


@pytest.mark.parametrize("name", BUGS)
def test_tangent_alone_has_it_wrong(name: str) -> None:
    found = alone()[name]
    assert isinstance(found, str) or not is_right(found, name)


@pytest.mark.parametrize("name", BUGS)
def test_the_tables_have_it_right(name: str) -> None:
    check(BUGS[name][0], arguments(name))
