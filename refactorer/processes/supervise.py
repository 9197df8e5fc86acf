"""The parent: starts the children, keeps the time, and passes on only what was judged right."""

from __future__ import annotations

import json
import os
import re
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from refactorer.draft import Draft, Note, Step, Verified, fingerprint
from refactorer.errors import Defect, Place, RefactorError, Refused, Unjudged
from refactorer.processes.children import Child, started
from refactorer.request import FRAMEWORKS, Request

Report = Callable[[Step | Note], None]


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


@dataclass(frozen=True)
class Errands:
    """The children's errands for one request, under one clock, and what tangent wrote for it."""

    request: Request
    report: Report
    deadline: float
    verbose: bool
    written: list[str] = field(default_factory=list)

    @property
    def raw(self) -> str:
        """The text that tangent wrote, if it is a single one."""
        return self.written[0] if len(self.written) == 1 else ""

    def run(self, module: str, line: str) -> str:
        """Return the result of one child; raise what it failed with."""
        limits = [str(self.request.memory), str(self.request.timeout)]
        folders = [os.path.dirname(os.path.abspath(self.request.file)), os.getcwd()]
        with started(module, [*limits, *folders], verbose=self.verbose) as child:
            try:
                result = next(self.results(child, line), None)
            except TimeoutError:
                raise self.too_long() from None
            if result is None:
                raise self.ended(module, child)
            return result

    def results(self, child: Child, line: str) -> Iterator[str]:
        """Yield the result that a child sends for a line, taking the messages before it."""
        for message in child.hear(line, self.deadline):
            if "result" in message:
                yield str(message["result"])
            else:
                self.take(message)

    def take(self, message: Mapping[str, Any]) -> None:
        """Report a step or a note; raise an error."""
        match message:
            case {"step": step}:
                self.written.extend([] if step["diff_from"] else [step["diff_to"]])
                self.report(Step(**step))
            case {"note": note}:
                self.report(Note(**note))
            case {"error": error}:
                raise RefactorError.from_dict(error)
            case {"defect": reason, "traceback": trace}:
                raise defect(reason, trace)

    def ended(self, module: str, child: Child) -> RefactorError:
        """Return the error for a child that ended before its work did."""
        status = child.status()
        if status == -signal.SIGXCPU:
            return self.too_long()
        if status == -signal.SIGKILL:
            reason, hint = "was ended by the system", "It may have used too much memory"
        elif status is not None and status >= 0:
            reason, hint = f"ended with exit status {status}", LEAVE_OUT
        else:
            return self.crashed(module, child)
        return Refused(f"the process that runs `{self.request.name}` {reason}", hint, code="ended")

    def crashed(self, module: str, child: Child) -> RefactorError:
        """Return the error for a child that a signal ended: our defect, unless the function ran."""
        obituary = child.obituary()
        place = last_place(obituary, self.request.file)
        status = child.status()
        if status is None or (place is None and -status in CRASHES):
            return defect(f"{module} ended before its work did", obituary)
        reason = f"`{self.request.name}` ended the process that runs it, by a signal"
        return Refused(f"{reason}: {signal.strsignal(-status)}", LEAVE_OUT, place, code="ended")

    def too_long(self) -> Refused:
        """Return the error for a request whose time is over."""
        return Refused(
            f"{self.request.name} was not done after {self.request.timeout:g} s",
            "--timeout gives it longer",
            code="timeout",
        )


LEAVE_OUT = "Leave out what ends it"
CRASHES = (signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV)


def last_place(obituary: str, file: str) -> Place | None:
    """Return where in a file a process was when it crashed, if it was: Python then tells."""
    found = re.search(rf'^  File "{re.escape(file)}", line (\d+) in ', obituary, re.MULTILINE)
    return Place(file, int(found[1]), 1) if found else None


def defect(reason: str, log: str) -> Defect:
    """Keep a log of a failure of the tool itself, and return the error that names it."""
    said = f"refactor-grad itself failed: {reason}"
    try:
        descriptor, path = tempfile.mkstemp(prefix="refactor-grad-", suffix=".log", text=True)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(log)
    except OSError as error:
        return Defect(said, f"No log could be kept: {error.strerror or error}")
    return Defect(said, f"The log is in {path}")
