"""Measures a run: its time beside others, its array operations, and the bytes it allocates."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

ROUNDS = 15
LEAST = 0.02  # seconds of one contender in one round
Run = Callable[[], Any]
Arrays = Mapping[str, Any]


def medians(runs: Mapping[str, Run]) -> dict[str, float]:
    """Return the median over rounds of each run's seconds."""
    found = rounds(runs)
    return {name: float(np.median([times[name] for times in found])) for name in runs}


def rounds(runs: Mapping[str, Run]) -> list[dict[str, float]]:
    """Return the seconds of one call of each run, in each round.

    In a round all of them run, one after the other, so that a slow moment of the machine falls on
    all alike.
    """
    counts = {name: repeats(run) for name, run in runs.items()}
    return [{n: timed(run, counts[n]) for n, run in runs.items()} for _ in range(ROUNDS)]


def repeats(run: Run) -> int:
    """Return how often to call what is too quick for the clock."""
    run()
    return max(1, int(LEAST / max(timed(run, 3), 1e-7)))


def timed(run: Run, repeats: int) -> float:
    """Return the seconds of one call, the mean of some."""
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - start) / repeats


def peak(run: Run) -> int:
    """Return the most bytes that a run holds at once, beside what was there before."""
    run()
    tracemalloc.start()
    run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


class Counted(np.ndarray):
    """An array that counts the operations on it and on their results."""

    done = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        Counted.done += 1
        if "out" in options:
            options["out"] = tuple(plain(options["out"]))
        return as_counting(getattr(ufunc, method)(*plain(inputs), **options))

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        Counted.done += 1
        return as_counting(function(*plain(args), **options))


def as_counting(value: Any) -> Any:
    """Return an array as one that counts."""
    return value.view(Counted) if isinstance(value, np.ndarray) else value


def plain(arguments: Sequence[Any]) -> list[Any]:
    """Return arguments without counting arrays, in lists and tuples too."""
    found: list[Any] = []
    for argument in arguments:
        if isinstance(argument, Counted):
            found.append(argument.view(np.ndarray))
        else:
            nested = isinstance(argument, list | tuple)
            found.append(type(argument)(plain(argument)) if nested else argument)
    return found


def operations(run: Callable[[Arrays], Any], arrays: Arrays) -> int:
    """Return how many array operations a run makes of some arrays."""
    Counted.done = 0
    run({name: as_counting(value) for name, value in arrays.items()})
    return Counted.done
