"""The error for a function that failed at all arguments tried: where it raises, and a way out."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from refactorer.arguments.dims import NAMES, Dims
from refactorer.arguments.hints.conventions import rank
from refactorer.arguments.hints.shape_annotations import UNNAMED
from refactorer.arguments.slots import Slot
from refactorer.arguments.trials import Trials
from refactorer.errors import Place, Refused
from refactorer.execution.definitions import INSTALL
from refactorer.execution.evaluation import Function
from refactorer.reading.spelling import meant


class WayOut(NamedTuple):
    """What to do, and the code of what is wrong."""

    hint: str
    code: str


# What is wrong with the function itself, by what is said of a run.
CHANGES = {
    "changes its argument": WayOut(
        "Write `Y = Y + ...` for `Y += ...`, or change a copy", code="in-place"
    ),
    "no floating-point number": WayOut(
        "Return what has a gradient: floating-point numbers", code="no-output"
    ),
    "is complex": WayOut("Return its real part, or its absolute value", code="no-output"),
    "MemoryError": WayOut("--memory gives it more", code="memory"),
    "RecursionError": WayOut("Write it as a loop", code="recursion"),
    "ends the process": WayOut("Raise an error in its place, or leave it out", code="ended"),
    "ModuleNotFoundError": WayOut(INSTALL, code="missing-module"),
}


def failure(
    function: Function, trials: Trials, slots: Sequence[Slot], shapes: Mapping[str, Dims]
) -> Refused:
    """Return the error for a function that runs at none of the arguments that were tried.

    `shapes` are those that it unpacks.
    """
    reason = f"{function.__name__} runs at none of the arguments that were tried: {trials.error}"
    hint, code = way_out(trials, slots, shapes)
    return Refused(
        reason, hint, line_of_error(trials.raised, function.__code__.co_filename), code=code
    )


def way_out(trials: Trials, slots: Sequence[Slot], shapes: Mapping[str, Dims]) -> WayOut:
    """Return what to change in the function, or the options that say what to try."""
    for said, change in CHANGES.items():
        if said in trials.error:
            return change
    match trials.raised:
        case AttributeError(name=str(name), obj=owner) if question := meant(name, dir(owner)):
            return WayOut(question, code="unknown-attribute")
    lacking = "" if shapes else entries(trials.error)
    return WayOut(lacking or options(slots, shapes), code="no-inputs")


def entries(error: str) -> str:
    """Return the way out where an axis has too few entries or too many; "" for other errors."""
    if found := UNPACKED.search(error):
        return f"An axis has to have {found[1]} entries there: say it, as in --shape x=n,{found[1]}"
    if found := READ.search(error):
        least = int(found[1]) + 1
        return f"An axis has to have {least} entries there: say it, as in --shape x={least}"
    return ""


UNPACKED = re.compile(r"values to unpack \(expected (\d+)")
READ = re.compile(r"index (\d+) is out of bounds")


def options(slots: Sequence[Slot], shapes: Mapping[str, Dims]) -> str:
    """Return the options that say what could not be found."""
    unsaid = [slot.name for slot in slots if slot.open]
    sizes = [example(shapes.get(name, (UNNAMED,) * (rank(name) or 1))) for name in unsaid]
    said = [f"--shape {n}={','.join(shape)}" for n, shape in zip(unsaid, sizes, strict=True)]
    ways = f"its shapes, such as {' '.join(said)}, or " if said else ""
    return f"Say {ways}its values, such as --at 'labels=np.arange(n) % k'"


def example(shape: Dims) -> Dims:
    """Return a shape with names for its axes that have none."""
    free = (name for name in NAMES if name not in shape)
    return tuple(next(free) if dim == UNNAMED else dim for dim in shape)


def line_of_error(error: Exception | None, file: str) -> Place | None:
    """Return the line of a file at which an error arose, None if that is elsewhere."""
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    lines = [frame.lineno for frame in frames if frame.filename == file and frame.lineno]
    if not lines:
        return None
    text = linecache.getline(file, lines[-1])
    return Place(file, lines[-1], len(text) - len(text.lstrip()) + 1)
