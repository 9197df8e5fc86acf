"""What --json writes: one object, whose form stays as REFERENCE.md tells it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from refactorer.command.batch import Outcome
from refactorer.draft import Note, Step
from refactorer.reading.source_file import SourceFile

VERSION = 1  # is raised where a field changes its meaning or goes; new fields may come


def as_json(outcomes: Iterable[Outcome]) -> str:
    """Return the text of the object."""
    report = {"version": VERSION, "results": [*map(result, outcomes)]}
    return json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def result(outcome: Outcome) -> Mapping[str, Any]:
    """Return the object for one function."""
    verified, change = outcome.verified, outcome.change
    return {
        "target": outcome.target,
        "state": outcome.state,
        "name": verified.name if verified else None,
        "code": (verified.block or verified.text) if verified else None,
        "function": span(*verified.lines) if verified else None,
        "verdict": {"right": True, "error": json_number(verified.error)} if verified else None,
        "edit": edit(change.before, change.after) if change else None,
        "notes": [event.text for event in outcome.told if isinstance(event, Note)],
        "steps": [step(event) for event in outcome.told if isinstance(event, Step)],
        "problem": outcome.error.to_dict() if outcome.error else None,
    }


def step(told: Step) -> Mapping[str, Any]:
    """Return the object for one step."""
    return {
        "rule": told.rule,
        "why": told.why,
        "before": told.diff_from,
        "after": told.diff_to,
        "right": told.right,
        "error": json_number(told.error),
        "reason": told.reason,
    }


def json_number(error: float) -> float | None:
    """Return an error that JSON can hold; None where it is not finite."""
    return error if math.isfinite(error) else None


def span(first: int, last: int) -> Mapping[str, Any]:
    """Return the span of whole lines: from the start of one to the start of that behind another."""
    return {"start": {"line": first, "column": 1}, "end": {"line": last + 1, "column": 1}}


def edit(before: SourceFile, after: SourceFile) -> Mapping[str, Any] | None:
    """Return the change of a file: the lines that go, and the text that comes, with its ends."""
    if before == after:
        return None
    old, new = before.lines, after.lines
    same = (one == other for one, other in zip(old, new, strict=False))
    head = next((k for k, equal in enumerate(same) if not equal), min(len(old), len(new)))
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    text = "".join(new[head : len(new) - tail])
    return {"span": span(head + 1, len(old) - tail), "text": text}
