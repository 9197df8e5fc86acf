"""The steps as HTML: one article for each, and a bar as high as it leaves operations."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from html import escape

from refactorer.draft import Step
from refactorer.html.markup import marked_up
from refactorer.html.operations import left, operations

MOST_NUMBERS = 16  # for which there is room in the bars


def bars(steps: Sequence[Step]) -> Iterator[str]:
    """Yield a bar for each step, as high as it leaves operations."""
    counts = [operations(left(step)) for step in steps]
    is_wide = len(steps) <= MOST_NUMBERS
    for k, (step, count) in enumerate(zip(steps, counts, strict=True)):
        label = escape(f"{k + 1}. {step.rule}: {count} operations")
        height = round(100 * count / max(*counts, 1))
        undone = "" if step.right else " undone"
        yield (
            f'<button class="bar{undone}" data-step="{k}" title="{label}" aria-label="{label}">'
            f'<i style="height:{height}%">{count if is_wide else ""}</i></button>'
        )


def shown(step: Step, number: int) -> str:
    """Return one step: its rule, why it is right, the change, and the measured error."""
    measured = (
        f"the largest relative error is {step.error:.1e}" if step.right else escape(step.reason)
    )
    verdict = "right" if step.right else "undone"
    return (
        f'<article class="step" id="step{number + 1}"><h3><small>{number + 1}</small> '
        f"{escape(spaced(step.rule))}</h3><p>{escape(step.why)}</p>"
        f'<pre class="diff">{"".join(difference(step))}</pre>'
        f'<p class="{verdict}"><b>{verdict}</b> {measured} · '
        f"{operations(left(step))} operations</p></article>"
    )


def spaced(rule: str) -> str:
    """Return the name of a rule in words: DropAliases is "Drop aliases"."""
    return "".join(f" {c.lower()}" if c.isupper() and k else c for k, c in enumerate(rule))


def difference(step: Step) -> Iterator[str]:
    """Yield the lines of a step's text, what goes and what comes marked; far from these, none."""
    before, after = step.diff_from, step.diff_to
    old, new = marked_up(before), marked_up(after)
    if not before:
        yield from (f'<span class="same">  {line}\n</span>' for line in new)
        return
    matcher = difflib.SequenceMatcher(None, before.split("\n"), after.split("\n"))
    for k, group in enumerate(matcher.get_grouped_opcodes()):
        yield '<span class="far">⋯\n</span>' if k else ""
        for tag, first, last, start, end in group:
            if tag == "equal":
                yield from (f'<span class="same">  {line}\n</span>' for line in old[first:last])
            else:
                yield from (f"<del>− {line}\n</del>" for line in old[first:last])
                yield from (f"<ins>+ {line}\n</ins>" for line in new[start:end])
