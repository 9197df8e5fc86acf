"""Rates the plans for a function: which of them its author probably had in mind."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from refactorer.arguments import dims
from refactorer.arguments.hints import products
from refactorer.arguments.hints.evidence import (
    entries,
    is_curve,
    names_reduced,
    spread_apart,
    subtracted,
    summed_up,
)
from refactorer.arguments.plans import INTEGERS, Plan, draw, probe_sizes
from refactorer.execution.evaluation import Function, fresh, leaves, quiet

Departures = tuple[bool, int, int, bool, int, int, int]  # the fewest first


@dataclass(frozen=True)
class Likelihood:
    """Rates how unlikely a plan is, by the function's text and by what it returns."""

    function: Function
    source: str
    seed: int = 0

    def departures(self, plan: Plan) -> Departures:
        """Return how much of the assumed ranks is not what a function says, and what is unlikely.

        Names say ranks; what is subtracted is alike; what is reduced by `axis=0` or -1 has another
        axis, too; what is reduced has elements, but for the rest a number may have a vector's name.
        What is a loss is a number. Arrays of one shape are preferred where that is no square, for
        words that say nothing vectors to matrices, matrices to numbers where it is all one, as
        for what is not read, and few sizes.
        """
        shapes = {entry.name: entry.shape for entry in plan.inputs if entry.name in plan.assumed}
        ranks = {name: len(shape) for name, shape in shapes.items()}
        said = self.said(plan)
        wrong = sum(self.departure(name, ranks[name], said[name], plan) for name in said)
        pairs = self.subtracted
        apart = sum({a, b} <= shapes.keys() and shapes[a] != shapes[b] for a, b in pairs)
        pairs = self.spread_apart
        apart += sum({a, b} <= ranks.keys() and ranks[a] != ranks[b] for a, b in pairs)
        rows = [found for found in map(shapes.keys().__and__, self.reduced) if found]
        flat = sum(all(ranks[name] < 2 for name in names) for names in rows)
        unsaid = wrong + 4 * (apart + flat)
        assumed = {*shapes.values()}
        uneven = len(assumed) > 1 or any(len({*shape}) < len(shape) for shape in assumed)
        words = sum(ranks[name] or 2 for name in said if said[name] is None)
        lowered = sum(ranks[name] == 0 and said[name] == 2 for name in said)
        sizes = len(dims.names(dim for shape in assumed for dim in shape))
        return assumed == {()}, unsaid, self.axes(plan), uneven, words, lowered, sizes

    def said(self, plan: Plan) -> Mapping[str, int | None]:
        """Return the ranks that are said of those assumed; integers are one for each row."""
        rows = integers(plan)
        return {name: 1 if name in rows else self.ranks[name] for name in plan.assumed}

    def mixes(self, plan: Plan) -> bool:
        """Tell whether it is said of some arguments that they are matrices, of others vectors."""
        return {1, 2} <= {*self.said(plan).values()}

    def departure(self, name: str, rank: int, said: int | None, plan: Plan) -> int:
        """Return how far the rank of an argument is from what its name and its uses say."""
        if rank == 0 and name not in self.elements | integers(plan):
            return 0
        wanted = 0 if name in self.entries else said
        return 1 if rank == 0 and wanted != 2 else 2 * (wanted not in (None, rank))

    @cached_property
    def parameters(self) -> Sequence[str]:
        """The names of the arguments."""
        return [*inspect.signature(self.function).parameters]

    @cached_property
    def ranks(self) -> Mapping[str, int | None]:
        """The ranks that names and products say."""
        return products.ranks(self.parameters, self.source)

    @cached_property
    def subtracted(self) -> Sequence[tuple[str, str]]:
        """The names of like ones of which differences are taken."""
        return [*subtracted(self.source)]

    @cached_property
    def spread_apart(self) -> Sequence[tuple[str, str]]:
        """The names of which all differences are taken."""
        return [*spread_apart(self.source)]

    @cached_property
    def reduced(self) -> Sequence[frozenset[str]]:
        """The names in what is reduced along the first or the last of several axes."""
        return [*names_reduced(self.source, "0", "-1")]

    @cached_property
    def entries(self) -> frozenset[str]:
        """The names of numbers that a matrix is written with."""
        return entries(self.source)

    @cached_property
    def elements(self) -> frozenset[str]:
        """The names of what probably has elements: of the points of a curve there are many."""
        many = self.parameters if is_curve(self.source) else ()
        return summed_up(self.source).union(many)

    def axes(self, plan: Plan) -> int:
        """Return how many axes the output has."""
        with quiet(), suppress(Exception):  # the user's own: it need not run at these values
            rng = np.random.default_rng(self.seed)
            output = fresh(self.function)(draw(plan, probe_sizes(plan), rng))
            return max(np.ndim(part) for part in leaves(output))  # type: ignore[arg-type]
        return 0


def integers(plan: Plan) -> frozenset[str]:
    """Return the names of the arguments that are indices or lengths."""
    return frozenset(entry.name for entry in plan.inputs if entry.kind.startswith(INTEGERS))
