"""Judges gradients by finite differences of the user's function: each step, and the final text."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import numpy as np

from refactorer.arguments.plans import Plan
from refactorer.draft import Draft
from refactorer.execution.evaluation import Arguments, Function, copied, quiet
from refactorer.judging.comparison import (
    DOUBLE,
    Verdict,
    Wrong,
    expect_gradients,
    expect_output,
    unmeasured,
    up_to_rounding,
)
from refactorer.judging.contract import OUTPUT, glanced, trial
from refactorer.judging.differences import BRIEF
from refactorer.judging.directions import LONGEST, Direction
from refactorer.judging.emitted import Emitted, defined, expect_alone
from refactorer.judging.forced import forced, helpers_of
from refactorer.judging.rehearsal import rehearsed
from refactorer.judging.sample import Sample, Samples
from refactorer.judging.sampling import everywhere, glance, recorded, samples
from refactorer.request import NUMBERS, WITH_ONES, printed_name

__all__ = [
    "BRIEF",
    "OUTPUT",
    "Sample",
    "Samples",
    "Verdict",
    "as_finite",
    "check",
    "everywhere",
    "glance",
    "judge",
    "judge_at",
    "judge_draft",
    "recorded",
    "samples",
    "unmeasured",
    "with_ones",
]

Place = TypeVar("Place", Sample, Direction)
Pullback = Callable[[Mapping[str, object], object], tuple[object, Sequence[object]]]


def check(pullback: Pullback, samples: Samples | Sequence[Sample]) -> Verdict:
    """Judge a function of (arguments, cotangent) that returns (output, gradients).

    The gradients are in the order of the samples' `wrt`; an output of None is not compared.
    """

    def once(sample: Sample) -> float:
        def pulled(arguments: Arguments) -> tuple[object, Sequence[object]]:
            given = {name: copied(value) for name, value in arguments.items()}
            return pullback(given, copied(sample.cotangent))

        try:
            output, gradients = pulled(sample.arguments)
        except ZeroDivisionError:  # tangent counts by a quotient of sizes: an empty array has none
            if sample.edge:
                return float("nan")
            raise
        if output is not None:
            expect_output(output, sample.output, DOUBLE.relative)
        expected = partial(expect_gradients, gradients)
        if not sample.saturated:
            return expected(sample)
        return up_to_rounding(expected, sample, lambda arguments: pulled(arguments)[1])

    return verdict(once, tuple(samples))


def judge(
    text: str,
    module: str,
    name: str,
    style: str,
    wrt: Sequence[str],
    plans: Sequence[Plan | Mapping[str, Any]],
    seed: int,
    printed: str = "",
) -> Verdict:
    """Judge a text as it would be printed, executed in an empty namespace.

    `module` defines the user's function `name` with all that it reads. `plans` may be plain data.
    `printed` is the name that the text defines, if it is not the one that the style gives it.
    Raises Refused if the user's function changes its output from call to call.
    """
    ready = [plan if isinstance(plan, Plan) else Plan.from_json(plan) for plan in plans]
    ones = with_ones(style)
    return judge_at(
        text, module, name, style, wrt, lambda f: everywhere(f, ready, wrt, seed, ones), printed
    )


def judge_draft(draft: Draft) -> Verdict:
    """Judge a draft, and again with each of the conditions set that no input was found for."""
    given = (draft.name, draft.style, draft.wrt, draft.plans, draft.seed, draft.printed)
    verdict = as_finite(judge(draft.text, draft.module, *given), draft.finite)
    helpers = helpers_of(draft.module, draft.name)
    for sides in draft.sides if verdict.right else ():
        text, module = (forced(source, sides, helpers) for source in (draft.text, draft.module))
        found = judge(text, module, *given)
        if not found.right:
            where = " and ".join(f"`{condition}` is {holds}" for condition, holds, _ in sides)
            return replace(found, reason=f"where {where}, {found.reason}")
    return tested(draft, verdict) if draft.test and verdict.right else verdict


def as_finite(verdict: Verdict, finite: Sequence[str]) -> Verdict:
    """Return the verdict on a text that is to be finite at some sizes of one."""
    lost = [where for where in finite if not verdict.at_ones.get(where, True)]
    if not verdict.right or not lost:
        return verdict
    return replace(verdict, right=False, reason=f"the gradient is not finite (at {lost[0]})")


def tested(draft: Draft, verdict: Verdict) -> Verdict:
    """Return the verdict on a draft that is right, after its test."""
    for given, failure in rehearsed(draft.test, draft.text, draft.tested):
        if failure:
            return replace(verdict, right=False, reason=f"its test fails at {given}: {failure}")
    return verdict


def judge_at(
    text: str,
    module: str,
    name: str,
    style: str,
    wrt: Sequence[str],
    samples_of: Callable[[Function], Samples],
    printed: str = "",
) -> Verdict:
    """Judge a text at the samples of the user's function."""
    printed = printed or printed_name(name, style)
    try:
        function = defined(module, name)
        emitted = Emitted.read(text, printed, style, tuple(wrt), function)
        expect_alone(text, module)
    except Wrong as wrong:
        return Verdict(False, wrong.error, str(wrong))
    found = of_numbers(samples_of(function)) if style in NUMBERS else samples_of(function)
    ruling = verdict(lambda sample: trial(emitted, function, sample), found.samples)
    if ruling.right:
        ruling = along(emitted, found.directions, ruling)
    if not found.samples and found.skipped:
        ruling = replace(ruling, reason=f"{ruling.reason} ({found.skipped[0]})")
    return replace(ruling, notes=found.skipped)


def along(emitted: Emitted, directions: Sequence[Direction], ruling: Verdict) -> Verdict:
    """Return the ruling, or that the text is wrong along one of the directions, as time allows."""
    end = time.perf_counter() + LONGEST
    try:
        with quiet():
            for direction in directions:
                if time.perf_counter() < end:
                    located(partial(glanced, emitted), direction)
    except Wrong as wrong:
        return Verdict(False, wrong.error, str(wrong))
    return ruling


def of_numbers(found: Samples) -> Samples:
    """Return the samples at which the output is one number: some options may return an array."""
    kept = tuple(sample for sample in found if is_number(sample.output))
    others = (sample for sample in found if not is_number(sample.output))
    told = tuple(f"{sample.where}: what it returns is no number" for sample in others)
    ways = tuple(way for way in found.directions if is_number(way.output))
    skipped = found.skipped + told
    return replace(found, samples=kept, skipped=skipped, directions=ways) if kept else found


def is_number(output: object) -> bool:
    """Tell whether an output is one number."""
    return not isinstance(output, tuple | list) and not np.asarray(output).ndim


def with_ones(style: str) -> bool:
    """Tell whether a style takes no cotangent: the output is a number, and its cotangent one."""
    return style in WITH_ONES


def verdict(once: Callable[[Sample], float], samples: Sequence[Sample]) -> Verdict:
    """Return the verdict on all samples; `once` returns the error at one, NaN if there is none."""
    if reason := unverifiable(samples):
        return Verdict(False, np.inf, reason)
    try:
        with quiet():
            errors = np.array([located(once, sample) for sample in samples])
    except Wrong as wrong:
        return Verdict(False, wrong.error, str(wrong))
    unsafe = int(np.isnan(errors).sum())
    if unsafe == len(errors):
        return Verdict(False, np.inf, "the gradient is finite nowhere", unsafe)
    ones = [(s, e) for s, e in zip(samples, errors, strict=True) if s.first and not s.saturated]
    at_ones = {sample.where: bool(np.isfinite(error)) for sample, error in ones if sample.edge}
    return Verdict(True, float(np.nanmax(errors)), unsafe=unsafe, at_ones=at_ones)


def unverifiable(samples: Sequence[Sample]) -> str:
    """Return why samples verify nothing; empty if they do."""
    if not samples:
        return "nothing could be verified: the function runs at none of the inputs that were drawn"
    unknown = ", ".join(unmeasured(samples, samples[0].wrt))
    return f"the gradient of {unknown} could not be verified: kinks everywhere" if unknown else ""


def located(once: Callable[[Place], float], sample: Place) -> float:
    """Return the error at a sample; raise Wrong, with the sample's sizes and values."""
    place = f" (at {sample.where})" if sample.where else ""
    try:
        return once(sample)
    except Wrong as wrong:
        raise Wrong(f"{wrong}{place}", wrong.error) from wrong
    except Exception as error:  # whatever the code raises is its verdict
        raise Wrong(f"it raises {type(error).__name__}: {error}{place}") from error
