"""The parent: starts the children, keeps the time, and passes on only what was judged right."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import Any

from refactorer.draft import Draft, Note, Verified, fingerprint
from refactorer.errors import Defect, RefactorError, Refused, Unjudged
from refactorer.processes.errands import Errands, Report
from refactorer.request import FRAMEWORKS, Request


def run(request: Request, report: Report, *, verbose: bool = False) -> Verified:
    """Return the verified text for a request, and report each step and note as it comes.

    What the user's code prints goes to stderr if `verbose`, else nowhere. Raises Refused, Usage or
    Defect.
    """
    return printed(Errands(request, report, time.monotonic() + request.timeout, verbose))


def printed(errands: Errands) -> Verified:
    """Return the text that the worker writes, once the judge has passed it."""
    request = errands.request
    draft = Draft.from_json(errands.run("refactorer.processes.worker", request.as_json()))
    verdict = json.loads(errands.run("refactorer.processes.judge", draft.as_json()))
    if not verdict["right"]:
        raise Refused(
            f"the code for {draft.name} could not be verified: {verdict['reason']}",
            "--steps shows the way to it, and --shape and --at say for what it is written",
            code="unverified",
        )
    if verdict["fingerprint"] != fingerprint(draft.text, draft.test):
        raise Defect("the judge was asked about another text")
    return Verified(
        draft.text,
        draft.printed,
        verdict["error"],
        draft.block,
        draft.lines,
        draft.source,
        draft.test,
        cost_of(errands, draft) if request.costs and request.style not in FRAMEWORKS else {},
    )


def cost_of(errands: Errands, draft: Draft) -> dict[str, Any]:
    """Return what a draft costs; where that cannot be measured, it is told, and nothing more."""
    line = json.dumps({"draft": draft.as_json(), "raw": errands.raw})
    try:
        found: dict[str, Any] = json.loads(errands.run("refactorer.processes.measurer", line))
    except Refused as refused:
        errands.report(Note(f"what it costs could not be measured: {refused.reason}", detail=True))
        return {}
    return found


@dataclass(frozen=True)
class Examined:
    """The report on hand-written code, and whether that is right."""

    report: str
    right: bool


def examine(request: Request, report: Report, *, verbose: bool = False) -> Examined:
    """Return what is found of the hand-written code that a request names; Unjudged if nothing is.

    Ours is written where it is to be shown, or may tell more of what is wrong.
    """
    errands = Errands(request, report, time.monotonic() + request.timeout, verbose)
    found = examined(errands)
    if found["asks"]:
        wanted = replace(request, style=found["style"], wrt=tuple(found["wrt"]))
        try:
            ours = printed(replace(errands, request=wanted, report=lambda _: None))
        except RefactorError as error:
            report(Note(f"without a comparison with ours, for there is none: {error}"))
        else:
            found = examined(errands, ours.text)
    return Examined(found["report"], found["right"])


def examined(errands: Errands, ours: str = "") -> dict[str, Any]:
    """Return the examiner's findings; raise Unjudged if it has none."""
    line = json.dumps({"request": errands.request.as_json(), "ours": ours})
    try:
        found: dict[str, Any] = json.loads(errands.run("refactorer.processes.examiner", line))
    except Refused as refused:
        raise Unjudged(refused.reason, refused.hint, refused.place, code=refused.code) from None
    return found
