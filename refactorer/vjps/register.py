"""Hands the tables of VJPs to tangent, in place of its own where it has some."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
import tangent
import tangent.concat_desugar
import tangent.non_differentiable
import tangent.utils

from refactorer.vjps import ROWS, SCIPY, VJPS, constant, indexing, products, reductions
from refactorer.vjps.notation import VJP, Row, names_of, text

KINDS = (np.ndarray, np.generic, float, int)


class Adjoints(dict[Any, Any]):
    """tangent's table, in which each of our VJPs becomes a template when it is first read."""

    def __getitem__(self, function: Any) -> Any:
        found = super().__getitem__(function)
        if isinstance(found, VJP):
            self[function] = found = found.for_tangent()
        return found


def register() -> None:
    """Give tangent the tables. It may be called again."""
    engine: Any = tangent
    engine.grads.adjoints = Adjoints({**engine.grads.adjoints, **VJPS})
    engine.grads.UNIMPLEMENTED_ADJOINTS -= VJPS.keys()
    for name, row in ROWS.items():
        setattr(engine, name, evaluated(row))
    engine.non_differentiable.register_non_differentiable_functions(*constant.CONSTANT)
    for kind in KINDS:
        engine.utils.register_matmul_grad(kind, products.pull_left, products.pull_right)
    # What tangent writes reaches these by name, and it has no register that would take them.
    engine.utils.unreducers.update(dict.fromkeys(engine.utils.unreducers, reductions.spread))
    engine.add_grad_at_index = indexing.add_at
    # Joined arrays stay a list, as they are for the tables.
    engine.concat_desugar._BACKEND_HELPERS["numpy"] = {}


@cache
def register_scipy(module: str) -> None:
    """Give tangent the VJPs of a module of SciPy that is loaded."""
    engine: Any = tangent
    for path, vjp in SCIPY.items():
        if path.startswith(f"{module}."):
            with suppress(AttributeError):  # younger than this SciPy
                function = attrgetter(path.removeprefix(f"{module}."))(sys.modules[module])
                engine.grads.adjoints[function] = vjp


def evaluated(row: Row) -> Callable[..., Any]:
    """Return the function that computes the formula that a row returns for its operands."""

    def pulled(*operands: Any) -> Any:
        given = dict(zip(names_of(row), operands, strict=True))
        return eval(text(row, given), {**modules(), **given})

    return pulled


def modules() -> dict[str, Any]:
    """Return the modules that a formula may name."""
    return {"np": np, "tangent": tangent, "scipy": sys.modules.get("scipy")}
