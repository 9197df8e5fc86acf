"""Which of the ways to call a function its author had in mind, where nothing is said."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from refactorer.arguments import dims, products
from refactorer.arguments.evidence import (
    entries,
    is_curve,
    reduced,
    spread_apart,
    subtracted,
    summed_up,
)
from refactorer.arguments.plans import INTEGERS, Plan, draw, probe_sizes
from refactorer.execution.evaluation import Function, fresh, leaves, quiet

Departures = tuple[bool, int, int, bool, int, int, int]  # the fewest first


@dataclass(frozen=True)
class Likelihood:
    """How unlikely ways to call a function are, by its text and by what it returns."""

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
        said = said_ranks(plan, self.source)
        wrong = sum(self.departure(name, len(shapes[name]), plan) for name in said)
        pairs = subtracted(self.source)
        apart = sum({a, b} <= shapes.keys() and shapes[a] != shapes[b] for a, b in pairs)
        ranks = {name: len(shape) for name, shape in shapes.items()}
        pairs = spread_apart(self.source)
        apart += sum({a, b} <= ranks.keys() and ranks[a] != ranks[b] for a, b in pairs)
        rows = [found for found in map(shapes.keys().__and__, self.reduced) if found]
        flat = sum(all(len(shapes[name]) < 2 for name in names) for names in rows)
        assumed = {*shapes.values()}
        uneven = len(assumed) > 1 or any(len({*shape}) < len(shape) for shape in assumed)
        words = sum(len(shapes[name]) or 2 for name in said if said[name] is None)
        lowered = sum(ranks[name] == 0 and said[name] == 2 for name in said)
        sizes = len(dims.names(dim for shape in assumed for dim in shape))
        unsaid = wrong + 4 * (apart + flat)
        return assumed == {()}, unsaid, self.axes(plan), uneven, words, lowered, sizes

    def mixes(self, plan: Plan) -> bool:
        """Tell whether it is said of some arguments that they are matrices, of others vectors."""
        return {1, 2} <= {*said_ranks(plan, self.source).values()}

    def departure(self, name: str, rank: int, plan: Plan) -> int:
        """Return how far the rank of an argument is from what its name and its uses say."""
        said = 0 if name in entries(self.source) else said_ranks(plan, self.source)[name]
        if rank == 0 and name not in self.elements | integers(plan):
            return 0
        return 1 if rank == 0 and said != 2 else 2 * (said not in (None, rank))

    @cached_property
    def elements(self) -> frozenset[str]:
        """The names of what probably has elements: of the points of a curve there are many."""
        names = inspect.signature(self.function).parameters if is_curve(self.source) else ()
        return summed_up(self.source).union(names)

    @cached_property
    def reduced(self) -> Sequence[frozenset[str]]:
        """The names in what is reduced along the first or the last of several axes."""
        return [*reduced(self.source, "0", "-1")]

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


def said_ranks(plan: Plan, source: str) -> Mapping[str, int | None]:
    """Return the ranks that are said of those assumed; integers are one for each row."""
    ranks = products.ranks([entry.name for entry in plan.inputs], source)
    return {name: 1 if name in integers(plan) else ranks[name] for name in plan.assumed}
