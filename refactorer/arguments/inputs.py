"""What to call a user's function with: shapes as given, annotated or found, and values."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from refactorer.arguments.dims import Dims
from refactorer.arguments.failures import failure
from refactorer.arguments.fitting import fitting, with_higher_ranks, with_numbers
from refactorer.arguments.hints.indices import indices
from refactorer.arguments.hints.numbers import factors, sizes_to_try
from refactorer.arguments.hints.ordering import increasing
from refactorer.arguments.hints.shape_annotations import UNNAMED
from refactorer.arguments.hints.unpackings import of_numbers, passed_on, unpacked
from refactorer.arguments.multiples import in_multiples
from refactorer.arguments.packed import unpacking
from refactorer.arguments.plans import Input, Plan, check_sizes, draw, probe_sizes, telling_sizes
from refactorer.arguments.reach import reaching
from refactorer.arguments.slots import Said, Slot
from refactorer.arguments.switches import switched
from refactorer.arguments.trials import RUNS, Trials
from refactorer.errors import Usage
from refactorer.execution.evaluation import Function, quiet
from refactorer.reading.spelling import meant

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
INCREASING = "increasing"  # the kind of values that a table is looked up in


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
    source: str = "",
) -> tuple[Plan, ...]:
    """Return the ways to draw arguments at which the function runs and is finite, the best first.

    `annotations` holds their texts, `source` that of the function. There are several plans only
    where ranks had to be assumed.
    Raises Usage for shapes and values of parameters that there are not, or that cannot be read;
    Refused, with the function's own error, where nothing runs.
    """
    names = [parameter.name for parameter in parameters]
    known(names, request_shapes, "--shape")
    known(names, at, "--at")
    defaults = {p.name: p.default for p in inspect.signature(function).parameters.values()}
    slots = slots_of(Said(request_shapes, at, annotations, defaults), names, wrt, source)
    readings = [*shapes_read(source, opens(slots), function)]
    with quiet():
        failed: list[Trials] = []
        for shapes in readings:
            known_slots = [replace(s, shape=shapes.get(s.name, s.shape)) for s in slots]
            found, trials = searched(function, known_slots, seed, source)
            if found:
                return tuple(assuming(plan, shapes) for plan in found)
            failed.append(trials)
    raise failure(function, failed[0], slots, readings[0])


def slots_of(said: Said, names: Sequence[str], wrt: Sequence[str], source: str) -> list[Slot]:
    """Return what is known of each parameter: what is said of it, and what a text shows."""
    whole, ordered = indices(ast.parse(source), {}), increasing(source)
    known_of = (with_integers(said.slot(name, name in wrt), whole) for name in names)
    return [in_order(slot, ordered) for slot in known_of]


def with_integers(slot: Slot, whole: Container[str]) -> Slot:
    """Return a parameter of whose values nothing is said as integers, if it is read as such."""
    unsaid = slot.fixed is None and not slot.kinds and not slot.differentiable
    return replace(slot, kinds=("index",)) if unsaid and slot.name in whole else slot


def in_order(slot: Slot, ordered: Container[str]) -> Slot:
    """Return a slot whose values increase if its name is among those that must."""
    is_said = slot.kinds or slot.fixed or slot.name not in ordered
    return slot if is_said else replace(slot, kinds=(INCREASING,))


def opens(slots: Sequence[Slot]) -> frozenset[str]:
    """Return the names of the parameters of whose shapes nothing is said."""
    return frozenset(slot.name for slot in slots if slot.open)


def shapes_read(
    source: str, names: Container[str], function: Function
) -> Iterator[Mapping[str, Dims]]:
    """Yield what a text says of the shapes of some parameters, from the most telling on.

    These are the shapes that it unpacks, as it names their sizes; their ranks alone, since one name
    may be given to several sizes; nothing; and what follows from functions of `math`.
    """
    unpacks = {**unpacked(source), **passed_on(source, function.__globals__)} if source else {}
    numbers = of_numbers(source) if source else {}
    shapes, plain = (
        {name: shape for name, shape in known.items() if name in names}
        for known in (unpacks, numbers)
    )
    ranks = {name: (UNNAMED,) * len(shape) for name, shape in shapes.items()}
    yield from (dict(way) for way in dict.fromkeys(tuple(w.items()) for w in (shapes, ranks, {})))
    yield from [plain] if plain else []


def searched(
    function: Function, slots: Sequence[Slot], seed: int, source: str
) -> tuple[tuple[Plan, ...], Trials]:
    """Return the plans at which a function runs, and the trials of the first search.

    What runs at some sizes alone may want multiples of a number.
    """
    found = fitting(slots, trials := Trials(function, seed), source)

    def multiples() -> tuple[Plan, ...]:
        """Return the plans at which it runs at sizes that are multiples."""
        return in_multiples(slots, factors(function), partial(Trials, function, seed, RUNS), source)

    if found and not any(map(Trials(function, seed).everywhere, found)):
        return multiples() or found, trials
    if not found and any(slot.open or UNNAMED in (slot.shape or ()) for slot in slots):
        found = unpacking(slots, function, partial(Trials, function, seed), source, seed)
        many = partial(Trials, function, seed, LONG_SEARCH)
        found = found or with_numbers(slots, sizes_to_try(function), many(), source)
        found = found or multiples()
        found = found or with_higher_ranks(slots, Trials(function, seed))
    return found, trials


def assuming(plan: Plan, names: Container[str]) -> Plan:
    """Return a plan that says of the shapes of some more arguments that they were assumed."""
    assumed = (i.name for i in plan.inputs if i.name in plan.assumed or i.name in names)
    return replace(plan, assumed=tuple(assumed))


def known(names: Sequence[str], said: Mapping[str, object], option: str) -> None:
    """Raise Usage if an option speaks of a parameter that there is not."""
    for name in said:
        if name not in names:
            reason = f"{option}: there is no parameter '{name}'"
            hint = meant(name, names) or f"There are {', '.join(names)}"
            raise Usage(reason, hint, code="no-parameter")
