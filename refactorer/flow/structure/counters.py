"""Numbers that a loop counts on from a literal: a reverse in the same order counts again."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from refactorer.flow.names import loads, stores
from refactorer.flow.structure.regions import (
    Branch,
    Loop,
    Region,
    Straight,
    Suite,
    blocks,
    every,
    read,
    written,
)
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code, is_literal
from refactorer.syntax.suites import Statement


def counted_from(suite: Suite, returned: Collection[str]) -> dict[str, str]:
    """Return the names that one loop alone reads and sets, by the literals they have before it."""
    found: dict[str, str] = {}
    loops = ((r, b[:place]) for b in blocks(suite) for place, r in enumerate(b))
    for loop, above in loops:
        if isinstance(loop, Loop):
            others = [r for r in every(suite) if r is not loop and r not in [*every(loop.body)]]
            before = [s for r in above for s in own(r)]
            for name in sorted(written(loop) - frozenset(returned)):
                found |= start_of(name, others, before)
    return found


def start_of(name: str, others: Sequence[Region], before: Sequence[Statement]) -> dict[str, str]:
    """Return the literal that a name has before a loop, if the `others` do no more than set it."""
    starts = [s for r in others for s in own(r) if name in stores(s)]
    is_read = any(name in read(r) for r in others if not isinstance(r, Loop))
    alone = not is_read and len(starts) == 1 and starts[0] in before
    return literal_start(starts[0], name) if alone else {}


def literal_start(statement: Statement, name: str) -> dict[str, str]:
    """Return the text of the number that a statement gives to a name, if it is one."""
    if bound(statement) != name or not is_literal(value_of(statement)):
        return {}
    return {name: code(value_of(statement))}


def own(region: Region) -> Iterator[Statement]:
    """Yield the statements of a region without a body."""
    if isinstance(region, Straight):
        yield from region.statements
    elif not isinstance(region, Loop | Branch):
        yield region.statement


def step(loop: Loop, name: str, known: Collection[str]) -> Statement | None:
    """Return the one line of a turn that counts a name on, if it reads what is known alone."""
    setting = [r for r in every(loop.body) if name in written(r) and not isinstance(r, Loop)]
    if len(setting) != 1 or setting[0] not in loop.body:
        return None
    line = next(s for s in own(setting[0]) if name in stores(s))
    if not loads(line) <= {name, *known}:
        return None
    match ast.parse(code(line).strip()).body:
        case [ast.AugAssign()]:
            return line
        case [ast.Assign(value=ast.BinOp(ast.Name(first), ast.Add(), _))] if first == name:
            return line
    return None
