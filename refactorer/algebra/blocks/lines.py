"""The statements of a block, as the algebra takes and gives them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from refactorer.algebra.once import cached_property


@dataclass(frozen=True)
class Line:
    """`name = text`, or a statement that changes the value of `name` in place.

    The value that such a statement puts there is `text`, between `head` and `tail`.
    """

    name: str
    text: str
    head: str = ""
    tail: str = ""

    @property
    def binds(self) -> bool:
        return not self.head

    @property
    def code(self) -> str:
        return f"{self.head or f'{self.name} = '}{self.text}{self.tail}"

    @cached_property
    def reads(self) -> Counter[str]:
        """The names that it reads; a change in place also reads what it changes."""
        return names_in(self.text if self.binds else self.code)


@lru_cache(1 << 12)
def names_in(text: str) -> Counter[str]:
    return Counter(n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name))


def in_order(lines: Iterable[Line]) -> list[Line]:
    """The lines, each after those that bind or change what it reads, else in the order given."""
    waiting, done = list(lines), list[Line]()
    while waiting:
        ready = next(i for i in range(len(waiting)) if is_ready(i, waiting))
        done.append(waiting.pop(ready))
    return done


def is_ready(i: int, waiting: Sequence[Line]) -> bool:
    """Whether no line that waits binds what the i-th reads, nor is to change it before."""
    line = waiting[i]
    if line.binds:
        return not any(o.name in line.reads for o in waiting if o.name != line.name)
    before = (o for k, o in enumerate(waiting) if o.binds or k < i)
    return not any(o.name in line.reads for o in before)


def grown(lines: Iterable[Line]) -> list[Line]:
    """The lines, each sum that grows from one to a later one whole in the last of these."""
    done = list[Line]()
    for line in lines:
        start = begun(line, done)
        done.append(line if start is None else continued(done.pop(start), line))
    return done


def continued(start: Line, line: Line) -> Line:
    """A line that adds to the sum of another one, with that sum in place of its name."""
    return replace(line, text=f"({start.text}){line.text.removeprefix(start.name)}")


def begun(line: Line, before: Sequence[Line]) -> int | None:
    """Where the sum begins that a line adds to, if what is there may be computed in that line."""
    if not line.binds or line.reads[line.name] != 1 or not adds_to(line.name, line.text):
        return None
    start = max((i for i, other in enumerate(before) if other.name == line.name), default=None)
    if start is None or not before[start].binds:
        return None
    between = before[start + 1 :]
    is_read = any(line.name in other.reads for other in between)
    is_changed = any(other.name in before[start].reads for other in between)
    return None if is_read or is_changed else start


def adds_to(name: str, text: str) -> bool:
    """Whether a text is a sum that begins with a name."""
    node = ast.parse(text, mode="eval").body
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        node = node.left
    return isinstance(node, ast.Name) and node.id == name and text != name


def are_changed_first(lines: Sequence[Line]) -> bool:
    """Whether no value is read from a name that is still to be changed in place."""
    changed = set[str]()
    for line in reversed(lines):
        changed |= set() if line.binds else {line.name}
        if changed & names_in(line.text).keys():
            return False
    return True
