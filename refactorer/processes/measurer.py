"""The child that measures what a draft costs; it runs tangent's text, too."""

from __future__ import annotations

import json

from refactorer.draft import Draft
from refactorer.execution.evaluation import quiet
from refactorer.measuring.costs import costs
from refactorer.processes.channel import Say, serve


def work(line: str, _: Say) -> str:
    """Return what a draft costs, as JSON."""
    asked = json.loads(line)
    with quiet():
        return json.dumps(costs(Draft.from_json(asked["draft"]), asked["raw"]))


def main() -> None:
    """Serve one draft."""
    serve(work)
