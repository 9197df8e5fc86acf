"""The page itself: the texts, the steps and the figures, filled into the template."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from string import Template

from refactorer.draft import Step, Verified
from refactorer.html.costs import cost_section
from refactorer.html.drawing import drawing
from refactorer.html.graph import graph
from refactorer.html.markup import marked_up
from refactorer.html.mathematics import Mathematics, seed_of
from refactorer.html.operations import before_and_after
from refactorer.html.origins import Origins, Told, code_and_comments, counterparts
from refactorer.html.statements import definitions
from refactorer.html.steps import bars, shown

Links = Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class Document:
    """A verified function, the text of the user's file, and the steps and notes on the way."""

    target: str
    file: str
    verified: Verified
    steps: tuple[Step, ...]
    notes: tuple[str, ...]

    @cached_property
    def told(self) -> Told:
        """The code, and what its comments say."""
        return code_and_comments(self.verified.text)

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
        template = files("refactorer.html").joinpath("template.html").read_text("utf-8")
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
            mathematics=self.mathematics(),
            graph=self.picture(),
            prices=cost_section(self.verified.costs),
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

    def mathematics(self) -> str:
        """Return the equations of the forward lines, and those of the callbacks."""
        return Mathematics(
            {name: self.original(name) for name in self.pairs},
            definitions(self.told.code),
            self.steps,
        ).html

    def picture(self) -> str:
        """Return the graph of the function; of the code, where that gives names and it does not."""
        name = self.verified.name
        made = definitions(self.told.code)[name]
        own = graph(self.original(name), seed_of(made))
        if sum(bool(node.lines) for node in own) > 1:
            return drawing(own, "u")
        return drawing(graph(made, seed_of(made), is_paired=True), "r")


def gap() -> str:
    """Return the lines between two functions."""
    return '<span class="line">\n</span>' * 2


def row(key: str, number: int, line: str, links: frozenset[str] = frozenset()) -> str:
    """Return one line of a listing; what belongs to others can be reached by the keyboard."""
    ids = " ".join(sorted(links, key=lambda one: (one[0], int(one[1:]))))
    linked = f' data-from="{ids}" tabindex="0"' if ids else ""
    return f'<span class="line" id="{key}" data-n="{number}"{linked}>{line}\n</span>'
