"""How much of a gradient is rounding: an error no larger than that does not count as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from refactorer.execution.evaluation import Arguments, Floats, alike, is_float

NUDGES = 4
DETAIL = 0.1  # of a number
SINGLE = float(np.finfo(np.float32).eps)


def beside(arguments: Arguments) -> Iterator[Arguments]:
    """Yield what lies beside arguments: each of their floats is the next one above or below."""
    rng = np.random.default_rng(0)
    for _ in range(NUDGES):
        yield {name: next_to(value, rng) for name, value in arguments.items()}


def next_to(value: object, rng: np.random.Generator) -> object:
    """Return the next numbers above or below those of a value, if it is made of floats."""
    if not is_float(value):
        return value
    floats = np.asarray(value)
    way = rng.choice((-1.0, 1.0), size=floats.shape).astype(floats.dtype)
    return alike(np.nextafter(floats, floats + way), value)


def unsteadiness(
    gradients: Callable[[Arguments], Sequence[object]], arguments: Arguments
) -> tuple[Floats, ...]:
    """Return how far gradients move when the last digit of each argument changes.

    It is infinite for an entry that is nothing but amplified rounding, as it may be where values
    saturate: such an entry differs each time.
    """
    columns = zip(*(gradients(near) for near in beside(arguments)), strict=True)
    return tuple(spread(np.stack([np.asarray(g, dtype=float) for g in each])) for each in columns)


def spread(values: Floats) -> Floats:
    """Return the largest difference between entries of arrays; infinite where it is no detail."""
    apart = np.nan_to_num(np.ptp(values, axis=0), nan=0.0, posinf=0.0)
    return np.where(apart > DETAIL * np.max(np.abs(values), axis=0), np.inf, apart)


def unresolved(output: Floats, weights: Floats, argument: object) -> float:
    """Return the slopes that float32 does not resolve.

    They change the weighted output, over the whole size of the argument, by less than its rounding.
    """
    largest = float(np.max(np.abs(np.asarray(argument, dtype=float)), initial=0.0))
    return 4 * SINGLE * float(np.abs(weights) @ np.abs(output)) / (largest or 1.0)
