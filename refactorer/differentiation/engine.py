"""tangent itself: imported with our rules, and contained while it writes."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from refactorer.execution.temporary import kept_out, silent, swapped
from refactorer.vjps.notation import VJP

# What tangent imports where it is installed; SciPy matters once the user's file imports it.
FRAMEWORKS = (
    *("autograd", "jax", "keras", "matplotlib", "networkx", "scipy"),
    *("sympy", "tensorflow", "tinygrad", "torch"),
)


# Names with a meaning of their own in what tangent reads and writes.
SPECIAL = frozenset({"_", "d", "np", "numpy", "result", "scipy", "tangent"})


# Parts of NumPy that tangent would load to look for functions in it.
PARTS = ("ctypeslib", "f2py", "ma", "matlib", "polynomial", "rec", "testing", "typing")


LONGEST_NAME = 10**6


# The parts of SciPy that there are rules for.
SCIPY = {"scipy.linalg", "scipy.special", "scipy.stats"}


def reserved_names() -> frozenset[str]:
    """Return the names that tangent's rules bind: what it differentiates must not use them."""
    rules = tangent_with_rules().grads.adjoints.values()
    return SPECIAL.union(*map(locals_of, rules))


def learn(function: object, own: VJP) -> None:
    """Give tangent the rule for a function of the user's."""
    tangent_with_rules().grads.adjoints[function] = own


def locals_of(rule: Callable[..., Any] | VJP) -> tuple[str, ...]:
    """Return the names that a rule, tangent's or ours, binds beside its parameters."""
    if isinstance(rule, VJP):
        return rule.locals
    code = rule.__code__
    return code.co_varnames[code.co_argcount + code.co_kwonlyargcount :]


@contextmanager
def contained() -> Iterator[Any]:
    """Give tangent, which meanwhile caches, prints and writes nothing, and shortens no names."""
    tangent = tangent_with_rules()
    cache = {"TANGENT_DISK_CACHE": "0"}
    compiler = {"compile_file": compiled_in_memory}
    length = tangent.naming.Namer.MAX_LENGTH
    tangent.naming.Namer.MAX_LENGTH = LONGEST_NAME
    try:
        with silent(), swapped(os.environ, cache), swapped(vars(tangent.compile_), compiler):
            yield tangent
    finally:
        tangent.naming.Namer.MAX_LENGTH = length


def tangent_with_rules() -> Any:
    """Return tangent with our rules, imported without the frameworks that it looks for."""
    if "tangent" not in sys.modules:
        unused = {name: None for name in PARTS if name not in vars(np)}
        with silent(), kept_out(FRAMEWORKS), swapped(vars(np), unused):
            importlib.import_module("refactorer.vjps.register").register()
    for module in SCIPY & sys.modules.keys():
        importlib.import_module("refactorer.vjps.register").register_scipy(module)
    return sys.modules["tangent"]


def compiled_in_memory(source: str, namespace: Mapping[str, object]) -> ModuleType:
    """Return the module that tangent would have imported from a temporary file."""
    module = ModuleType("adjoint")
    vars(module).update(namespace)
    exec(compile(source, "<adjoint>", "exec"), vars(module))
    return module
