"""Slopes along random directions at many more points, to find code that is wrong at few values."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from refactorer.arguments.plans import Plan, draw
from refactorer.execution.evaluation import (
    Arguments,
    Floats,
    Function,
    cotangent,
    floats,
    fresh,
    quiet,
)
from refactorer.execution.evaluation import weights as weighed
from refactorer.judging.cases import every_size
from refactorer.judging.differences import vjp
from refactorer.judging.rounding import beside

MANY = 32
SHORTEST = 2e-4  # step that is hardly ever needed: what rounding does is divided by it
LONGEST = 0.3  # seconds for all of them: a function may take its time


@dataclass(frozen=True)
class Direction:
    """A point, a step for each entry, and the derivative of <cotangent, output> along these steps.

    `ways` holds the steps by input, `slope` the derivative, and `error` how far it may be off.
    """

    where: str
    arguments: Arguments
    ways: Mapping[str, Floats]
    cotangent: object
    output: object
    slope: float
    error: float


def directions(
    function: Function, plan: Plan, wrt: Sequence[str], seed: int, ones: bool = False
) -> Iterator[Direction]:
    """Yield directions at drawn points of a plan, at sizes that tell axes apart.

    Points at which the function fails, is not finite or has a kink are left out.
    """
    start = time.perf_counter()
    call, both = fresh(function), every_size(plan)[:2]
    for number in range(MANY):
        if time.perf_counter() - start > LONGEST:
            return
        sizes = both[number % 2]
        with suppress(Exception), quiet():  # the user's own, at these values
            rng = np.random.default_rng([seed, number, MANY])
            given = draw(plan, sizes, rng)
            output = call(given)
            if np.isfinite(floats(output)).all():
                at = ", ".join(f"{name}={size}" for name, size in sizes.items())
                found = steepness(at, function, given, wrt, output, rng, ones)
                if np.isfinite(found.error):
                    yield found


def steepness(
    where: str,
    function: Function,
    given: Arguments,
    wrt: Sequence[str],
    output: object,
    rng: np.random.Generator,
    ones: bool,
) -> Direction:
    """Return the direction of a random way, all of whose steps are about as large as the point."""
    call = fresh(function)
    ways = {name: way(np.asarray(given[name], dtype=float), rng) for name in wrt}

    def moved(t: float) -> object:
        """Return the output at the end of the way where t is two, and at the point for one."""
        steps = {name: given[name] + (t - 1) * ways[name] for name in wrt}  # type: ignore[operator]
        return call({**given, **{n: v if v.ndim else float(v) for n, v in steps.items()}})

    weights = cotangent(output, rng, ones)
    (slope,) = vjp(moved, {"t": 1.0}, ("t",), weights)
    contracted, start = weighed(output, weights), floats(output)
    nearby = beside({name: given[name] for name in wrt})
    noise = max(abs(contracted @ (floats(call({**given, **near})) - start)) for near in nearby)
    error = float(slope.error) + float(noise) / SHORTEST
    return Direction(where, given, ways, weights, output, float(slope.gradient), error)


def way(point: Floats, rng: np.random.Generator) -> Floats:
    """Return steps for all entries of a point."""
    largest = float(np.max(np.abs(point), initial=0.0)) or 1.0
    return np.asarray(largest * rng.normal(size=point.shape))
