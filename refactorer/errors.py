"""What can go wrong, in the user's terms, with the exit code of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Place:
    """A place in a file: the line and the column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class RefactorError(Exception):
    """An end of the work, told in one line: what is wrong, where, and the way out."""

    exit_code: ClassVar[int]

    def __init__(self, reason: str, hint: str = "", place: Place | None = None) -> None:
        super().__init__(reason, hint, place)
        self.reason = reason
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        said = f"{self.reason}. {self.hint}" if self.hint else self.reason
        return f"{self.place}: {said}" if self.place else said

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain data, which crosses a pipe."""
        place = asdict(self.place) if self.place else None
        return {
            "kind": type(self).__name__,
            "reason": self.reason,
            "hint": self.hint,
            "place": place,
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> RefactorError:
        """Return the error that `to_dict` wrote."""
        kind = {kind.__name__: kind for kind in (Refused, Usage, Defect)}[data["kind"]]
        place = Place(**data["place"]) if data["place"] else None
        return kind(data["reason"], data["hint"], place)


class Refused(RefactorError):
    """It cannot be done, or what was done cannot be verified."""

    exit_code = 1


class Usage(RefactorError):
    """The options, the file, the name or the syntax are wrong."""

    exit_code = 2


class Defect(RefactorError):
    """The tool itself is at fault."""

    exit_code = 3
