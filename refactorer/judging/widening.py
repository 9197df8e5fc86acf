"""Dtypes that a text widens: float64 where the user's function returns float32."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import numpy as np

from refactorer.arguments.plans import typed
from refactorer.execution.evaluation import (
    Arguments,
    Function,
    copied,
    cotangent,
    fresh,
    leaves,
    quiet,
)
from refactorer.judging.comparison import (
    Wrong,
    dtypes,
)
from refactorer.judging.contract import OUTPUT, matched, pulled
from refactorer.judging.emitted import Emitted, defined
from refactorer.judging.forced import Forced, forced, helpers_of
from refactorer.request import printed_name


def widened_at(emitted: Emitted, own: Function, given: Arguments) -> list[str]:
    """Return the inputs whose gradients have another dtype than they, when these are float32.

    OUTPUT is among them if the output has another dtype than that of the user's function.
    """
    narrow = {name: typed(value, "float32") for name, value in given.items()}
    want = fresh(own)(narrow)
    output, pull = emitted.open({name: copied(value) for name, value in narrow.items()})
    ones = cotangent(want if output is None else output, np.random.default_rng(0), ones=True)
    gradients = zip(emitted.wrt, pulled(pull, matched(ones, want)), strict=True)
    arrays = [(name, g) for name, g in gradients if isinstance(narrow[name], np.ndarray)]
    kind = np.dtype(np.float32)
    outputs = [] if output is None or same_kinds(output, want) else [OUTPUT]
    return outputs + [
        n for n, g in arrays if dtypes(want) == {kind} and np.asarray(g).dtype != kind
    ]


def same_kinds(one: object, other: object) -> bool:
    """Tell whether the parts of two outputs are of the same dtypes."""
    pairs = zip(leaves(one), leaves(other), strict=False)
    return all(np.asarray(mine).dtype == np.asarray(theirs).dtype for mine, theirs in pairs)


def widened(
    text: str,
    module: str,
    name: str,
    style: str,
    wrt: Sequence[str],
    runs: Sequence[Arguments],
    sides: Iterable[Sequence[Forced]] = (),
    printed: str = "",
) -> frozenset[str]:
    """Return the inputs whose gradients, for float32 inputs, have another dtype in a text.

    The text is also tried with the conditions of each of the sides set.
    """
    given, helpers = (name, style, wrt, runs, (), printed), helpers_of(module, name)
    found: set[str] = set()
    for side in sides:
        found |= widened(forced(text, side, helpers), forced(module, side, helpers), *given)
    with suppress(Wrong), quiet():
        function = defined(module, name)
        emitted = Emitted.read(text, printed or printed_name(name, style), style, (*wrt,), function)
        for run in runs:
            with suppress(Exception):  # whatever is raised there is told by the verdict
                found |= {*widened_at(emitted, function, run)}
    return frozenset(found)
