"""Arrays that have two names: one is changed in place, and the other is read afterwards.

What is differentiated sets a new value for `x += y`. That is another function if `x` shares its
memory with something that is read later, so it is refused.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Function, fresh, leaves, quiet
from refactorer.primal.refusals import refused
from refactorer.reading.source import tree
from refactorer.reading.target import Target


def refuse_shared_changes(target: Target, function: Function, runs: Iterable[Arguments]) -> None:
    """Raise Refused where a function changes an array in place that it reads by another name."""
    watch = Watch.of(target.source)
    for run in runs if watch.changes else ():
        watch.run(function, run)
        for name, other, change in watch.found[:1]:
            reason = f"this changes `{other}` too, which shares its memory with `{name}`"
            hint = f"Write it as `{name} = {name} ...`, or change a copy"
            raise refused(target, change, reason, hint, code="in-place")


@dataclass(frozen=True)
class Watch:
    """Looks at a function as it runs.

    - `changes` are the statements `x += ...` by their lines, `loads` the names that lines read.
    - `stale` are the names that share their memory with what was changed, each with what it held
      and the change.
    - `found` are the reads of those: the changed name, the other, and the change.
    """

    changes: Mapping[int, ast.AugAssign]
    loads: Mapping[int, frozenset[str]]
    stale: dict[str, tuple[object, ast.AugAssign]] = field(default_factory=dict)
    found: list[tuple[str, str, ast.AugAssign]] = field(default_factory=list)

    @classmethod
    def of(cls, source: str) -> Watch:
        """Return what looks at a function of this text."""
        nodes = [*ast.walk(tree(source))]
        augmented = [n for n in nodes if isinstance(n, ast.AugAssign)]
        loads: dict[int, set[str]] = defaultdict(set)
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                loads[node.lineno].add(node.id)
        for change in augmented:
            loads[change.lineno].add(ast.unparse(change.target))
        changes = {n.lineno: n for n in augmented if isinstance(n.target, ast.Name)}
        return cls(changes, {line: frozenset(names) for line, names in loads.items()})

    def run(self, function: Function, arguments: Arguments) -> None:
        """Look at one run; what the function raises ends it."""
        self.stale.clear()
        before = sys.gettrace()
        sys.settrace(self.tracer(function))
        try:
            with quiet(), suppress(Exception):  # the user's own
                fresh(function)(arguments)
        finally:
            sys.settrace(before)

    def tracer(self, function: Function) -> Callable[..., Any]:
        """Return the trace function for a function."""
        code = function.__code__

        def local(frame: FrameType, event: str, _: object) -> Any:
            if event == "line":
                self.reach(frame.f_lineno - code.co_firstlineno + 1, frame.f_locals)
            return local

        return lambda frame, event, _: local if frame.f_code is code else None

    def reach(self, line: int, held: Mapping[str, object]) -> None:
        """Note what a line reads that was changed by another name, and what it changes itself."""
        for name in self.loads.get(line, frozenset()) & self.stale.keys():
            value, change = self.stale[name]
            if held.get(name) is value:
                self.found.append((ast.unparse(change.target), name, change))
        if change_here := self.changes.get(line):
            own = ast.unparse(change_here.target)
            sharers = (n for n, v in held.items() if n != own and share(v, held.get(own)))
            self.stale.update({name: (held[name], change_here) for name in sharers})


def share(one: object, other: object) -> bool:
    """Tell whether a change of the other value in place changes one, or an array in it."""
    return isinstance(other, np.ndarray) and any(
        isinstance(leaf, np.ndarray) and np.shares_memory(leaf, other) for leaf in leaves(one)
    )
