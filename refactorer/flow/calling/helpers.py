"""Functions of the user's that are called: each is differentiated once, for all of its callers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import libcst as cst
import numpy as np

from refactorer.adjoint import Adjoint
from refactorer.arguments.plans import literal
from refactorer.errors import Place
from refactorer.execution.evaluation import leaves
from refactorer.flow.callees import helpers_in
from refactorer.flow.calling.demands import Wanted, demands
from refactorer.flow.structure.visits import Runs
from refactorer.flow.weaving.helper import Helper
from refactorer.judging.forced import Forced
from refactorer.printing.any_axis import for_any_axis
from refactorer.printing.page import Page
from refactorer.printing.returned import annotated
from refactorer.printing.styles import STYLES
from refactorer.reading.contents import Definition
from refactorer.reading.free_names import free_names
from refactorer.reading.target import Target

Sides = tuple[Forced, ...]
MOST_RUNS = 2  # at which other axes are tried


@dataclass(frozen=True)
class Emitted:
    """A function of the user's, and its adjoint if something of it is differentiated.

    `options` are the texts of the values that it is written for; `runs` what it was called with.
    """

    helper: Helper
    adjoint: Adjoint | None
    options: Mapping[str, str] = field(default_factory=dict)
    runs: Runs = ()

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the parameters that take an axis."""
        given = {name: literal(text) for name, text in self.options.items()}
        return tuple(n for n, axis in given.items() if type(axis) is int)

    @property
    def for_any_axis(self) -> Emitted:
        """The same, written for every axis: whether it is right at others is for the judge."""
        assert self.adjoint is not None
        return replace(self, adjoint=for_any_axis(self.adjoint, self.axes))

    @property
    def at_other_axes(self) -> list[Mapping[str, object]]:
        """What it was called with, and the other axes of that."""
        return [
            {**run, axis: place}
            for run in self.runs[:MOST_RUNS]
            for axis in self.axes
            for place in range(-1, max(np.ndim(v) for v in leaves([*run.values()])))  # type: ignore[arg-type]
        ]

    def definition(self, before: Definition, comments: bool) -> Definition:
        """Return the definition of the function with its callback, under comments if asked for."""
        assert self.adjoint is not None
        page = Page(self.adjoint, comments)
        text = cst.Module([annotated(STYLES["callback"](page), "callback", page)]).code
        return replace(before, source=f"\n\n{text}\n\n", reads=free_names(text))


@dataclass(frozen=True)
class Callees:
    """The user's functions that are called: each is differentiated once, for all of its callers.

    `wanted` are their parameters that some caller wants the gradient of; `texts` are those of all
    functions that may call them; `sides` are the conditions that had to be set in one of them, and
    where, if no input meets them; `comments` says of what their lines are gradients.
    """

    wanted: Wanted
    texts: tuple[str, ...]
    done: dict[str, Emitted]
    comments: bool = False
    sides: dict[Sides, Place | None] = field(default_factory=dict)

    @classmethod
    def of(cls, target: Target, wrt: Collection[str], comments: bool) -> Callees:
        """Return the functions that a target calls, none of them differentiated yet."""
        functions = {**helpers_in(target), target.name: target.source}
        wanted = demands(target.name, frozenset(wrt), functions)
        return cls(wanted, (*functions.values(),), {}, comments)

    @property
    def with_axes(self) -> Mapping[str, Emitted]:
        """Those that are given an axis."""
        return {name: done for name, done in self.done.items() if done.adjoint and done.axes}

    def for_any_axis(self, adjoint: Adjoint) -> Adjoint:
        """Return an adjoint in which these functions, if they are given an axis, take any."""
        free = {name: done.for_any_axis for name, done in self.with_axes.items()}
        target = adjoint.primal.target
        definitions = (
            free[name].definition(d, self.comments) if (name := function_of(d)) in free else d
            for d in target.definitions
        )
        primal = replace(adjoint.primal, target=replace(target, definitions=tuple(definitions)))
        return replace(adjoint, primal=primal)


def function_of(definition: Definition) -> str:
    """Return the name that a definition binds alone, "" if it binds others."""
    return next(iter(definition.names)) if len(definition.names) == 1 else ""
