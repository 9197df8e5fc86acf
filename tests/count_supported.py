"""How many functions of NumPy and SciPy have a derivative: here, in tangent-ad and in autograd.

python tests/count_supported.py            the counts; autograd is counted if it is installed
python tests/count_supported.py --table    what is supported, function by function
"""

from __future__ import annotations

import importlib
import inspect
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

import gast  # type: ignore[import-untyped]
import numpy as np

from refactorer.vjps import SCIPY, VJPS
from refactorer.vjps.notation import VJP

MODULES = ("numpy", "numpy.linalg", "scipy.special", "scipy.linalg")
OPERATORS = {gast.Div: "x / y", gast.Pow: "x ** y", gast.MatMult: "x @ y"}

HEAD = """\
# What can be differentiated

Made by `python tests/count_supported.py --table`, with NumPy {version}, from the tables here. The
operators `+ - * / ** @`, indices and slices are understood as well, and everything that
carries no gradient: shapes, comparisons, `np.argsort`, `np.arange`. So are `np.block`,
`np.linalg.multi_dot`, `scipy.linalg.cholesky` and `scipy.linalg.cho_solve`, which are several of
these. What is not listed is refused where it stands, and so is a function with an option of the
last column.

| function | options | refused |
|---|---|---|
"""

# tangent as it comes, in a process of its own: the tables would be among its adjoints here.
TANGENT = """
import json, importlib, tangent, tangent.scipy_extensions
known = set(map(id, tangent.grads.adjoints))
spaces = {m: vars(importlib.import_module(m)) for m in %r}
names = [f"{m}.{n}" for m, space in spaces.items() for n, f in space.items() if id(f) in known]
print("NAMES", json.dumps(names))
"""


def ours() -> set[str]:
    """Return the paths of the functions that have a rule."""
    known = set(map(id, VJPS))
    found = {f"{m}.{n}" for m in MODULES[:2] for n, f in functions(m) if id(f) in known}
    return found | SCIPY.keys()


def functions(module: str) -> Iterator[tuple[str, Any]]:
    """Yield the public names of a module that can be called."""
    for name, value in vars(importlib.import_module(module)).items():
        if callable(value) and not name.startswith("_"):
            yield name, value


def of_tangent() -> set[str]:
    """Return the paths of the functions that tangent-ad has a rule for."""
    python = [sys.executable, "-W", "ignore", "-c", TANGENT % (MODULES,)]
    done = subprocess.run(python, capture_output=True, text=True, check=True)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("NAMES "))
    return set(json.loads(line.removeprefix("NAMES ")))


def of_autograd() -> set[str] | None:
    """Return the paths of the functions that autograd has a rule for, None where it is not there.

    A function that it writes in terms of others counts.
    """
    try:
        rules = importlib.import_module("autograd.core").primitive_vjps
    except ImportError:
        return None
    found = set()
    for module in MODULES:
        try:
            importlib.import_module(f"autograd.{module}")
        except ImportError:
            continue
        for name, value in functions(f"autograd.{module}"):
            written = (
                inspect.isfunction(value) and value.__module__ == "autograd.numpy.numpy_wrapper"
            )
            if value in rules or (written and not hasattr(value, "fun")):
                found.add(f"{module}.{name}")
    return found


def table() -> str:
    """Return what is supported, as Markdown."""
    every = [(label(key), rule, key) for key, rule in [*VJPS.items(), *SCIPY.items()]]
    rows = sorted(every, key=lambda row: row[0])
    lines = (f"| `{name}` | {options(rule)} | {refused(key, rule)} |" for name, rule, key in rows)
    version = ".".join(np.__version__.split(".")[:2])
    return HEAD.format(version=version) + "".join(f"{line}\n" for line in lines)


def label(key: Any) -> str:
    """Return how a function is called in the table."""
    if isinstance(key, str):
        return key
    if key in OPERATORS:
        return OPERATORS[key]
    name = str(key.__name__)
    if isinstance(operation := getattr(key, "__self__", None), np.ufunc):
        return f"np.{operation.__name__}.{name}"
    if key is getattr(math, name, None):
        return f"math.{name}"
    modules = {"np.linalg": np.linalg, "np.lib.stride_tricks": np.lib.stride_tricks}
    owners = (path for path, module in modules.items() if getattr(module, name, None) is key)
    return f"{next(owners, 'np')}.{name}"


def options(rule: VJP) -> str:
    """Return the parameters that may be given or not."""
    parts = (part.strip() for part in rule.signature.split(", "))
    return ", ".join(f"`{p.split('=')[0]}`" for p in parts if "=" in p and not p.startswith("x"))


def refused(key: Any, rule: VJP) -> str:
    """Return the parameters of a function that its rule does not take."""
    if isinstance(key, type):
        return ""
    if isinstance(key, np.ufunc):
        return "`out`, `where`, `dtype`"
    try:
        known = inspect.signature(key if not isinstance(key, str) else resolved(key)).parameters
    except (TypeError, ValueError):
        return ""
    more = [p.name for p in known.values() if p.default is not p.empty]
    return ", ".join(f"`{name}`" for name in more if name not in {*rule.parameters, *ALIKE})


ALIKE = (
    "a",
    "b",
    "v",
    "a_min",
    "a_max",
    "order",
    "copy",
    "subok",
    "like",
    "device",
    "requires_grad",
)


def resolved(path: str) -> Callable[..., Any]:
    module = ".".join(path.split(".")[:2])
    function: Callable[..., Any] = attrgetter(path.removeprefix(f"{module}."))(
        importlib.import_module(module)
    )
    return function


def counts() -> Iterator[str]:
    """Yield a line for each module."""
    columns = {"refactor-grad": ours(), "tangent-ad": of_tangent(), "autograd": of_autograd()}
    yield f"{'':15}" + "".join(f"{name:>15}" for name in columns)
    for module in MODULES:
        yield f"{module:15}" + "".join(f"{shown(found, module):>15}" for found in columns.values())


def shown(found: set[str] | None, module: str) -> str:
    """Return how many of the functions are of a module."""
    if found is None:
        return "-"
    return str(sum(path.rpartition(".")[0] == module for path in found))


if __name__ == "__main__":
    print(table() if "--table" in sys.argv else "\n".join(counts()))
