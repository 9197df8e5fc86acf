"""Many programs, each printed, judged and checked in a process of its own."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from refactorer.draft import Draft
from refactorer.errors import Refused
from refactorer.judging.verify import judge_draft
from refactorer.pipeline.run import refactor, silent
from refactorer.request import Request

from .arguments import Drawn
from .checker import check
from .drawing import drawn

BLOCK = 1_000_000  # programs that one seed has
KINDS = ("right", "refused", "stopped", "undecided", "wrong", "exception", "hang")


@dataclass(frozen=True)
class Outcome:
    """How the work on a program ended, and why."""

    kind: str
    reason: str = ""

    @property
    def is_fault(self) -> bool:
        """Tell whether it is one of those that must not be."""
        return self.kind in ("wrong", "exception", "hang")


def outcome(program: Drawn) -> Outcome:
    """Return how a program ends, worked on as the command's children do it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "program.py")
        file.write_text(program.text)
        try:
            draft = refactor(Request(str(file), "f", ("all",), program.shapes), silent)
            draft = Draft.from_json(draft.as_json())
            verdict = judge_draft(draft)
        except Refused as refused:
            place = f" (at {refused.place.line}:{refused.place.column})" if refused.place else ""
            return Outcome("refused", f"[{refused.code}] {refused.reason}{place}")
    if not verdict.right:
        return Outcome("stopped", verdict.reason)
    try:
        return Outcome("right" if check(program, draft.text) else "undecided")
    except Exception as error:  # whatever the printed code raises is wrong
        return Outcome("wrong", f"{type(error).__name__}: {error}")


def in_process(program: Drawn, limit: float) -> Outcome:
    """Return the outcome of a program in a child, which is ended where it takes too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            found = outcome(program)
        except BaseException as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            found = Outcome("exception", f"{type(error).__name__}: {error} ({where})")
        os.write(writing, json.dumps([found.kind, found.reason[:2000]]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        if not select.select([pipe], [], [], limit)[0]:
            os.kill(child, signal.SIGKILL)
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if said:
        return Outcome(*json.loads(said))
    hung = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return Outcome("hang" if hung else "exception", f"the process ended with {status}")


def run(seeds: range, limit: float, minutes: float) -> Iterator[tuple[int, Outcome, float]]:
    """Yield the outcome of each seed's program, and the seconds that it took, as time allows."""
    end = time.monotonic() + 60 * minutes
    with suppress(Exception):
        outcome(drawn(seeds[0]))  # so that each child has everything imported
    for seed in seeds:
        if (began := time.monotonic()) > end:
            return
        yield seed, in_process(drawn(seed), limit), time.monotonic() - began


def report(programs: int, seed: int, limit: float, minutes: float) -> int:
    """Run programs, print what did not come out right and the shares; return the exit code."""
    kinds, reasons, took = Counter[str](), Counter[str](), list[float]()
    seeds = range(seed * BLOCK, seed * BLOCK + programs)
    for each, found, seconds in run(seeds, limit, minutes):
        kinds[found.kind] += 1
        took.append(seconds)
        if found.kind != "right":
            reasons[f"{found.kind}: {' '.join(found.reason.split()[:7])}"] += 1
            print(f"{each} {found.kind} {found.reason[:300]}", flush=True)
    print(f"\n{len(took)} programs, of the seeds from {seeds[0]}")
    for kind in KINDS:
        print(f"{kind:10} {kinds[kind]:5} {kinds[kind] / len(took):7.1%}")
    print(f"{sum(took) / len(took):.2f} s each, {max(took):.1f} s at most\n")
    for reason, times in reasons.most_common():
        print(f"{times:5} {reason}")
    return int(any(Outcome(kind).is_fault and kinds[kind] for kind in KINDS))


def show(seed: int) -> int:
    """Print the program of one seed, what is printed for it, and how it ends."""
    program = drawn(seed)
    print(program.text, program.shapes, file=sys.stderr)
    found = outcome(program)
    print(found.kind, found.reason, file=sys.stderr)
    return int(found.is_fault)
