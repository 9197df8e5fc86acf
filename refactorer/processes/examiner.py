"""The child that examines hand-written code, with no tangent in the process."""

from __future__ import annotations

import json
from collections.abc import Sequence

from refactorer.against.diagnosis.causes import Clarity
from refactorer.against.examine import Examined, examined, without_shared_faults
from refactorer.against.findings import Finding
from refactorer.against.hand_written.written import ours
from refactorer.against.mutations.repairs import Repairs
from refactorer.against.mutations.terms import ChangedTerm, Ours, changes
from refactorer.against.report import report
from refactorer.draft import Note
from refactorer.execution.evaluation import quiet
from refactorer.judging.emitted import defined
from refactorer.processes.channel import Say, serve
from refactorer.request import Request


def work(line: str, say: Say) -> str:
    """Return the report on hand-written code, and whether it is right, as JSON.

    `ours` is our own text for the same inputs in the same style, empty before there is one; `asks`
    says whether it would tell more.
    """
    asked = json.loads(line)
    request, text = Request.from_json(asked["request"]), asked["ours"]
    with quiet():
        found = examined(request)
        found, told = compared(found, text) if text else (found, {})
    if not text and found.chosen.assumption:
        say({"note": vars(Note(found.chosen.assumption))})
    answer = {
        "report": report(found, told, text if request.diff else ""),
        "right": found.right,
        "asks": request.diff or any(asking(finding) for finding in found.findings),
        "wrt": found.written.wrt,
        "style": found.written.form.style,
    }
    return json.dumps(answer)


def asking(finding: Finding) -> bool:
    """Tell whether ours may tell more of how a gradient is wrong, or whether it is."""
    return bool(finding.name) and not finding.right and finding.cause.clarity is not Clarity.CLEAR


def compared(found: Examined, text: str) -> tuple[Examined, dict[str, ChangedTerm]]:
    """Return what the comparison with our own text tells."""
    written, subject = found.written, found.subject
    name = subject.target.name if written.form.style != "grad" else f"d_{subject.target.name}"
    own = subject.own.function
    found = without_shared_faults(found, ours(defined(text, name), name, own, written))
    names = [f.name for f in found.findings if asking(f) and f.cause.clarity is not Clarity.FRAGILE]
    target = subject.target
    form = written.form
    mine = Ours(text, target.name, form.style, written.wrt, target.module, form.seeded)
    unclear = {f.name for f in found.findings if f.cause.clarity in (Clarity.NONE, Clarity.PLACE)}
    slips = slipped(found, [name for name in names if name in unclear])
    rest = [name for name in names if name not in slips]
    return found, slips | changes(mine, own, rest, found.trials, unclear)


def slipped(found: Examined, names: Sequence[str]) -> dict[str, ChangedTerm]:
    """Return the slip of theirs that, mended, makes the gradient of an input right."""
    theirs = found.subject.theirs
    text = theirs.module, theirs.name, theirs.source
    slips = Repairs(*text, found.written, found.subject.own.function).telling(names, found.trials)
    lines = theirs.module.splitlines()
    place = f"`{theirs.name}`"
    return {
        n: ChangedTerm(one.words, place, lines[one.line - 1].strip()) for n, one in slips.items()
    }


def main() -> None:
    """Serve one examination."""
    serve(work)
