"""Runs of a user's function at planned arguments, and the kinds of values that it wants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import chain, combinations

import numpy as np

from refactorer.arguments import dims
from refactorer.arguments.plans import Plan, draw
from refactorer.evaluation import Function, floats, fresh

RUNS = 600  # where more are needed, --shape and --at say it
MIXES = 150
SPREAD = (1.0, -1.0, 2.0, -2.0)  # both signs, and beyond one: what a draw may miss by chance
SHAPES_DIFFER = re.compile(
    r"broadcast|aligned|mismatch|too many indices|unsized|subscriptable|out of bounds for array"
    r"|values to unpack|has no attribute|not iterable|dimension|index out of range"
)
Kinds = tuple[str, ...]


class Outcome(Enum):
    """What became of one run."""

    FINE = auto()
    OTHER_VALUES = auto()  # may run with values of another kind
    OTHER_SHAPES = auto()


class Trials:
    """A bounded number of runs of one function; `error` is how the first failing one ended."""

    def __init__(self, function: Function, seed: int) -> None:
        self.call = fresh(function)
        self.seed = seed
        self.left = RUNS
        self.error = ""

    @property
    def spent(self) -> bool:
        """Whether no run is left."""
        return self.left == 0

    def run(self, plan: Plan, sizes: Mapping[str, int], turn: int = 0) -> Outcome:
        """Run once at arguments that are drawn in a turn."""
        if self.spent:
            return Outcome.OTHER_SHAPES
        self.left -= 1
        try:
            rng = np.random.default_rng([self.seed, turn // 2])
            arguments = spread(plan, draw(plan, sizes, rng), SPREAD[turn])
            numbers = floats(self.call(arguments))
        except Exception as error:  # the user's own, whatever it is: other arguments are tried
            return self.failed(f"{type(error).__name__}: {error}")
        if not numbers.size:
            return self.failed("its output holds no floating-point number")
        fine = bool(np.isfinite(numbers).all())
        return Outcome.FINE if fine else self.failed("its output is not finite")

    def failed(self, reason: str) -> Outcome:
        """Note the first failure; tell whether other values could help."""
        self.error = self.error or reason
        return Outcome.OTHER_SHAPES if SHAPES_DIFFER.search(reason) else Outcome.OTHER_VALUES

    def fits(self, plan: Plan, probes: Sequence[Mapping[str, int]]) -> list[Mapping[str, int]]:
        """Return the sizes, among some, at which every turn is fine."""
        turns = range(len(SPREAD))
        return [
            sizes
            for sizes in probes
            if all(self.run(plan, sizes, turn) is Outcome.FINE for turn in turns)
        ]

    def settle(self, plan: Plan, choices: Sequence[Kinds]) -> Plan | None:
        """Return the plan with the first kinds of values that run at all sizes, or at the most.

        None if there are none. `choices` holds the kinds to try for each input, in turn.
        """
        probes = orders(plan)
        best: tuple[Mapping[str, int], ...] = ()
        settled = None
        for kinds in mixes(choices):
            candidate = with_kinds(plan, kinds)
            fitting = self.fits(candidate, probes)
            if len(fitting) > len(best):
                best, settled = tuple(fitting), replace(candidate, sizes=fitting[0])
            if len(best) == len(probes) or self.spent:
                break
        return settled


def orders(plan: Plan) -> list[Mapping[str, int]]:
    """Return sizes to probe at: primes that rise or fall, small and larger."""
    every = (*plan.sizes, *plan.dims)
    rising, larger = dims.primes(every), dims.primes(every, start=5)
    tried = [rising, dims.reverse(rising), larger, dims.reverse(larger)]
    return [sizes for place, sizes in enumerate(tried) if sizes not in tried[:place]]


def with_kinds(plan: Plan, kinds: Kinds) -> Plan:
    """Return the plan with other kinds of values."""
    pairs = zip(plan.inputs, kinds, strict=True)
    return replace(plan, inputs=tuple(replace(entry, kind=kind) for entry, kind in pairs))


def spread(plan: Plan, arguments: Mapping[str, object], factor: float) -> dict[str, object]:
    """Return arguments of which those that are drawn around zero are multiplied by a factor."""
    normal = {entry.name for entry in plan.inputs if entry.kind == "normal"}
    return {
        name: value * factor if name in normal else value  # type: ignore[operator]
        for name, value in arguments.items()
    }


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
