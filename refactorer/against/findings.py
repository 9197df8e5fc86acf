"""Whether the gradient of each input is right, or how it is wrong and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from refactorer.against.diagnosis.causes import Cause, Clarity, cause
from refactorer.against.diagnosis.fragile import Broken, FragileValues
from refactorer.against.hand_written.written import Written
from refactorer.against.points import Point
from refactorer.against.scope import Scope
from refactorer.against.trials import VALUE, Trial, narrowed
from refactorer.arguments.plans import Plan
from refactorer.errors import Unjudged

NO_CAUSE = Cause("")


@dataclass(frozen=True)
class Finding:
    """Whether the gradient of an input is right, or else how it is wrong and where most.

    `name` is empty for the value; `error` is the largest relative error. A `remark` says where even
    ours is wrong.
    """

    name: str
    right: bool
    error: float
    cause: Cause = NO_CAUSE
    point: Point | None = None
    remark: str = ""


def findings(
    own: Scope, written: Written, chosen: Plan, found: Sequence[Trial], seed: int
) -> list[Finding]:
    """Return a finding for the value, if there is one, and for each input."""
    names = [VALUE, *written.wrt] if written.has_value else [*written.wrt]
    plain = [finding(name, found, written.call.name) for name in names]
    if not all(one.right for one in plain if one.name):
        return plain
    narrow = [narrowed(own, written, trial) for trial in found]
    plain = [in_float32(one, [p[one.name] for p in narrow if one.name in p]) for one in plain]
    fragile = fragilities(own, written, chosen, seed)
    return [at_fragile(one, fragile.get(one.name)) for one in plain]


def fragilities(own: Scope, written: Written, chosen: Plan, seed: int) -> dict[str, Broken]:
    """Return the first kind of values at which the gradient of each input breaks, if one does."""
    found = [*FragileValues(own, written, chosen).broken(seed)]
    return {one.point.name: one for one in reversed(found)}


def at_fragile(plain: Finding, found: Broken | None) -> Finding:
    """Return the finding, wrong if the gradient breaks at fragile values."""
    if not plain.right or found is None:
        return plain
    cause = Cause(found.words, Clarity.FRAGILE)
    return Finding(plain.name, False, plain.error, cause, found.point)


def forgiven(one: Finding, ours: Broken | None) -> Finding:
    """Return the finding, right if ours breaks at the same values."""
    if one.cause.clarity is not Clarity.FRAGILE or ours is None or ours.words != one.cause.words:
        return one
    return Finding(one.name, True, one.error, remark=one.cause.words)


def finding(name: str, found: Sequence[Trial], code: str) -> Finding:
    """Return whether the gradient of an input is right at all samples, and how it is wrong."""
    ran = [t for t in found if name in t.points and not t.points[name].raised]
    if not ran:
        raise Unjudged(
            f"`{code}` raises {found[0].points[name].raised}"
            if name
            else f"`{code}` raises an error"
        )
    points = [t.points[name] for t in ran if not excused(t, name)]
    if not any(point.known.any() for point in points):
        raise Unjudged(f"the gradient of {name} could not be measured: kinks everywhere")
    errors = [point.error for point in points]
    if all(point.right for point in points):
        return Finding(name, True, max(errors))
    worst = max((p for p in points if not p.right), key=severity)
    return Finding(name, False, worst.error, cause(points), worst)


def excused(trial: Trial, name: str) -> bool:
    """Tell whether a gradient says nothing: at an edge, none may be finite."""
    point = trial.points[name]
    return trial.sample.edge and not point.raised and not point.finite


def severity(point: Point) -> tuple[bool, bool, float]:
    """Return how well a point shows what is wrong: one that ran, of the right shape, far off."""
    return not point.raised, not point.edge, point.error if np.isfinite(point.error) else -1.0


def in_float32(plain: Finding, narrow: Sequence[Point]) -> Finding:
    """Return the finding, wrong if it is so in float32 alone."""
    wrong = [point for point in narrow if not point.right]
    if not plain.right or not wrong:
        return plain
    worst = max(wrong, key=severity)
    words = f"it is right in float64, wrong in float32: it raises {worst.raised}"
    if not worst.raised:
        words = f"it is right in float64, wrong only in float32: {digits(worst)}"
    return replace(plain, right=False, error=worst.error, cause=Cause(words), point=worst)


def digits(point: Point) -> str:
    """Return what happens in float32."""
    return "digits are lost" if point.finite else "it overflows"
