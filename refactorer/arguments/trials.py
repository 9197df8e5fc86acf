"""Runs of a user's function at planned arguments, and the kinds of values that it wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from types import TracebackType

import numpy as np

from refactorer.arguments import dims, ranks
from refactorer.arguments.mixes import Kinds, mixes, with_kinds
from refactorer.arguments.plans import INTEGERS, Plan, draw
from refactorer.execution.evaluation import (
    PATIENCE,
    Arguments,
    Floats,
    Function,
    bound,
    copied,
    floats,
)
from refactorer.execution.temporary import swapped

LONGEST = 0.3  # seconds of one run: a loop may not end at values of the wrong kind
COST_OF_LATE = 60  # runs: waiting for many loops that do not end would take too long
RUNS = 600  # where more are needed, --shape and --at say it
RESERVE = 200  # runs more, to settle the first plan that is found
SPREAD = (1.0, -1.0, 2.0, -2.0)  # both signs, and beyond one: what a draw may miss by chance
SHAPES_DIFFER = re.compile(
    r"broadcast|aligned|mismatch|too many indices|unsized|subscript|out of bounds for array|reshape"
    r"|values to unpack|has no attribute|not iterable|dimension|index out of range|inhomogeneous"
    r"|array of size 1|with a sequence|ambiguous|axes don't match|equal division|its argument"
    r"|negative dimensions|cannot be larger"
)
BEYOND = re.compile(r"index -?\d+ is out of bounds for axis")


class Outcome(Enum):
    """The outcome of one run."""

    FINE = auto()
    OTHER_VALUES = auto()  # may run with values of another kind
    OTHER_SHAPES = auto()


def unchanged(function: Function) -> Callable[[Arguments], object]:
    """Return the function as one of a mapping; ValueError where it changes an argument."""
    call = bound(function, LONGEST)

    def checked(arguments: Arguments) -> object:
        given = {name: copied(value) for name, value in arguments.items()}
        output = call(given)
        for name, value in arguments.items():
            if isinstance(value, np.ndarray) and not np.array_equal(value, given[name]):  # type: ignore[arg-type]
                raise ValueError(f"it changes its argument `{name}`")
        return output

    return checked


def of_square(function: Callable[..., object]) -> Callable[..., object]:
    """Return a function of a matrix that fails where it is not square."""

    def checked(matrix: object, *args: object, **named: object) -> object:
        shape = np.shape(np.asarray(matrix))
        if len(shape) == 2 and shape[0] != shape[1]:
            raise ValueError("mismatch: a diagonal of a matrix that is not square")
        return function(matrix, *args, **named)

    return checked


class Trials:
    """A bounded number of runs of one function; `error` is how the first failing one ended.

    `raised` is what the function raised in it, if it did; `reached` are the instructions, in each
    function, at which the last run failed. All sizes are multiplied by `factor`.
    """

    def __init__(self, function: Function, seed: int, runs: int = RUNS, factor: int = 1) -> None:
        self.call = unchanged(function)
        self.namespace = function.__globals__
        self.seed = seed
        self.left = runs
        self.factor = factor
        self.reserve = RESERVE
        self.error = ""
        self.raised: Exception | None = None
        self.reached: ranks.Progress = ()
        self.last = Outcome.FINE

    @contextmanager
    def matched(self) -> Iterator[None]:
        """Let what is meant for equal lengths fail for a while where they differ.

        That is a `zip`, and the diagonal of a matrix.
        """
        diagonals = {name: of_square(getattr(np, name)) for name in ("diag", "diagonal", "trace")}
        with (
            swapped(self.namespace, {"zip": partial(zip, strict=True)}),
            swapped(vars(np), diagonals),
        ):
            yield

    @property
    def spent(self) -> bool:
        """Whether no run is left, or none is thought to end."""
        return self.left == 0 or PATIENCE.is_over

    def far(self, plan: Plan, sizes: Mapping[str, int]) -> ranks.Progress:
        """Run once, and return how far it came."""
        self.last = self.run(plan, sizes)
        return ranks.DONE if self.last is Outcome.FINE else self.reached

    def run(
        self, plan: Plan, sizes: Mapping[str, int], turn: int = 0, *, strict: bool = False
    ) -> Outcome:
        """Run once at arguments that are drawn in a turn.

        If `strict`, nothing may overflow, and the output must not hang on the last digits.
        """
        self.reached = ()
        if self.spent:
            return Outcome.OTHER_SHAPES
        self.left -= 1
        try:
            rng = np.random.default_rng([self.seed, turn // 2])
            multiples = {name: self.factor * size for name, size in sizes.items()}
            arguments = spread(plan, draw(plan, multiples, rng), SPREAD[turn])
            with np.errstate(over="raise" if strict else "ignore"):
                output = self.call(arguments)
                numbers = floats(output)
                if strict and not close(numbers, floats(self.call(nudged(arguments, rng)))):
                    return self.failed("it is not continuous")
        except Exception as error:  # the user's own, whatever it is: other arguments are tried
            self.reached = tuple(frame.tb_lasti for frame in frames(error.__traceback__))
            self.left -= min(self.left, COST_OF_LATE) if isinstance(error, TimeoutError) else 0
            whole = any(entry.kind.startswith(INTEGERS) for entry in plan.inputs)
            return self.failed(said(error), error, whole)
        if not numbers.size:
            kind = type(output).__name__
            return self.failed(f"its output holds no floating-point number: it is of type {kind}")
        fine = bool(np.isfinite(numbers).all())
        return Outcome.FINE if fine else self.failed("its output is not finite")

    def failed(self, reason: str, raised: Exception | None = None, whole: bool = True) -> Outcome:
        """Note the first failure; tell whether other values could help.

        An index that is too large may be a value only where some are `whole` numbers.
        """
        if not self.error:
            self.error, self.raised = reason, raised
        differ = SHAPES_DIFFER.search(reason) or (not whole and BEYOND.search(reason))
        return Outcome.OTHER_SHAPES if differ else Outcome.OTHER_VALUES

    def fits(
        self, plan: Plan, probes: Sequence[Mapping[str, int]], *, strict: bool
    ) -> list[Mapping[str, int]]:
        """Return the sizes, among some, at which every turn is fine."""

        def fine(sizes: Mapping[str, int], turn: int) -> bool:
            return self.run(plan, sizes, turn, strict=strict) is Outcome.FINE

        return [sizes for sizes in probes if all(fine(sizes, i) for i in range(len(SPREAD)))]

    def everywhere(self, plan: Plan) -> bool:
        """Tell whether a plan is fine at all sizes to probe at."""
        probes = orders(plan)
        return len(self.fits(plan, probes, strict=False)) == len(probes)

    def settle(self, plan: Plan, choices: Sequence[Kinds]) -> Plan | None:
        """Return the plan with the first kinds of values that run at all sizes, or at the most.

        None if there are none. `choices` holds the kinds to try for each input, in turn. Values at
        which nothing overflows or is singular are preferred: elsewhere differences tell nothing.
        """
        self.left, self.reserve = self.left + self.reserve, 0
        if all(self.run(plan, sizes) is Outcome.OTHER_SHAPES for sizes in orders(plan)):
            return None
        return self.settled(plan, choices, strict=True) or self.settled(plan, choices, strict=False)

    def settled(self, plan: Plan, choices: Sequence[Kinds], *, strict: bool) -> Plan | None:
        """Do the same with or without what overflows or is singular."""
        probes = orders(plan)
        best: tuple[Mapping[str, int], ...] = ()
        settled = None
        for kinds in mixes(choices):
            candidate = with_kinds(plan, kinds)
            fitting = self.fits(candidate, probes, strict=strict)
            if len(fitting) > len(best):
                best, settled = tuple(fitting), replace(candidate, sizes=fitting[0])
            if (fitting and self.others_misfit(candidate, probes, fitting)) or self.spent:
                break
        return settled

    def others_misfit(
        self, plan: Plan, probes: Sequence[Mapping[str, int]], fitting: Sequence[Mapping[str, int]]
    ) -> bool:
        """Tell whether the sizes that do not fit do not for their own sake, whatever the values."""
        others = [sizes for sizes in probes if sizes not in fitting]
        return all(self.run(plan, sizes) is Outcome.OTHER_SHAPES for sizes in others)


def frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    """Yield the frames that an error went through, the outermost first."""
    while traceback:
        yield traceback
        traceback = traceback.tb_next


def said(error: Exception) -> str:
    """Return the kind of an error, and its message if it has one."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def nudged(arguments: Mapping[str, object], rng: np.random.Generator) -> dict[str, object]:
    """Return arguments whose arrays of floats differ in the tenth digit."""
    return {
        name: value * (1 + 1e-10 * rng.normal(size=value.shape))
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
        else value
        for name, value in arguments.items()
    }


def close(one: Floats, other: Floats) -> bool:
    """Tell whether two outputs are nearly the same."""
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-5, atol=1e-8))


def orders(plan: Plan) -> list[Mapping[str, int]]:
    """Return sizes to probe at: primes that rise or fall, small and larger."""
    every = (*plan.sizes, *plan.dims)
    rising, larger = dims.primes(every), dims.primes(every, start=5)
    tried = [rising, dims.reverse(rising), larger, dims.reverse(larger)]
    return [sizes for place, sizes in enumerate(tried) if sizes not in tried[:place]]


def spread(plan: Plan, arguments: Mapping[str, object], factor: float) -> dict[str, object]:
    """Return arguments in which values drawn around zero are multiplied by a factor."""
    normal = {entry.name for entry in plan.inputs if entry.kind == "normal"}
    return {
        name: value * factor if name in normal else value  # type: ignore[operator]
        for name, value in arguments.items()
    }
