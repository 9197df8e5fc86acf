"""Hand-written code at the samples of the user's function: a point for each input at each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from refactorer.against.hand_written.written import Written, numbers
from refactorer.against.points import SEED, Point
from refactorer.against.scope import Scope
from refactorer.arguments.plans import Plan, typed
from refactorer.execution.evaluation import Arguments, floats, fresh, quiet
from refactorer.judging.cases import Case, cases
from refactorer.judging.comparison import SATURATED, Tolerance, allowance
from refactorer.judging.contract import matched, narrow_tolerance
from refactorer.judging.differences import Effort
from refactorer.judging.sample import Sample
from refactorer.judging.sampling import Probe, compared

BY_HAND = Tolerance(1e-7, 1e-13, 1e-12)  # a hand may write eight digits of a constant
EVERY_ENTRY = Effort(40, 150, 300, draws=3)
VALUE = ""  # the name of the value among the inputs


@dataclass(frozen=True)
class Trial:
    """A case of the plan, the sample drawn for it, and a point for each input and the value."""

    case: Case
    sample: Sample
    points: Mapping[str, Point]


def trials(own: Scope, written: Written, plan: Plan, seed: int) -> list[Trial]:
    """Return what code does at the cases of a plan at which the user's function runs."""
    probe = Probe(own.function, written.wrt, seed, not written.form.seeded, EVERY_ENTRY)
    with quiet():
        drawn = [(case, probe.drawn(case)) for case in fitting(written, plan)]
        pairs = [(case, sample) for case, sample in drawn if isinstance(sample, Sample)]
        samples = compared([sample for _, sample in pairs])
        return [
            Trial(case, sample, dict(points(own, written, case, sample)))
            for (case, _), sample in zip(pairs, samples, strict=True)
        ]


def fitting(written: Written, plan: Plan) -> Iterator[Case]:
    """Yield the cases of a plan in which nothing changes that the code does not take."""
    for case in cases([plan], written.wrt):
        if all(written.call.takes(name) for name in case.changes):
            yield case


def points(
    own: Scope,
    written: Written,
    case: Case,
    sample: Sample,
    tolerance: Tolerance = BY_HAND,
    narrow: Arguments | None = None,
) -> Iterator[tuple[str, Point]]:
    """Yield the points of a sample by the names of the inputs, and that of the value.

    `narrow` holds the arguments in float32, if that is what is tried.
    """
    tolerance = SATURATED if sample.saturated else tolerance
    blank = about(own, written, case, sample)
    output = sample.output if narrow is None else fresh(own.function)(narrow)
    cotangent = matched(sample.cotangent, output)
    wanted = {name: measured_point(blank, sample, name, tolerance) for name in written.wrt}
    try:
        value, gradients = written.answer(narrow or sample.arguments, cotangent)
        got = {name: numbers(gradient) for name, gradient in gradients.items()}
    except Exception as error:  # whatever the code raises is its verdict
        said = f"{type(error).__name__}: {error}".removesuffix(": ")
        for name, point in wanted.items():
            yield name, replace(point, raised=said)
        return
    if written.has_value:
        yield VALUE, value_point(blank, value, output, tolerance)
    for name, point in wanted.items():
        yield name, replace(point, got=got[name])


def about(own: Scope, written: Written, case: Case, sample: Sample) -> Point:
    """Return a point that holds what all points of a sample have in common."""
    named = own.at(sample.arguments)
    seed = sample.cotangent if isinstance(sample.cotangent, float) else None
    if isinstance(sample.cotangent, float | np.ndarray) and written.form.seeded:
        named[SEED] = np.asarray(sample.cotangent, dtype=float)
    return Point(
        where=sample.where,
        sizes=case.sizes,
        changes=case.changes,
        edge=sample.edge,
        scope=named,
        arguments=sample.arguments,
        others=dict(zip(sample.wrt, sample.gradients, strict=True)),
        seed=seed,
    )


def measured_point(blank: Point, sample: Sample, name: str, tolerance: Tolerance) -> Point:
    """Return the point of an input: what is measured, and how far off a gradient may be."""
    place = sample.wrt.index(name)
    error = sample.errors[place] + tolerance.usual * sample.usual[place]
    known = np.isfinite(error)
    want = np.where(known, sample.gradients[place], np.nan)
    allowed = np.full(want.shape, np.inf)
    if known.any():
        allowed[known] = allowance(want[known], tolerance.relative, tolerance.least)
        allowed[known] += 2 * float(error[known].max())
    return replace(blank, name=name, want=want, allowed=allowed)


def value_point(blank: Point, value: object, output: object, tolerance: Tolerance) -> Point:
    """Return the point of the value, its numbers in one vector if it has several parts."""
    several = isinstance(output, tuple | list)
    want = floats(output) if several else np.asarray(output, dtype=float)
    point = replace(blank, want=want, allowed=allowance(want, tolerance.relative))
    try:
        return replace(point, got=floats(value) if several else numbers(value))
    except (TypeError, ValueError) as error:
        return replace(point, raised=str(error))


def narrowed(own: Scope, written: Written, trial: Trial) -> dict[str, Point]:
    """Return the points of a trial in float32; nothing where the function does not take that."""
    sample = trial.sample
    narrow = {name: typed(value, "float32") for name, value in sample.arguments.items()}
    if sample.edge or all(narrow[name] is value for name, value in sample.arguments.items()):
        return {}
    with quiet():
        try:
            output = fresh(own.function)(narrow)
        except Exception:  # the user's own: it does not take float32
            return {}
        mine, theirs = floats(output), floats(sample.output)
        if mine.shape != theirs.shape or not np.isfinite(mine).all():
            return {}
        tolerance = narrow_tolerance(mine, theirs)
        return dict(points(own, written, trial.case, sample, tolerance, narrow))
