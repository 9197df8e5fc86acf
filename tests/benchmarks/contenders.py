"""The ways to get value and gradient, each as a function of one set of arguments."""

from __future__ import annotations

import importlib.util
import inspect
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import best_hands
import functions
import numpy as np
from cases import Case

from refactorer import refactor

Arrays = Mapping[str, np.ndarray]
Gradients = tuple[Any, ...]
Run = Callable[[], Gradients]
FILE = Path(functions.__file__)


def contenders() -> dict[str, Callable[[Case, Arrays], Run]]:
    """Return what there is to compare, by name; peers that are not installed are left out."""
    found = {
        "best hand": best_hand,
        "refactor-grad": ours,
        "refactor-grad, Numba": under_numba,
        "tangent": raw_tangent,
        "autograd": with_autograd,
        "JAX, compiled": with_jax,
        "PyTorch": with_torch,
    }
    needed = {"refactor-grad, Numba": "numba", "JAX, compiled": "jax", "PyTorch": "torch"}
    return {
        name: contender
        for name, contender in found.items()
        if importlib.util.find_spec(needed.get(name, name if name == "autograd" else "numpy"))
    }


def called_back(function: Callable[..., Any], arrays: Arrays) -> Run:
    """Return the run of a function that returns its output and a callback."""

    def run() -> Gradients:
        _, backprop = function(**arrays)
        return tuple_of(backprop(1.0))

    return run


def best_hand(case: Case, arrays: Arrays) -> Run:
    return called_back(getattr(best_hands, case.name), arrays)


def ours(case: Case, arrays: Arrays) -> Run:
    return called_back(printed(case, "callback"), arrays)


def under_numba(case: Case, arrays: Arrays) -> Run:
    import numba

    compiled = numba.njit(printed(case, "value-and-grad"))
    values = tuple(arrays.values())
    return lambda: tuple_of(compiled(*values)[1])


def printed(case: Case, style: str) -> Callable[..., Any]:
    """Return the function that refactor-grad prints, which is the same for all sizes."""
    if (case.name, style) not in PRINTED:
        target = f"{FILE}:{case.name}"
        found = refactor(target, wrt=case.wrt, shapes=case.shapes, style=style)
        PRINTED[case.name, style] = found.function
    return PRINTED[case.name, style]


PRINTED: dict[tuple[str, str], Callable[..., Any]] = {}


def raw_tangent(case: Case, arrays: Arrays) -> Run:
    import tangent

    function = getattr(functions, case.name)
    places = tuple(list(arrays).index(name) for name in case.wrt)
    gradient = tangent.grad(function, wrt=places, preserve_result=True)
    return lambda: tuple(gradient(**arrays)[: len(case.wrt)])


def with_autograd(case: Case, arrays: Arrays) -> Run:
    import autograd
    import autograd.numpy

    gradient = autograd.value_and_grad(by_wrt(case, arrays, over(autograd.numpy)[case.name]))
    values = tuple(arrays[name] for name in case.wrt)
    return lambda: tuple_of(gradient(values)[1])


def with_jax(case: Case, arrays: Arrays) -> Run:
    import jax

    jax.config.update("jax_enable_x64", True)
    held = {name: jax.numpy.asarray(value) for name, value in arrays.items()}
    function = by_wrt(case, held, over(jax.numpy)[case.name])
    gradient = jax.jit(jax.value_and_grad(function))
    values = tuple(held[name] for name in case.wrt)
    return lambda: jax.block_until_ready(gradient(values))[1]


def with_torch(case: Case, arrays: Arrays) -> Run:
    import torch

    torch.set_num_threads(1)
    held = {name: torch.tensor(value) for name, value in arrays.items()}
    leaves = [held[name].requires_grad_() for name in case.wrt]
    function = over(torch)[case.name]
    return lambda: torch.autograd.grad(function(**held), leaves)


def over(module: types.ModuleType) -> dict[str, Any]:
    """Return the functions, written for another array module."""
    namespace: dict[str, Any] = {}
    exec(inspect.getsource(functions).replace("import numpy as np", ""), namespace)
    namespace["np"] = module
    return namespace


def by_wrt(case: Case, held: Mapping[str, Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of the tuple of the inputs to differentiate by."""
    return lambda values: function(**{**held, **dict(zip(case.wrt, values, strict=True))})


def tuple_of(gradients: Any) -> Gradients:
    return gradients if isinstance(gradients, tuple) else (gradients,)
