"""Names for the values of a function that nothing which tangent writes can overwrite."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

# What generated code reads as a module.
MODULES = frozenset({"numpy", "np", "tangent"})
# What tangent puts before a name: for a copy, for a cotangent, and for a part of one.
TANGENTS = ("_", "b", "_b")


@dataclass
class SafeNames:
    """Gives out names: the user's own where they are safe, else with a number appended.

    `users` are all names of the function, which only their own values may have; `forbidden` are the
    names that no value may have.
    """

    users: frozenset[str]
    forbidden: frozenset[str]
    given: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def version(self, user: str) -> str:
        """Return a name for the next value that the user gives this name."""
        stem = user.lstrip("_")
        return self.first(versions(stem), user) if stem else self.value()

    def value(self) -> str:
        """Return a name for a value that the user gave none: v1, v2, ..."""
        return self.first(f"v{number}" for number in self.numbers)

    def first(self, candidates: Iterable[str], user: str = "") -> str:
        """Return the first safe candidate, and keep it from being given again."""
        name = next(name for name in candidates if self.is_safe(name, user))
        self.given.add(name)
        return name

    def is_safe(self, name: str, user: str) -> bool:
        """Say whether a name is free, and no cotangent or partial of tangent's can have it."""
        return not (
            name in self.forbidden
            or name in self.given
            or (name in self.users and name != user)
            or (name.startswith("b") and (name[1:] in self.users or name[1:] in self.given))
            or any(f"{mark}{name}" in self.given for mark in TANGENTS)
            or any(f"{mark}{name}" in self.forbidden for mark in TANGENTS)
            or name in MODULES
            or hasattr(builtins, name)
            or keyword.iskeyword(name)
        )


def versions(stem: str) -> Iterator[str]:
    """Yield X, X_2, X_3, ..."""
    yield stem
    for number in count(2):
        yield f"{stem}_{number}"
