"""What the reverse of a loop reads of a turn, as it is decided name by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from refactorer.flow.loops.rerun import RerunLine
from refactorer.syntax.dataflow import bound
from refactorer.syntax.suites import Statement, line


@dataclass
class Kept:
    """How the reverse gets at the values of a turn, decided for one name after the other."""

    body: list[Statement]  # of the loop, as it stands in the function
    heads: list[tuple[str, str]]  # names of the reverse, with what they run over
    again: list[RerunLine]  # lines of the loop that the reverse runs again
    before: list[Statement] = field(default_factory=list)  # lines of the function above the loop
    ends: list[Statement] = field(default_factory=list)  # lines at the end of each turn of the loop
    names: dict[str, str] = field(default_factory=dict)  # names of the reverse, by the function's
    appended: list[str] = field(default_factory=list)  # names that are kept at the end of a turn
    lists: list[str] = field(default_factory=list)  # lists that hold one value of each turn
    first: list[Statement] = field(default_factory=list)  # lines above the reverse
    last: list[Statement] = field(default_factory=list)  # lines at the end of each of its turns

    def start(self, list_name: str, text: str = "") -> None:
        """Start a list before the loop."""
        self.lists += [] if text else [list_name]
        self.before.append(line(f"{list_name} = [{text}]"))

    def place(self, name: str) -> int:
        """Return where a name is set in the body."""
        return next(k for k, s in enumerate(self.body) if bound(s) == name)
