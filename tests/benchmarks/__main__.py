"""Value and gradient of ten functions at four sizes, side by side in one run.

    pip install -e '.[benchmarks]' && python tests/benchmarks

prints each contender's time over that of the best hand, the median of paired ratios, with one
thread; `--plot FILE` draws them. `--only norm,rnn` runs some, `--sizes 2` the smaller ones.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))  # before NumPy is loaded, which reads them then
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import best_hands
import numpy as np
from cases import CASES, SIZES, Case, arguments
from contenders import Arrays, called_back, contenders, printed
from paired import kept, ratios
from report import plot, table

from refactorer.measuring.measures import operations, peak

HAND = "best hand"
Row = dict[str, float]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser("benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--plot", metavar="FILE", help="draw the ratios to an SVG")
    parser.add_argument("--only", default="", metavar="NAMES", help="some functions")
    parser.add_argument("--sizes", type=int, default=len(SIZES), metavar="N", help="the first N")
    given = parser.parse_args()
    cases = [c for c in CASES if not given.only or c.name in given.only.split(",")]
    times = {(c.name, size): row(c, size) for size in range(given.sizes) for c in cases}
    print(table(times))
    print(costs(cases))
    if given.plot:
        plot(times, given.plot)


def row(case: Case, size: int) -> Row:
    """Return the times of all contenders over the best hand's, at arguments where they agree."""
    arrays = arguments(case, size)
    runs = {}
    for name, contender in contenders().items():
        try:
            run = contender(case, arrays)
            found = run()
        except Exception as error:  # a peer that cannot: said, and left out
            print(f"{name} cannot do {case.name}: {type(error).__name__}: {first_line(error)}")
            continue
        runs[name] = run
        for mine, other in zip(runs[HAND](), found, strict=True):
            np.testing.assert_allclose(np.asarray(other), mine, rtol=1e-6, atol=1e-9)
    return ratios(runs, HAND)


def first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), "")[:100]


def done_by(function: Callable[..., Any], arrays: Arrays) -> int:
    return operations(lambda given: function(**given)[1](1.0), arrays)


def costs(cases: list[Case]) -> str:
    """Return the array operations and bytes of what is printed, and of the best hand."""
    lines = [
        "",
        "at 300 x 300: ours / best hand",
        f"{'':24}{'operations':>14}{'peak':>8}{'kept':>8}",
    ]
    for case in cases:
        arrays = arguments(case, 2)
        ours, hand = printed(case, "callback"), getattr(best_hands, case.name)
        done = f"{done_by(ours, arrays)}/{done_by(hand, arrays)}"
        most = peak(called_back(ours, arrays)) / peak(called_back(hand, arrays))
        alive = kept(ours, arrays) / kept(hand, arrays)
        lines.append(f"{case.name:24}{done:>14}{most:8.2f}{alive:8.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
