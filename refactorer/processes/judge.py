"""The second child: judges a draft as it will be printed, with no tangent in the process."""

from __future__ import annotations

import json
from dataclasses import asdict

from refactorer.draft import Draft, Note, fingerprint
from refactorer.judging.fragility.weaknesses import weaknesses
from refactorer.judging.verify import judge_draft
from refactorer.processes.channel import Say, serve


def work(line: str, say: Say) -> str:
    """Return the verdict on a draft, with the fingerprint of the judged text, both as JSON."""
    draft = Draft.from_json(line)
    verdict = judge_draft(draft)
    for note in verdict.notes:
        say({"note": asdict(Note(note, detail=True))})
    for weakness in weaknesses(draft) if verdict.right else ():
        say({"note": asdict(weakness)})
    return json.dumps({**asdict(verdict), "fingerprint": fingerprint(draft.text, draft.test)})


def main() -> None:
    """Serve one draft."""
    serve(work)
