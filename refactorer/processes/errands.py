"""One child's errand: its result, or the error that it ended with."""

from __future__ import annotations

import os
import re
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from refactorer.draft import Note, Step
from refactorer.errors import Defect, Place, RefactorError, Refused
from refactorer.processes.children import Child, started
from refactorer.request import Request

Report = Callable[[Step | Note], None]


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
