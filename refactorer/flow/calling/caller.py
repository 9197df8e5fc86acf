"""A function that calls others of the user's, which are differentiated before it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from refactorer.adjoint import Adjoint
from refactorer.flow.calling.helpers import Callees
from refactorer.flow.prepared import Prepared
from refactorer.refining.stages import Stage

Say: TypeAlias = Callable[[Stage, Stage | None], None]


@dataclass(frozen=True)
class Caller(Prepared, ABC):
    """A function that is differentiated, and what it shares with those that it calls.

    `say` is told of every step, `callees` holds the called functions that are differentiated
    already, and `options` are the texts of the values of parameters that are options of NumPy's.
    """

    seed: int
    say: Say
    callees: Callees
    options: Mapping[str, str] = field(default_factory=dict)

    @abstractmethod
    def adjoint(self) -> Adjoint:
        """Return the function and its pullback, as after the last rule."""

    @property
    def follows(self) -> bool:
        """Whether a part of what it returns follows the arguments."""
        return not self.active.isdisjoint(self.parts)
