"""What to call a user's function with: shapes as given, annotated or found, and values."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Protocol

from refactorer.arguments.dims import Dims
from refactorer.arguments.failures import failure
from refactorer.arguments.fitting import fitting, with_higher_ranks, with_numbers
from refactorer.arguments.numbers import sizes
from refactorer.arguments.plans import Input, Plan, check_sizes, draw, probe_sizes, telling_sizes
from refactorer.arguments.reach import reaching
from refactorer.arguments.slots import Said
from refactorer.arguments.switches import switched
from refactorer.arguments.trials import Trials
from refactorer.errors import Usage
from refactorer.evaluation import Function, quiet
from refactorer.spelling import meant

__all__ = [
    "Input",
    "Plan",
    "check_sizes",
    "draw",
    "plan",
    "probe_sizes",
    "reaching",
    "switched",
    "telling_sizes",
]


LONG_SEARCH = 3000  # runs


class Named(Protocol):
    """A parameter, as far as it matters here."""

    @property
    def name(self) -> str:
        """Its name."""


def plan(
    function: Function,
    parameters: Sequence[Named],
    wrt: Sequence[str],
    request_shapes: Mapping[str, Dims],
    annotations: Mapping[str, str],
    at: Mapping[str, str],
    seed: int,
) -> tuple[Plan, ...]:
    """Return the ways to draw arguments at which the function runs and is finite, the best first.

    `annotations` holds their texts. There are several plans only where ranks had to be assumed.
    Raises Usage for shapes and values of parameters that there are not, or that cannot be read;
    Refused, with the function's own error, where nothing runs.
    """
    names = [parameter.name for parameter in parameters]
    known(names, request_shapes, "--shape")
    known(names, at, "--at")
    defaults = {p.name: p.default for p in inspect.signature(function).parameters.values()}
    said = Said(request_shapes, at, annotations, defaults)
    slots = [said.slot(name, name in wrt) for name in names]
    with quiet():
        found = fitting(slots, trials := Trials(function, seed))
        if not found and any(slot.open for slot in slots):
            found = with_numbers(slots, sizes(function), Trials(function, seed, LONG_SEARCH))
            found = found or with_higher_ranks(slots, Trials(function, seed))
    if not found:
        raise failure(function, trials, slots)
    return found


def known(names: Sequence[str], said: Mapping[str, object], option: str) -> None:
    """Raise Usage if an option speaks of a parameter that there is not."""
    for name in said:
        if name not in names:
            reason = f"{option}: there is no parameter '{name}'"
            hint = meant(name, names) or f"There are {', '.join(names)}"
            raise Usage(reason, hint, code="no-parameter")
