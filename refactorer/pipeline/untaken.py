"""Sides of branches that no input was found for: which are verified, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from refactorer.arguments.plans import Plan
from refactorer.arguments.trials import said
from refactorer.errors import Place
from refactorer.execution.evaluation import Arguments, Function, floats, fresh, quiet
from refactorer.flow.calling.helpers import Sides
from refactorer.judging.emitted import defined
from refactorer.judging.forced import forced, helpers_of
from refactorer.pipeline.work import Work


@dataclass(frozen=True)
class Untaken:
    """The conditions to set where a text is verified, and notes on those that no input meets."""

    sides: tuple[Sides, ...]
    notes: tuple[str, ...]


def untaken(work: Work, chosen: Plan, sides: Mapping[Sides, Place | None]) -> Untaken:
    """Return what is to be set of some conditions: not those with which the function only fails.

    A loop that is left in its first turn may leave a list empty that the function then stacks. With
    inputs at which it is left later, the function runs, but none was found.
    """
    errors = {side: failure(work, chosen, side) for side in sides}
    kept = tuple(side for side in sides if not errors[side])
    return Untaken(kept, tuple(notes(work, sides, errors)))


def notes(
    work: Work, sides: Mapping[Sides, Place | None], errors: Mapping[Sides, str]
) -> Iterator[str]:
    """Yield a line for each side that no input meets."""
    for side, place in sides.items():
        if place:
            condition, holds, within = side[-1]
            name, failed = within or work.target.name, errors[side]
            end = FAILS.format(name, failed) if failed else VERIFIED
            yield f"{UNREACHED.format(place, condition, holds)}{end}"


def failure(work: Work, chosen: Plan, side: Sides) -> str:
    """Return how the user's function fails where conditions are set; "" if it runs anywhere."""
    target = work.target
    helpers = helpers_of(target.module, target.name)
    function = defined(forced(target.module, side, helpers), target.name)
    with quiet():
        errors = [error(function, run) for run in work.runs(chosen)]
    return errors[0] if all(errors) else ""


def error(function: Function, arguments: Arguments) -> str:
    """Return how a function fails; "" if it does not."""
    try:
        finite = np.isfinite(floats(fresh(function)(arguments))).all()
    except Exception as raised:  # the user's own
        return said(raised)
    return "" if finite else "an output that is not finite"


UNREACHED = "{}: no input was found at and around which `{}` is {}"
VERIFIED = ": that side was verified with it set"
FAILS = ", and with it set, {} fails with {}: that side is not verified"
