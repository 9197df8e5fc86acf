"""Examines hand-written code: from a request to the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from refactorer.against.behaviour import faults
from refactorer.against.diagnosis.causes import Clarity, raising
from refactorer.against.findings import Finding, findings, forgiven, fragilities
from refactorer.against.hand_written.written import Written
from refactorer.against.scope import Scope
from refactorer.against.subject import Subject
from refactorer.against.trials import Trial, trials
from refactorer.arguments.fitting import has_scalar
from refactorer.arguments.plans import Input, Plan
from refactorer.errors import Unjudged
from refactorer.execution.evaluation import quiet
from refactorer.request import Request

OTHER_PLANS = 4


@dataclass(frozen=True)
class Examined:
    """What was found of hand-written code, and what it took to find it."""

    subject: Subject
    written: Written
    chosen: Plan
    trials: Sequence[Trial]
    findings: Sequence[Finding]
    faults: Sequence[str]
    remarks: Sequence[str] = ()

    @property
    def right(self) -> bool:
        """Whether nothing was found to be wrong."""
        return not self.faults and all(finding.right for finding in self.findings)


def examined(request: Request) -> Examined:
    """Return what is found of hand-written code; Unjudged where nothing can be."""
    subject = Subject.of(request)
    written, chosen = subject.opened()
    own, seed = subject.own, request.seed
    found = trials(own, written, chosen, seed)
    if not found:
        raise Unjudged("the function runs at none of the inputs that were drawn")
    raises = raising([trial.points[written.wrt[0]] for trial in found])
    with quiet():
        wrong = (*filter(None, [raises]), *faults(written, found))
    first = findings(own, written, chosen, found, seed)
    if "does not use" in "".join(wrong):
        ignoring = written.ignoring()
        found = trials(own, ignoring, chosen, seed)
        first = findings(own, ignoring, chosen, found, seed)
    examined = Examined(subject, written, chosen, found, first, wrong)
    return replace(examined, remarks=() if examined.right else tuple(right_elsewhere(examined)))


def right_elsewhere(found: Examined) -> Iterator[str]:
    """Yield the other arguments for which the code is right, if they may be meant."""
    wrong = [one for one in found.findings if not one.right]
    if all(one.cause.clarity is Clarity.FRAGILE for one in wrong):
        return
    subject, chosen = found.subject, found.chosen
    others = [p for p in subject.plans(found.written.wrt) if p != chosen and not has_scalar(p)]
    for other in others[:OTHER_PLANS]:
        if is_right(subject.own, found.written, other, subject.request.seed):
            yield f"it is right for {other.assumption.removeprefix('assumed ')}"
    yield from at_shares(found)
    square = [entry.name for entry in chosen.inputs if is_square(entry)]
    if square and is_right(subject.own, found.written, symmetric(chosen), subject.request.seed):
        yield f"it is right where {' and '.join(square)} is symmetric"


def at_shares(found: Examined) -> Iterator[str]:
    """Yield the findings at rows that sum to one, as labels do, if they are the only clear ones."""
    written, own, seed = found.written, found.subject.own, found.subject.request.seed
    unclear = {f.name for f in found.findings if not f.right and f.cause.clarity is Clarity.NONE}
    for entry in found.chosen.inputs:
        if unclear and entry.shape and entry.kind == "normal" and entry.name not in written.wrt:
            inputs = [
                replace(e, kind="simplex" if e is entry else e.kind) for e in found.chosen.inputs
            ]
            other = replace(found.chosen, inputs=tuple(inputs))
            where = f"where the rows of {entry.name} sum to 1"
            for one in findings(own, written, other, trials(own, written, other, seed), seed):
                if one.name in unclear and one.right:
                    yield f"{where}, {one.name} is right"
                elif one.name in unclear and one.cause.clarity is Clarity.CLEAR:
                    yield f"{where}, of {one.name} {one.cause.words}"


def is_right(own: Scope, written: Written, chosen: Plan, seed: int) -> bool:
    """Tell whether gradients are right at the samples of a plan."""
    found = trials(own, written, chosen, seed)
    points = [point for trial in found for point in trial.points.values()]
    return bool(points) and all(point.right or point.edge for point in points)


def is_square(entry: Input) -> bool:
    """Tell whether an input is a matrix as long as it is wide."""
    return len(entry.shape) == 2 and len(set(entry.shape)) == 1 and entry.kind == "normal"


def symmetric(chosen: Plan) -> Plan:
    """Return the plan with symmetric matrices for square ones."""
    inputs = (replace(e, kind="spd") if is_square(e) else e for e in chosen.inputs)
    return replace(chosen, inputs=tuple(inputs))


def without_shared_faults(found: Examined, ours: Written) -> Examined:
    """Return what was found, in which values that break our code, too, are no fault of theirs."""
    if not any(one.cause.clarity is Clarity.FRAGILE for one in found.findings):
        return found
    subject = found.subject
    mine = fragilities(subject.own, ours, found.chosen, subject.request.seed)
    return replace(found, findings=[forgiven(one, mine.get(one.name)) for one in found.findings])
