"""The report on hand-written code, as the command prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from refactorer.against.columns import in_columns
from refactorer.against.diagnosis.causes import Clarity
from refactorer.against.examine import Examined
from refactorer.against.findings import Finding
from refactorer.against.mutations.terms import ChangedTerm
from refactorer.against.points import Point

BOUNDS = (1e-9, 1e-7, 1e-5, 1e-3)
WIDE = 6  # significant digits


def report(found: Examined, changes: Mapping[str, ChangedTerm], ours: str) -> str:
    """Return the report, with what changes of ours tell of the inputs.

    `ours` is shown beside the code if it is not empty.
    """
    lines = [heading(found)]
    for finding in found.findings:
        lines += lines_on(finding, changes.get(finding.name))
    lines += [f"besides, {fault}" for fault in found.faults]
    lines += found.remarks
    if ours:
        theirs = found.subject.theirs
        lines += [
            "",
            *in_columns(theirs.source, ours, f"{theirs.file}:{theirs.name}", "refactor-grad"),
        ]
    return "".join(f"{line}\n" for line in lines)


def heading(found: Examined) -> str:
    """Return the line that names the judged code and the function."""
    subject = found.subject
    names = f"{subject.theirs.file}:{subject.theirs.name}"
    return f"{names} returns {found.written.shown}; {subject.target.name} at {tried(found)}:"


def tried(found: Examined) -> str:
    """Return at how many samples the code was tried."""
    count = len(found.trials)
    return f"{count} samples" if count > 1 else "1 sample"


def lines_on(finding: Finding, change: ChangedTerm | None) -> Iterator[str]:
    """Yield the lines on one input, or on the value."""
    name = finding.name or "value"
    if finding.right:
        yield f"{name}: right, with a relative error below {rounded_bound(finding.error):.0e}"
        if finding.remark:
            yield f"    but, like ours, {finding.remark}"
        return
    assert finding.point is not None
    words = finding.cause.words
    if finding.name == "":
        words = words.replace("the gradient", "the value")
    if change and finding.cause.clarity is Clarity.PLACE:
        words = f"{words}; {change.words}"
    elif change:
        words = change.words
    yield f"{name}: wrong: {words}"
    if change:
        yield f"    {change.place}: {change.text}"
    yield f"    {worst_place(finding, finding.point)}"


def rounded_bound(error: float) -> float:
    """Return a bound of an error that is the same on all machines."""
    return next((limit for limit in BOUNDS if error < limit), error)


def worst_place(finding: Finding, point: Point) -> str:
    """Return the place that is farthest off, both values there, and the error."""
    name = gradient_of(finding.name)
    where = f" (at {sizes_and_numbers(point)})" if sizes_and_numbers(point) else ""
    if point.raised:
        return f"{name}: {point.raised}{where}"
    if not point.shaped:
        return f"the shape of {name} is {point.got.shape}, not {point.want.shape}{where}"
    index = point.worst
    entry = f"[{', '.join(map(str, index))}]" if index else ""
    source = "differences give" if finding.name else "the function gives"
    return (
        f"{name}{entry} is {short_number(point.got[index])} where {source} "
        f"{short_number(point.want[index])}: a relative error of {relative(point, index)}{where}"
    )


def gradient_of(name: str) -> str:
    """Return what the gradient of an input is called; the value has its own name."""
    if not name:
        return "value"
    return f"d{name}" if len(name) == 1 else f"d_{name}"


def sizes_and_numbers(point: Point) -> str:
    """Return the sizes, and the arguments that are single numbers if there are few."""
    numbers = {
        name: value
        for name, value in point.arguments.items()
        if isinstance(value, float) and f"{name}=" not in point.where
    }
    said = ", ".join(f"{name}={short_number(value)}" for name, value in numbers.items())
    return ", ".join(filter(None, (point.where, said if len(numbers) <= 4 else "")))


def short_number(value: object) -> str:
    """Return a number with a few digits."""
    return f"{float(value):.{WIDE}g}"  # type: ignore[arg-type]


def relative(point: Point, index: tuple[int, ...]) -> str:
    """Return the relative error of an entry."""
    got, want = float(point.got[index]), float(point.want[index])
    if not np.isfinite(got):
        return "infinity"
    return f"{abs(got - want) / abs(want):.1e}" if want else "infinity"
