"""Which parameter of hand-written code takes which argument of the function, or the cotangent."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from refactorer.errors import Unjudged
from refactorer.execution.evaluation import Arguments, Function, bound, within

COTANGENT = re.compile(
    r"_*(?:d|g|grad|gradient|cotangent|upstream|seed|ct|delta)(?:_*[A-Za-z]\w*)?"
)
FLAGS = {"is_train": True}  # as Thinc's layers take it
VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
LONGEST = 2.0  # seconds


@dataclass(frozen=True)
class CallByHand:
    """Hand-written code, and the argument that each of its parameters takes.

    `passed` maps its parameters to the function's; where it is None, all are given by position.
    `cotangent` names the parameter that takes the cotangent, if there is one.
    """

    function: Function
    name: str
    passed: Mapping[str, str] | None
    cotangent: str = ""
    flags: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def read(cls, function: Function, name: str, own: Function) -> CallByHand:
        """Return how code is called that stands beside the user's `own`; Unjudged if it cannot be.

        Parameters are told by their names, or by their places where the names are others.
        """
        theirs = inspect.signature(function).parameters
        ours = inspect.signature(own).parameters
        if any(p.kind is p.VAR_POSITIONAL for p in theirs.values()) and not set(ours) <= set(
            theirs
        ):
            return cls(function, name, None)
        plain = [p for p in theirs.values() if p.kind not in VARIADIC]
        passed = by_name(plain, ours) or by_place(plain, ours)
        extra = [p for p in plain if p.name not in passed]
        flags = {p.name: FLAGS[p.name] for p in extra if p.name in FLAGS}
        asked = [p for p in extra if p.name not in flags and p.default is p.empty]
        likely = [p for p in extra if COTANGENT.fullmatch(p.name)]
        if not passed or len(asked) > 1:
            raise Unjudged(
                f"`{name}{inspect.signature(function)}` does not take the arguments of "
                f"`{own.__name__}{inspect.signature(own)}`",
                "Give it the same parameters, and one more if it takes the gradient of the output",
            )
        seeds = [p.name for p in asked or likely]
        return cls(function, name, passed, seeds[0] if seeds else "", flags)

    def takes(self, name: str) -> bool:
        """Tell whether an argument of the function is passed on."""
        return self.passed is None or name in self.passed.values()

    def __call__(self, arguments: Arguments, cotangent: object) -> object:
        """Return what it returns; the arguments are passed on as they are."""
        with contained():
            if self.passed is None:
                return self.function(*arguments.values())
            given = {p: arguments[name] for p, name in self.passed.items() if name in arguments}
            seed = {self.cotangent: cotangent} if self.cotangent else {}
            return bound(self.function, LONGEST)({**given, **seed, **self.flags})


@contextmanager
def contained() -> Iterator[None]:
    """Raise TimeoutError where code takes too long, and an error where it would end the process."""
    try:
        with within(LONGEST):
            yield
    except SystemExit as end:
        raise RuntimeError(f"it ends with SystemExit({end})") from None


def by_name(
    theirs: Sequence[inspect.Parameter], ours: Mapping[str, inspect.Parameter]
) -> dict[str, str]:
    """Return the parameters that have our names; none unless all are there that we need."""
    named = {p.name: p.name for p in theirs if p.name in ours}
    needed = {name for name, p in ours.items() if p.default is p.empty}
    return named if needed <= set(named) else {}


def by_place(
    theirs: Sequence[inspect.Parameter], ours: Mapping[str, inspect.Parameter]
) -> dict[str, str]:
    """Return parameters with other names in our order, but for one that takes the cotangent."""
    plain = [p for p in theirs if not COTANGENT.fullmatch(p.name) and p.name not in FLAGS]
    for candidates in (plain, list(theirs)):
        least = sum(p.default is p.empty for p in candidates)
        needed = sum(p.default is p.empty for p in ours.values())
        if least <= len(ours) and needed <= len(candidates):
            return dict(zip((p.name for p in candidates), ours, strict=False))
    return {}
