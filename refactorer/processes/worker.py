"""The first child: turns a request into a draft, and tells each step on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from refactorer.draft import Note, Step
from refactorer.pipeline.run import refactor
from refactorer.processes.channel import Say, serve
from refactorer.request import Request


def work(line: str, say: Say) -> str:
    """Return the draft for a request, both as JSON."""
    return refactor(Request.from_json(line), lambda event: say(message(event))).as_json()


def message(event: Step | Note) -> Mapping[str, Any]:
    """Return a step or a note as plain data."""
    return {"step" if isinstance(event, Step) else "note": asdict(event)}


def main() -> None:
    """Serve one request."""
    serve(work)
