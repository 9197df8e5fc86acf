"""How many of a thousand random programs are printed right, and how the others end.

    python tests/random_programs --programs 1000 --seed 5

Each is printed, judged as the command does it, and what is printed is checked once more, by a
checker that shares nothing with the tool. `--show 5000017` prints one of them.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read by NumPy: a process with threads is not forked
sys.path[0] = str(Path(__file__).parents[1])  # the folder of this package, in the place of itself

from random_programs.long_run import report, show  # noqa: E402


def main() -> int:
    """Run what is asked for, and return the exit code: 1 where something is wrong."""
    parser = argparse.ArgumentParser("random_programs", description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=int, default=100, metavar="N")
    parser.add_argument("--seed", type=int, default=1, help="whose programs, a million for each")
    parser.add_argument("--limit", type=float, default=60.0, metavar="S", help="seconds for each")
    parser.add_argument("--minutes", type=float, default=600.0, metavar="M", help="for all of them")
    parser.add_argument("--show", type=int, metavar="SEED", help="one program and its outcome")
    given = parser.parse_args()
    if given.show is not None:
        return show(given.show)
    return report(given.programs, given.seed, given.limit, given.minutes)


if __name__ == "__main__":
    sys.exit(main())
