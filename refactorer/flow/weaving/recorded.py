"""The arguments that straight lines were seen to have: at some of them, they are checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from refactorer.errors import Refused
from refactorer.execution.evaluation import alike, fresh, is_float, quiet
from refactorer.flow.structure.visits import Locals
from refactorer.judging.verify import Samples, recorded, unmeasured
from refactorer.reading.target import Target

WIDE = (10.0, 100.0)  # numbers beyond these may saturate, if there are others
MOST = 3  # of the recorded arguments at which each step is checked
REACH = "Give shapes and values at which it does with --shape and --at"


def measured_at(
    function: Callable[..., object], rows: Sequence[Locals], ins: Sequence[str], seed: int
) -> Samples:
    """Return samples at what was seen, moved a little where it lies on a kink.

    The function around may hold it there: two of its values are one, or all elements equal.
    """
    found = recorded(function, rows, tuple(ins), seed)
    return measured_nearby(function, rows, ins, seed) if unmeasured(found.samples, ins) else found


def measured_nearby(
    function: Callable[..., object], rows: Sequence[Locals], ins: Sequence[str], seed: int
) -> Samples:
    """Return samples a little away from what was seen, or from a part of what is large."""
    rng = np.random.default_rng(seed)
    around = [
        {n: moved_a_little(v, rng, factor_to_one(row)) if n in ins else v for n, v in row.items()}
        for row in rows
    ]
    near = [row for row in around if runs_at(function, row)]
    return recorded(function, near, tuple(ins), seed)


def looked_at(
    target: Target, function: Callable[..., object], seen: Sequence[Locals]
) -> list[Locals]:
    """Return the arguments to look at, the largest first, and others of the same ranks."""
    rows = [row for row in seen if runs_at(function, row)]
    if not rows:
        reason = "this line does not run at what was tried"
        raise Refused(reason, REACH, target.place(2), code="unreached")
    kept = ([row for row in rows if largest(row) < limit] for limit in WIDE)
    rows = next(filter(None, kept), rows)
    probe = max(rows, key=volume)
    return [probe, *(r for r in rows if r is not probe and ranks(r) == ranks(probe))][:MOST]


def factor_to_one(row: Locals) -> float:
    """Return a factor that makes the largest of large numbers one."""
    return 1.0 if (size := largest(row)) < WIDE[0] else 1.0 / size


def moved_a_little(value: object, rng: np.random.Generator, factor: float) -> object:
    """Return a value with its numbers a little away from where they are, times a factor."""
    held = factor * np.asarray(value, dtype=float)
    away = held + 0.01 * rng.normal(size=held.shape)
    return alike(away, value)


def runs_at(function: Callable[..., object], row: Locals) -> bool:
    """Tell whether lines run at arguments that were seen before them."""
    try:
        with quiet():
            fresh(function)(row)
    except Exception:  # the user's own, which ended the run in which they were seen
        return False
    return True


def ranks(row: Locals) -> list[int]:
    """Return the ranks of arguments."""
    return [getattr(value, "ndim", 0) for value in row.values()]


def largest(row: Locals) -> float:
    """Return the largest finite magnitude among the numbers of arguments."""
    floats = [np.abs(np.asarray(value)) for value in row.values() if is_float(value)]
    sizes = [np.max(each, initial=0.0, where=np.isfinite(each)) for each in floats]
    return float(max(sizes, default=0.0))


def volume(row: Locals) -> int:
    """Return how many elements arguments have together."""
    return sum(getattr(value, "size", 0) for value in row.values())
