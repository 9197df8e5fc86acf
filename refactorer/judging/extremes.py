"""Extreme arguments, at which code must stay finite if it was finite before a rule."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np

from refactorer.execution.evaluation import Arguments, Floats, copied, floats, is_float, quiet

# Squares, cubes and fourth powers overflow or vanish at some of them in double precision, as they
# do at 1e20, 1e15 and 1e10 in single precision; so do quotients by squares that are not yet zero,
# and squares of exponentials.
MAGNITUDES = (1e-170, 1e-152, 1e-120, 1e-80, 2e2, 1e3, 1e80, 1e120, 1e152, 1e170)
ENDS = MAGNITUDES[0], MAGNITUDES[-1]
MOST = 4  # inputs that are extreme by themselves
LONGEST = 0.2  # seconds of processor time for all of them: a function may take its time

Call = Callable[[Arguments], object]


def extremes(arguments: Arguments) -> Iterator[dict[str, object]]:
    """Yield arguments whose floats are tiny, huge, zero or equal: all of them, and one by one.

    A number beside arrays is left as it is: a length scale or a rate is chosen, not met.
    """
    given = {name: value for name, value in arguments.items() if is_float(value)}
    names = [name for name, value in given.items() if isinstance(value, np.ndarray)] or [*given]
    groups = ([names] if len(names) > 1 else []) + [[name] for name in names[:MOST]]
    for group in groups:
        for magnitude in MAGNITUDES:
            yield {**arguments, **{name: times(arguments[name], magnitude) for name in group}}
    for name in names[:MOST]:
        for value in special(np.asarray(arguments[name], dtype=float)):
            yield {**arguments, name: value if value.ndim else float(value)}


def times(value: object, magnitude: float) -> object:
    """Return a float or an array of floats times a number."""
    found = np.asarray(value, dtype=float) * magnitude
    return found if found.ndim else float(found)


def special(value: Floats) -> Iterator[Floats]:
    """Yield zeros and, for an array, a row of zeros, one tiny or huge entry, and equal entries."""
    yield np.zeros_like(value)
    if value.size > 1:
        first = np.arange(value.size).reshape(value.shape) == 0
        yield from (np.where(first, end * value, value) for end in ENDS)
        yield np.concatenate([0 * value[:1], value[1:]])
        yield np.full_like(value, value.flat[0])


def lost(function: Call, before: Call, after: Call, arguments: Arguments) -> list[Arguments]:
    """Return the extremes at which a function and its gradients before are finite, but not after.

    They are derived from usual arguments, and fewer are tried if the function is slow.
    """
    found: list[Arguments] = []
    end = time.process_time() + LONGEST
    with quiet():
        for given in extremes(arguments):
            with suppress(Exception):  # the user's own, at values that it was not written for
                if is_lost(before, after, given) and is_finite(function, given):
                    found.append(given)
            if time.process_time() > end:
                break
    return found


def is_lost(before: Call, after: Call, given: Arguments) -> bool:
    """Tell whether what was finite before is not finite after; code that raises is not finite."""
    finite = np.isfinite(called(before, given))
    try:
        return bool((finite & ~np.isfinite(called(after, given))).any())
    except ArithmeticError:
        return True


def is_finite(function: Call, given: Arguments) -> bool:
    """Tell whether all floats of what a function returns are finite."""
    return bool(np.isfinite(called(function, given)).all())


def called(function: Call, given: Arguments) -> Floats:
    """Return the floats that a function returns at copies of arguments."""
    return floats(function({name: copied(value) for name, value in given.items()}))
