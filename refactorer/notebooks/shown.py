"""A result as a notebook shows it: the code, what was assumed, and the steps, folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from refactorer.draft import Step
from refactorer.html.markup import marked_up
from refactorer.html.steps import difference, spaced

# The colours are those of whatever notebook it is, or its own names for them; light and dark.
STYLE = """
.refactor-grad pre { margin: 0; padding: .5em 0; white-space: pre; overflow-x: auto;
  background: none; color: inherit; }
.refactor-grad .k { color: var(--jp-mirror-editor-keyword-color, #8031a7); font-weight: 600; }
.refactor-grad .s { color: var(--jp-mirror-editor-string-color, #2f7d45); }
.refactor-grad .n { color: var(--jp-mirror-editor-number-color, #b05400); }
.refactor-grad .c { color: var(--jp-mirror-editor-comment-color, #7a828c); font-style: italic; }
.refactor-grad .f { font-weight: 600; }
.refactor-grad del, .refactor-grad ins { text-decoration: none; display: block; }
.refactor-grad del { background: rgb(215 60 50 / .16); }
.refactor-grad ins { background: rgb(50 160 80 / .16); }
.refactor-grad .same, .refactor-grad .far { display: block; opacity: .75; }
.refactor-grad summary { cursor: pointer; }
.refactor-grad details details { margin: .4em 0 .4em 1.2em; }
.refactor-grad p { margin: .3em 0; }
"""


@dataclass(frozen=True)
class Shown:
    """A result as a notebook shows it; the code may stand elsewhere, and is empty then."""

    code: str
    steps: Sequence[Step]
    notes: Sequence[str]
    error: float

    @property
    def measured(self) -> str:
        """One line that tells what was measured."""
        return f"verified: the largest relative error is {self.error:.1e}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.code or "\n".join([*self.notes, self.measured]))

    def _repr_html_(self) -> str:
        code = "".join(f"{line}\n" for line in marked_up(self.code) if self.code)
        notes = "".join(f"<li>{escape(note)}</li>" for note in [*self.notes, self.measured])
        steps = "".join(step_of(step, k) for k, step in enumerate(self.steps, 1))
        return (
            f'<div class="refactor-grad"><style>{STYLE}</style>'
            f"{f'<pre>{code}</pre>' if code else ''}<ul>{notes}</ul>"
            f"<details><summary>{len(self.steps)} steps</summary>{steps}</details></div>"
        )


def step_of(step: Step, number: int) -> str:
    """Return a step to open: the rule, why it is right, what it changes, the error measured."""
    found = f"{step.error:.1e}" if step.right else f"undone: {escape(step.reason)}"
    return (
        f"<details><summary>{number}. {escape(spaced(step.rule))} ({found})</summary>"
        f"<p>{escape(step.why)}</p><pre>{''.join(difference(step))}</pre></details>"
    )
