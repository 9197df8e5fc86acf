"""Programs that nobody has written, printed and judged as the command does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from random_programs import drawn

from refactorer.draft import Note, Step
from refactorer.pipeline import refactor
from refactorer.request import Request
from refactorer.verify import judge

SEEDS = range(15)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_program_is_printed_and_right(seed: int, tmp_path: Path) -> None:
    program, said = drawn(seed), list[Step | Note]()
    file = tmp_path / "program.py"
    file.write_text(program.text)
    draft = refactor(Request(str(file), "f", ("all",), program.shapes), said.append)
    ruling = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert ruling.right, ruling.reason
    assert all(step.right for step in said if isinstance(step, Step))
