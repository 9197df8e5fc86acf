"""Faults of hand-written code that no single result shows: changed arguments, stale callbacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from refactorer.against.hand_written.forms import GRADIENT
from refactorer.against.hand_written.written import Written, numbers
from refactorer.against.trials import Trial
from refactorer.execution.evaluation import Floats, copied
from refactorer.judging.contract import matched, same, scaled
from refactorer.judging.sample import Sample

OTHER = -0.5  # a second cotangent is this multiple of the first


def faults(written: Written, trials: Sequence[Trial]) -> Iterator[str]:
    """Yield what is wrong about calls of the code, beside the numbers that it returns."""
    fine = [trial.sample for trial in trials if not trial.sample.saturated and ran(trial)]
    if not fine:
        return
    yield from changes(written, fine[0])
    if written.form.seeded:
        yield from ignored(written, fine)
    if written.form.rest != GRADIENT:
        yield from later(written, fine)


def ran(trial: Trial) -> bool:
    """Tell whether the code returned gradients at a sample."""
    return not any(point.raised for point in trial.points.values())


def changes(written: Written, sample: Sample) -> Iterator[str]:
    """Yield which arguments are changed by the code itself or by its callback."""
    arguments = {name: copied(value) for name, value in sample.arguments.items()}
    cotangent = matched(sample.cotangent, sample.output)
    given = copied(cotangent)
    written.gradients(written.opened(arguments, given)[1], given)
    for name, value in sample.arguments.items():
        if not same(arguments[name], value):
            yield f"it changes its argument {name} in place"
    if not same(given, cotangent):
        yield "it changes the incoming gradient in place"


def ignored(written: Written, samples: Sequence[Sample]) -> Iterator[str]:
    """Yield the fault that the cotangent is not used."""
    pairs = []
    for sample in samples[:3]:
        cotangent = matched(sample.cotangent, sample.output)
        _, first = written.answer(sample.arguments, cotangent)
        _, second = written.answer(sample.arguments, scaled(cotangent, OTHER))
        pairs += [(numbers(first[name]), numbers(second[name])) for name in written.wrt]
    if all(close(one, other) for one, other in pairs) and any(one.any() for one, _ in pairs):
        yield "it does not use the incoming gradient"


def later(written: Written, samples: Sequence[Sample]) -> Iterator[str]:
    """Yield whether a callback gives something else later than at first."""
    sample = samples[0]
    cotangent = matched(sample.cotangent, sample.output)
    _, first = written.answer(sample.arguments, cotangent)
    _, rest = written.opened(copies(sample.arguments), cotangent)
    written.gradients(rest, copied(cotangent))
    if differ(written.gradients(rest, copied(cotangent)), first):
        yield "its callback gives something else when it is called again"
        return
    _, rest = written.opened(copies(sample.arguments), cotangent)
    for other in samples[1:2]:
        written.opened(copies(other.arguments), copied(other.cotangent))
    try:
        found = written.gradients(rest, copied(cotangent))
    except Exception:  # theirs: what it reads by now is of other shapes
        found = {}
    if differ(found, first):
        yield "its callback reads what a later call overwrites, such as a global"


def copies(arguments: Mapping[str, object]) -> dict[str, object]:
    """Return copies of arguments."""
    return {name: copied(value) for name, value in arguments.items()}


def differ(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Tell whether gradients are not the same."""
    return one.keys() != other.keys() or not all(
        close(numbers(one[name]), numbers(other[name])) for name in one
    )


def close(one: Floats, other: Floats) -> bool:
    """Tell whether two gradients are alike but for rounding."""
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-6, equal_nan=True)
