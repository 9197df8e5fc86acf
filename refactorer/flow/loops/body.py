"""The body of a loop after weaving: what its turns set, what they keep, and how they end."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from refactorer.flow.names import bound_by, loads, reads_first
from refactorer.flow.structure.demand import targets
from refactorer.flow.structure.heads import Item
from refactorer.flow.structure.lengths import reread
from refactorer.flow.structure.regions import Jump, Loop, Put, Region, every, inner, written
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import Woven
from refactorer.syntax.dataflow import bound, changed_in, is_pure, value_of
from refactorer.syntax.expressions import code, is_call_of
from refactorer.syntax.suites import Statement

NEW = tuple(f"np.{name}" for name in ("zeros", "zeros_like", "empty", "empty_like"))


@dataclass(frozen=True)
class LoopBody:
    """A loop, its body with the body's reverse, and what is known of its turns.

    `found` are the targets of its head, with what they run over.
    """

    weaver: Weaver
    loop: Loop
    body: Woven
    found: tuple[Item, ...]

    @property
    def inside(self) -> frozenset[str]:
        """The names that the loop sets."""
        return written(self.loop) | bound_by(self.body.forward)

    @cached_property
    def unvarying(self) -> frozenset[str]:
        """The names that each turn sets to the same value: they still hold it after the loop."""
        if self.jumps or self.weaver.turning:
            return frozenset()
        times = Counter(name for s in self.body.forward for name in changed_in(s))
        found = set[str]()
        for statement in self.body.forward:
            name = bound(statement)
            if name and times[name] == 1 and is_pure(value_of(statement)):
                varying = self.inside - found
                found |= {name} if varying.isdisjoint(loads(value_of(statement))) else set()
        return frozenset(found)

    @property
    def breaks(self) -> bool:
        """Whether the loop may end before its head says so."""
        jumps = [code(r.statement) for r in own_turn(self.loop.body) if isinstance(r, Jump)]
        return isinstance(self.loop.statement, cst.While) or any("break" in j for j in jumps)

    @property
    def jumps(self) -> bool:
        """Whether a turn may end early."""
        return any(isinstance(r, Jump) for r in own_turn(self.loop.body))

    def can_reread(self, item: Item) -> bool:
        """Tell whether what the loop runs over is the same after it."""
        values, lengths = reread(item.elements)
        rebound = (written(r) for r in every(self.loop.body) if not isinstance(r, Put))
        return values.isdisjoint(written(self.loop)) and lengths.isdisjoint(
            frozenset().union(*rebound, targets(self.loop))
        )

    def may_be_unset(self, name: str) -> bool:
        """Tell whether a turn may end while a name has never been set."""
        body = [*self.body.forward]  # what keeps its value reads it, set or not
        if name in targets(self.loop) | self.weaver.earlier or reads_first(name, body):
            return False
        for statement in body:
            if isinstance(statement, cst.SimpleStatementLine) and name in bound_by([statement]):
                return False
            if isinstance(statement, cst.If) and self.jumps:
                return True
        return True

    def is_made_anew(self, name: str) -> bool:
        """Tell whether each turn makes an array of its own, which the next ones do not change."""
        made = [s for s in self.body.forward if bound(s) == name]
        return len(made) == 1 and is_call_of(value_of(made[0]), *NEW)


def ends_turn(statement: Statement) -> bool:
    """Tell whether a turn may end in a statement."""
    nodes = ast.walk(ast.parse(code(statement).strip()))
    return any(isinstance(node, ast.Break | ast.Continue) for node in nodes)


def entry(name: str, body: Sequence[Statement]) -> str | None:
    """Return the name whose value at the start of a turn this one keeps, if it does.

    What the turn itself reads is not kept for the reverse alone.
    """
    if any(name in loads(statement) for statement in body):
        return None
    seen: set[str] = set()
    for statement in body:
        if bound(statement) == name:
            value = value_of(statement)
            held = value.func.value if is_copy(value) else value  # type: ignore[attr-defined]
            if isinstance(held, cst.Name):
                alone = sum(name in bound_by([s]) for s in body) == 1
                return held.value if held.value not in seen and alone else None
        seen |= bound_by([statement])
    return None


def is_copy(value: cst.BaseExpression) -> bool:
    """Tell whether an expression copies what a name holds."""
    match value:
        case cst.Call(func=cst.Attribute(value=cst.Name(), attr=cst.Name("copy")), args=[]):
            return True
    return False


def own_turn(suite: Sequence[Region]) -> Iterator[Region]:
    """Yield the regions of a body that are not in a loop inside it."""
    for region in suite:
        yield region
        if not isinstance(region, Loop):
            for part in inner(region):
                yield from own_turn(part)
