"""What is known while statements are gone through: the functions that names stand for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import libcst as cst

from refactorer.callables.known import Functions
from refactorer.errors import Refused
from refactorer.flow.names import Names, stores
from refactorer.flow.statements.locating import located
from refactorer.reading.target import Target
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement

# What names stand for; None where that is another function on each way to the place.
Env: TypeAlias = dict[str, cst.BaseExpression | None]


@dataclass
class Following(ABC):
    """Follows functions through statements; `passing` collects names for what need have none.

    `stored` are the names that the target sets. `needed` tells whether functions are values in it.
    `calls` counts the calls that are written out, `depth` the blocks around a statement; `own`
    are names of ours with the depth of their block: in it, they may stand for other names, which
    those in `versions` do from their second value on.
    """

    target: Target
    names: Names
    functions: Functions
    passing: set[str]
    stored: frozenset[str]
    needed: bool = False
    calls: int = 0
    depth: int = 0
    own: dict[str, int] = field(default_factory=dict)
    versions: set[str] = field(default_factory=set)

    @abstractmethod
    def suite(self, statements: Iterable[Statement], env: Env) -> list[Statement]:
        """Return statements in which functions are called by their names."""

    def refuse(self, node: cst.CSTNode, reason: str, hint: str) -> Refused:
        """Return the error at a piece of code."""
        return Refused(reason, hint, located(self.target, code(node).strip()))

    def note(self, value: cst.BaseExpression) -> None:
        """Note that a name stood for this."""
        self.needed |= self.functions.has_functions(value)

    def fresh(self, *wanted: str) -> str:
        """Return a new name of ours."""
        name = self.names.new(*wanted)
        self.own[name] = self.depth
        self.passing.add(name)
        return name

    def stays(self, value: cst.BaseExpression) -> bool:
        """Tell whether an expression is a name that keeps its value."""
        return isinstance(value, cst.Name) and value.value not in self.stored

    def settled(self, block: cst.CSTNode, env: Env) -> list[Statement]:
        """Return the lines that give names of ours the values that a block then changes."""
        names = sorted(n for n in stores(block) if n in self.own and n in env)
        values = [(name, env.pop(name)) for name in names]
        plain = [(n, v) for n, v in values if v and not self.functions.has_functions(v)]
        return [assignment(name, value) for name, value in plain]

    def inside(
        self, steps: list[Statement], made: Collection[str], targets: Sequence[str], env: Env
    ) -> list[Statement]:
        """Return the steps of a function that is called, in which some names are ours."""
        self.own |= dict.fromkeys(made, self.depth)
        self.stored |= {*made, *targets}
        self.calls += 1
        found = self.suite(steps, env)
        self.calls -= 1
        return found

    @property
    def given_names(self) -> frozenset[str]:
        """The parameters of the target."""
        return frozenset(p.name for p in self.target.parameters)
