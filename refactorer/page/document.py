"""The page itself: the texts, the steps and the figures, filled into the template."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from string import Template

from refactorer.draft import Step
from refactorer.page.markup import marked_up
from refactorer.page.operations import before_and_after, left, operations
from refactorer.page.origins import Origins, Told, counterparts, told
from refactorer.page.statements import definitions
from refactorer.processes.supervise import Verified

MOST_NUMBERS = 16  # for which there is room in the bars
Links = Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class Document:
    """A verified function, beside the text of the user's file, and what was told on the way."""

    target: str
    file: str
    verified: Verified
    steps: tuple[Step, ...]
    notes: tuple[str, ...]

    @cached_property
    def told(self) -> Told:
        """The code, and what its comments say."""
        return told(self.verified.text)

    @cached_property
    def pairs(self) -> dict[str, tuple[int, int]]:
        """The first and last line of the user's function, and of those that it calls, by name."""
        ours = definitions(self.told.code)
        kept = {name: d for name, d in definitions(self.file).items() if name in ours}
        found = {name: (d.lineno, d.end_lineno or d.lineno) for name, d in kept.items()}
        return found | {self.verified.name: self.verified.lines}

    def links(self) -> Links:
        """Return the lines that light up for each line of the code, by their ids."""
        found: dict[int, frozenset[str]] = {}
        for name, definition in definitions(self.told.code).items():
            beside: dict[int, set[int]] = {}
            if name in self.pairs:
                for one, other in counterparts(definition, self.original(name)):
                    beside.setdefault(one, set()).add(other)
            for line, origins in Origins(definition, self.told.remarks).of_lines().items():
                theirs = set[int]().union(*(beside.get(n, ()) for n in origins))
                found[line] = frozenset({f"r{n}" for n in origins} | {f"u{n}" for n in theirs})
            found |= {
                line: frozenset(f"u{n}" for n in others)
                for line, others in beside.items()
                if line not in found
            }
        return found

    def original(self, name: str) -> ast.FunctionDef | ast.ClassDef:
        """Return a function of the user's, its lines counted as in the file."""
        first, last = self.pairs[name]
        text = "\n".join(self.file.split("\n")[first - 1 : last])
        indent = len(text) - len(text.lstrip())
        under = "if True:\n" * bool(indent)
        tree = ast.parse(under + text)
        ast.increment_lineno(tree, first - 1 - bool(indent))
        return next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef))

    @property
    def html(self) -> str:
        """The page."""
        raw, ours = before_and_after(self.steps)
        template = files("refactorer.page").joinpath("template.html").read_text("utf-8")
        return Template(template).substitute(
            target=escape(self.target),
            name=escape(self.verified.name),
            error=f"{self.verified.error:.1e}",
            raw=raw,
            ours=ours,
            count=len(self.steps),
            notes="".join(f"<li>{escape(note)}</li>" for note in self.notes),
            original=self.left_side(),
            result=self.right_side(),
            bars="".join(bars(self.steps)),
            steps="".join(shown(step, k) for k, step in enumerate(self.steps)),
        )

    def left_side(self) -> str:
        """Return the user's functions, each line with its number in the file."""
        lines = marked_up(self.file)
        blocks = (range(first, last + 1) for first, last in sorted(self.pairs.values()))
        return gap().join("".join(row(f"u{n}", n, lines[n - 1]) for n in block) for block in blocks)

    def right_side(self) -> str:
        """Return the code, each line with what lights up for it."""
        links = self.links()
        lines = enumerate(marked_up(self.told.code), 1)
        return "".join(row(f"r{n}", n, line, links.get(n, frozenset())) for n, line in lines)


def gap() -> str:
    """Return the lines between two functions."""
    return '<span class="line">\n</span>' * 2


def row(key: str, number: int, line: str, links: frozenset[str] = frozenset()) -> str:
    """Return one line of a listing; what belongs to others can be reached by the keyboard."""
    ids = " ".join(sorted(links, key=lambda one: (one[0], int(one[1:]))))
    linked = f' data-from="{ids}" tabindex="0"' if ids else ""
    return f'<span class="line" id="{key}" data-n="{number}"{linked}>{line}\n</span>'


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
    """Return one step: its rule, why it is right, what it changes, and what was measured."""
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
