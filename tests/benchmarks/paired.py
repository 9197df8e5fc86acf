"""What is measured of contenders side by side, and of a callback beside the best hand's."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from refactorer.measuring.measures import Arrays, Run, rounds


def ratios(runs: Mapping[str, Run], beside: str) -> dict[str, float]:
    """Return the median over rounds of each run's time divided by that of one of them."""
    found = rounds(runs)
    return {n: float(np.median([times[n] / times[beside] for times in found])) for n in runs}


def kept(function: Callable[..., Any], arrays: Arrays) -> int:
    """Return the bytes that the output and the callback of a function keep alive."""
    function(**arrays)
    tracemalloc.start()
    result = function(**arrays)
    now, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return now
