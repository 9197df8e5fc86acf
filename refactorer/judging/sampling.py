"""Draws arguments, and measures once what the user's function does: its output and gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from refactorer.arguments.plans import Plan, draw
from refactorer.errors import RefactorError, Refused
from refactorer.execution.evaluation import (
    Arguments,
    Function,
    cotangent,
    floats,
    fresh,
    leaves,
    quiet,
)
from refactorer.judging.cases import Case, brief, cases, numbered
from refactorer.judging.differences import BRIEF, THOROUGH, Effort, scale, vjp
from refactorer.judging.directions import directions
from refactorer.judging.sample import Sample, Samples

ENDS = "Leave out of --wrt what its loops end by"


def samples(
    function: Function,
    plans: Sequence[Plan],
    wrt: Sequence[str],
    seed: int,
    ones: bool = False,
    effort: Effort = THOROUGH,
) -> Samples:
    """Return samples at the plans' sizes and at other values of defaults.

    The first plan is sampled thoroughly, the others at fewer sizes. Cotangents are random, or one
    where `ones` is asked for. Sizes at which the function fails are left out. Raises Refused if the
    function's output changes from call to call.
    """
    return sampled(Probe(function, tuple(wrt), seed, ones, effort), cases(plans, wrt))


def everywhere(
    function: Function, plans: Sequence[Plan], wrt: Sequence[str], seed: int, ones: bool = False
) -> Samples:
    """Return samples, and slopes along directions at many more points of the first plan."""
    found = samples(function, plans, wrt, seed, ones)
    more = directions(function, plans[0], wrt, seed, ones) if found.samples else ()
    return replace(found, directions=tuple(more))


def glance(
    function: Function, plan: Plan, wrt: Sequence[str], seed: int, ones: bool = False
) -> Samples:
    """Return a few samples of a plan: enough to choose a text, which is judged fully afterwards."""
    return sampled(Probe(function, tuple(wrt), seed, ones, BRIEF), numbered(brief(plan)))


def sampled(probe: Probe, drawn: Iterable[Case]) -> Samples:
    """Return the samples of cases; those at which the function fails are left out."""
    found: list[Sample] = []
    skipped: list[str] = []
    with quiet():
        for case in drawn:
            sample = probe.drawn(case)
            if isinstance(sample, Sample):
                found.append(sample)
                skipped += kinked(sample)
            elif not case.optional:
                skipped.append(f"{case.at}: {sample}" if case.at else sample)
    return Samples(tuple(compared(found)), tuple(skipped))


def running(
    function: Function, rows: Sequence[Arguments], wrt: Sequence[str], seed: int
) -> Samples:
    """Return samples at those of the arguments at which the function runs."""
    found: list[Arguments] = []
    with quiet():
        for arguments in rows:
            with suppress(Exception):  # the user's own: it need not take every axis
                fresh(function)(arguments)
                found.append(arguments)
    return recorded(function, found, wrt, seed)


def recorded(
    function: Function, rows: Sequence[Arguments], wrt: Sequence[str], seed: int
) -> Samples:
    """Return samples at given arguments; those at which the output is not finite are left out.

    If it is finite at none, infinite outputs are kept: a helper may mask by -np.inf.
    """
    found: list[Sample] = []
    with quiet():
        outputs = [fresh(function)(arguments) for arguments in rows]
        finite = [bool(np.isfinite(floats(output)).all()) for output in outputs]
        wanted = finite if any(finite) else [not np.isnan(floats(o)).any() for o in outputs]
        for number, arguments in enumerate(rows):
            if wanted[number]:
                drawn = np.random.default_rng([seed, number])
                pair = arguments, outputs[number]
                found.append(measured(function, tuple(wrt), *pair, drawn, effort=BRIEF))
    return Samples(tuple(compared(found)))


def measured(
    function: Function,
    wrt: tuple[str, ...],
    arguments: Arguments,
    output: object,
    rng: np.random.Generator,
    ones: bool = False,
    effort: Effort = THOROUGH,
) -> Sample:
    """Return the sample at arguments, under a random cotangent or one of ones."""
    given = cotangent(output, rng, ones)
    try:
        slopes = vjp(function, arguments, wrt, given, effort)
    except TimeoutError as error:
        raise Refused(
            "the function does not end where an argument is changed a little", ENDS, code="endless"
        ) from error
    return Sample(
        where="",
        wrt=wrt,
        arguments=arguments,
        cotangent=given,
        output=output,
        gradients=tuple(slope.gradient for slope in slopes),
        errors=tuple(slope.error for slope in slopes),
        usual=tuple(scale(slope.gradient) for slope in slopes),
    )


def compared(found: Sequence[Sample]) -> Iterator[Sample]:
    """Yield samples with the size that their gradients usually have."""
    columns = zip(*(sample.usual for sample in found if not sample.saturated), strict=True)
    usual = tuple(usually(column) for column in columns)
    for sample in found:
        yield replace(sample, usual=usual or sample.usual)


def usually(sizes: Sequence[float]) -> float:
    """Return the median of the sizes that are not zero: a branch may leave many at zero.

    np.median is not used: what it imports would take as long as a tenth of the judge's work.
    """
    found = sorted(size for size in sizes if size > 0)
    middle = len(found) // 2
    return (found[middle] + found[~middle]) / 2 if found else 0.0


def kinked(sample: Sample) -> list[str]:
    """Return a line that tells of entries near a kink, if there are any."""
    some = f"{sample.kinks} of {sample.kinks + sample.measured} entries lie near a kink"
    return [f"{sample.where}: {some}" if sample.where else some] if sample.kinks else []


@dataclass(frozen=True)
class Probe:
    """A function, the inputs to differentiate with respect to, and how cotangents are drawn."""

    function: Function
    wrt: tuple[str, ...]
    seed: int
    ones: bool
    effort: Effort

    def drawn(self, case: Case) -> Sample | str:
        """Return the sample with the fewest kinks in a few draws, or why there is none."""
        best: Sample | None = None
        reason = ""
        draws = self.spent_on(case).draws
        for turn in range(draws):
            changes = case.changes if case.optional or turn < draws // 2 else {}
            sample = self.tried(case, changes, turn)
            if isinstance(sample, str):
                reason = reason or sample
            elif best is None or sample.kinks < best.kinks:
                best = sample
            if best and not best.kinks:
                break
        if best and best.kinks and case.is_wide:  # what else was measured there, may be by chance
            return "it turns too fast"
        return best or reason

    def spent_on(self, case: Case) -> Effort:
        """Return the effort for a case: less for plans that only show that shapes fit."""
        return self.effort if case.first else BRIEF

    def tried(self, case: Case, changes: Mapping[str, object], turn: int) -> Sample | str:
        """Return the sample of one draw, or why there is none."""
        rng = np.random.default_rng([self.seed, case.number, turn])
        try:
            sample = self.measured(case, changes, rng)
        except RefactorError as error:
            if case.first:
                raise
            return error.reason  # at other ranks, what NumPy reads may be no part of any array
        except Exception as error:  # the user's own, at these sizes or values
            return f"{type(error).__name__}: {error}".removesuffix(": ")
        if sample is None:
            return "the output is empty or not finite"
        return sample if sample.measured else "all entries lie near a kink"

    def measured(
        self, case: Case, changes: Mapping[str, object], rng: np.random.Generator
    ) -> Sample | None:
        """Return the sample at drawn arguments; None where the output is empty or not finite."""
        arguments = draw(case.plan, case.sizes, rng) | dict(changes)
        output = self.output(arguments)
        if all(map(is_empty, leaves(output))) or not np.isfinite(floats(output)).all():
            return None
        effort = self.spent_on(case)
        sample = measured(self.function, self.wrt, arguments, output, rng, self.ones, effort)
        return replace(
            sample,
            where=case.where(changes),
            edge=case.edge or 1 in case.sizes.values(),
            saturated=case.edge,
            first=case.first,
        )

    def output(self, arguments: Arguments) -> object:
        """Return the function's output; Refused if it is another one when called again."""
        call = fresh(self.function)
        output = call(arguments)
        first, second = floats(output), floats(call(arguments))
        if not np.array_equal(first, second, equal_nan=True):
            raise Refused(
                "the function's output changes from call to call",
                "Pass in what it draws or counts as an argument",
                code="changing-output",
            )
        return output


def is_empty(value: object) -> bool:
    """Tell whether a value is an array without entries."""
    return isinstance(value, np.ndarray) and not value.size
