"""Kinds of values that are tried together, one for each input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations

from refactorer.arguments.plans import Plan

Kinds = tuple[str, ...]
MIXES = 150  # that are tried at the most


def mixes(choices: Sequence[Kinds]) -> Iterator[Kinds]:
    """Return one kind for each input, those that are nearest to the first of all before others.

    First one input has another kind, then all have the same, then two have others.
    """
    seen: set[Kinds] = set()
    for mix in chain(one_other(choices), alike(choices), two_others(choices)):
        if len(seen) == MIXES:
            return
        if mix not in seen:
            seen.add(mix)
            yield mix


def one_other(choices: Sequence[Kinds]) -> Iterator[Kinds]:
    """Return the first kinds, then each other kind for each input in turn."""
    first = tuple(kinds[0] for kinds in choices)
    yield first
    for depth in range(1, max(map(len, choices), default=0)):
        for place, kinds in enumerate(choices):
            if depth < len(kinds):
                yield (*first[:place], kinds[depth], *first[place + 1 :])


def alike(choices: Sequence[Kinds]) -> Iterator[Kinds]:
    """Return each kind for all the inputs that may have it."""
    for kind in dict.fromkeys(kind for kinds in choices for kind in kinds):
        yield tuple(kind if kind in kinds else kinds[0] for kinds in choices)


def two_others(choices: Sequence[Kinds]) -> Iterator[Kinds]:
    """Return the first kinds with others for two of the inputs."""
    first = tuple(kinds[0] for kinds in choices)
    for i, j in combinations(range(len(choices)), 2):
        for one in choices[i][1:]:
            for other in choices[j][1:]:
                yield tuple({i: one, j: other}.get(k, kind) for k, kind in enumerate(first))


def with_kinds(plan: Plan, kinds: Kinds) -> Plan:
    """Return the plan with other kinds of values."""
    pairs = zip(plan.inputs, kinds, strict=True)
    return replace(plan, inputs=tuple(replace(entry, kind=kind) for entry, kind in pairs))
