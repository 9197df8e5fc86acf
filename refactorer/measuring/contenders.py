"""Ways to value and gradient of one function, each as a run of its arguments."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

from refactorer.differentiation.differentiate import compiled
from refactorer.draft import Draft
from refactorer.execution.evaluation import Arguments

# From arguments and a cotangent to gradients, in the order of wrt.
Run = Callable[[Arguments, Any], tuple[Any, ...]]
ENGINE, OURS, PEER = "tangent", "refactor-grad", "autograd"


def contenders(draft: Draft, raw: str, namespace: Mapping[str, Any]) -> dict[str, Run]:
    """Return the codes to compare, by name; `raw` is tangent's text, if it is a single one.

    `namespace` is the user's module.
    """
    found = {OURS: printed(draft)}
    if raw:
        found[ENGINE] = written(raw, namespace)
    if find_spec(PEER):
        found[PEER] = with_autograd(draft)
    return found


def printed(draft: Draft) -> Run:
    """Return the run of the code that is printed, in one of the styles for NumPy."""
    namespace: dict[str, Any] = {}
    exec(compile(draft.text, f"<{draft.printed}>", "exec"), namespace)
    function = namespace[draft.printed]
    *_, last = inspect.signature(function).parameters

    def run(given: Arguments, seed: Any) -> tuple[Any, ...]:
        match draft.style:
            case "grad":
                return tuple_of(function(**given, **{last: seed}))
            case "value-and-grad":
                return tuple_of(function(**given)[1])
            case "callback":
                return tuple_of(function(**given)[1](seed))
        return tuple(get(seed) for get in tuple_of(function(**given)[1]))

    return run


def written(raw: str, namespace: Mapping[str, Any]) -> Run:
    """Return the run of what tangent wrote, whose last parameter is the cotangent."""
    (definition,) = ast.parse(raw).body
    assert isinstance(definition, ast.FunctionDef)
    *names, last = (a.arg for a in (*definition.args.args, *definition.args.kwonlyargs))
    function = compiled(raw, namespace)

    def run(given: Arguments, seed: Any) -> tuple[Any, ...]:
        arguments = dict(zip(names, given.values(), strict=False))
        return tuple_of(function(**arguments, **{last: seed}))

    return run


def with_autograd(draft: Draft) -> Run:
    """Return the run of autograd on the user's function, with its NumPy in the place of NumPy."""
    make_vjp = import_module("autograd.core").make_vjp
    theirs = import_module("autograd.numpy")
    again: dict[str, Any] = {}
    exec(compile(draft.module, f"<{draft.name}>", "exec"), again)
    again |= {name: autograds_own(value, theirs) for name, value in again.items()}
    function = again[draft.name]

    def run(given: Arguments, seed: Any) -> tuple[Any, ...]:
        def of_wanted(values: tuple[Any, ...]) -> Any:
            return function(**{**given, **dict(zip(draft.wrt, values, strict=True))})

        pull, _ = make_vjp(of_wanted, tuple(given[name] for name in draft.wrt))
        return tuple(pull(seed))

    return run


def autograds_own(value: Any, theirs: ModuleType) -> Any:
    """Return autograd's module or function for one of NumPy's, anything else as it is."""
    if isinstance(value, ModuleType):
        return {"numpy": theirs, "numpy.linalg": theirs.linalg}.get(value.__name__, value)
    name = getattr(value, "__name__", "")
    is_numpys = callable(value) and name and getattr(np, name, None) is value
    return getattr(theirs, name, value) if is_numpys else value


def tuple_of(gradients: Any) -> tuple[Any, ...]:
    """Return gradients as a tuple, one alone too."""
    return tuple(gradients) if isinstance(gradients, tuple | list) else (gradients,)
