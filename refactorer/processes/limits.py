"""The limits of a child on memory and CPU time, as far as the platform enforces them."""

from __future__ import annotations

import math
import resource
import sys
from contextlib import suppress

MEGABYTE = 1 << 20
CALLS = 5000  # that stacks of every Python hold


def limit(memory: int, seconds: float) -> None:
    """Bound this process to some megabytes of data and some seconds of CPU time.

    Memory beyond it raises MemoryError under Linux; other systems may not hold it. The CPU time
    ends what the parent cannot end any more. A crash leaves no core file behind. Of nested calls
    there may be more than is usual: trees are walked over.
    """
    sys.setrecursionlimit(CALLS)
    bound(resource.RLIMIT_DATA, memory * MEGABYTE)
    bound(resource.RLIMIT_CPU, math.ceil(seconds) + 1)
    bound(resource.RLIMIT_CORE, 0)


def bound(kind: int, most: int) -> None:
    """Lower one limit of this process, unless it is lower already."""
    soft, hard = resource.getrlimit(kind)
    lowest = min((n for n in (soft, hard, most) if n != resource.RLIM_INFINITY), default=most)
    with suppress(ValueError, OSError):  # a system may refuse what it has no limit for
        resource.setrlimit(kind, (lowest, hard))
