"""What can go wrong, in the user's terms, with the exit code of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

# Every code that an error may end in: what it says, and what to do.
CATALOGUE = {
    # Usage
    "no-target": "The target is not of the form FILE.py:FUNCTION.",
    "no-file": "There is no file of that name.",
    "unreadable-file": "The file is a folder, may not be read, or holds no text that Python reads.",
    "syntax": "The file has a syntax error under the Python that runs refactor-grad. Use a newer "
    "Python, or mend the line.",
    "no-function": "The file has no such function at its top level, and no such method.",
    "no-parameter": "An option names a parameter that the function does not have.",
    "not-a-float": "`--wrt` names a parameter whose default is not a float. Give other values with "
    "`--at`.",
    "option": "An option is malformed. `--help` says how it is written.",
    "output-file": "`-o` names a place that cannot be written to.",
    "marker": "A block has only one of its two markers. Remove it.",
    # Refused
    "not-taken": "The function uses something that cannot be differentiated, or is not supported. "
    "Write it in another way, or outside of the function.",
    "recursion": "A function calls itself. Write it as a loop.",
    "no-output": "The function returns nothing, or no floating-point number.",
    "no-gradient": "What the function returns does not depend on the arguments asked for.",
    "in-place": "The function may change an array that has another name, too. Write `x = x + y` "
    "for `x += y`.",
    "random": "The function draws random numbers. Draw outside, and pass them in as an argument.",
    "changing-output": "The function returns something else when it is called again. Pass in what "
    "it draws or counts.",
    "reads-state": "A method reads its object. Make it a function, with arguments for what it "
    "reads.",
    "unknown-name": "The function reads a name that is set nowhere in the file.",
    "unknown-attribute": "A module or an array has no attribute of that name.",
    "needs-import": "The function reads a name that is set only when the file runs. `--import` "
    "runs it.",
    "missing-module": "What the function reads is not installed where refactor-grad runs.",
    "definitions": "What the function reads from its file raises an error when it is executed.",
    "name-clash": "A name has a meaning of its own to tangent. Rename it.",
    "unknown-derivative": "The derivative of an operation is not known. SUPPORTED.md lists those "
    "that are.",
    "too-deep": "An expression is nested too deeply. Give some of its parts a name.",
    "no-inputs": "The function runs at none of the arguments that were tried. Say their shapes "
    "with `--shape`, or their values with `--at`.",
    "unreached": "No input was found at which a line runs. Say one with `--shape` and `--at`.",
    "endless": "The function did not end in time at an argument that was tried.",
    "wrong-gradient": "What tangent writes for the function is wrong, and was not corrected.",
    "tangent": "tangent gives up on the function. Split it, to find the line at fault.",
    "stale": "A block, or what it is made from, has changed since. `-i` writes it anew.",
    "edited": "A block was edited by hand. `--force` writes it anew.",
    "no-block": "The function has no block in its file. `-i` writes it.",
    "name-taken": "The file has another function of the printed name. `--name` gives one.",
    "unverified": "The printed code failed its last check, and is not printed.",
    "other-form": "What `--style` asks for is a form of other functions: of those that return one "
    "number, or an array, or that have other arguments.",
    "timeout": "It was not done in time. `--timeout` gives it longer.",
    "memory": "It takes more memory than it may. `--memory` gives it more.",
    "ended": "The process that runs the function was ended: by the function, or by the system.",
    # Unjudged
    "unjudged": "What is judged with `--against` returns no gradient in a form that is known, or "
    "does not run.",
    # Defect
    "defect": "refactor-grad itself is at fault. Please report it, with the log that is named.",
}


@dataclass(frozen=True)
class Place:
    """A place in a file: the line and the column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class RefactorError(Exception):
    """An error told in one line: the place, the reason, the way out, and a code.

    `code` is one of the CATALOGUE; where none is given, it is the one that is usual for the kind.
    """

    exit_code: ClassVar[int]
    usual: ClassVar[str]

    def __init__(
        self, reason: str, hint: str = "", place: Place | None = None, *, code: str = ""
    ) -> None:
        super().__init__(reason, hint, place)
        self.reason = reason
        self.hint = hint
        self.place = place
        self.code = code or self.usual

    def __str__(self) -> str:
        said = f"{self.reason}. {self.hint}" if self.hint else self.reason
        return f"{self.place}: {said} [{self.code}]" if self.place else f"{said} [{self.code}]"

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain data, which crosses a pipe."""
        place = asdict(self.place) if self.place else None
        return {
            "kind": type(self).__name__,
            "reason": self.reason,
            "hint": self.hint,
            "place": place,
            "code": self.code,
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> RefactorError:
        """Return the error that `to_dict` wrote."""
        kind = {kind.__name__: kind for kind in (Refused, Usage, Defect, Unjudged)}[data["kind"]]
        place = Place(**data["place"]) if data["place"] else None
        return kind(data["reason"], data["hint"], place, code=data["code"])


class Refused(RefactorError):
    """The gradient cannot be written, or cannot be verified."""

    exit_code = 1
    usual = "not-taken"


class Usage(RefactorError):
    """The options, the file, the name or the syntax are wrong."""

    exit_code = 2
    usual = "option"


class Defect(RefactorError):
    """The tool itself is at fault."""

    exit_code = 3
    usual = "defect"


class Unjudged(RefactorError):
    """Hand-written code could not be judged."""

    exit_code = 4
    usual = "unjudged"
