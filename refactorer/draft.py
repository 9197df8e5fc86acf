"""What the worker hands over: steps and notes on the way, then the text that is judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Step:
    """One rule's rewriting: the text before and after, and the gradient's largest relative error.

    `right` is false where the step was undone; `reason` then says why. The first step has an empty
    `diff_from`: it shows what tangent wrote.
    """

    rule: str
    why: str
    diff_from: str
    diff_to: str
    error: float
    right: bool
    reason: str = ""


@dataclass(frozen=True)
class Note:
    """Something to be told beside the result; a detail is for those who asked for more."""

    text: str
    detail: bool = False


def steps_in(events: Iterable[Step | Note]) -> tuple[Step, ...]:
    """Return the steps among what was told."""
    return tuple(event for event in events if isinstance(event, Step))


def notes_in(events: Iterable[Step | Note]) -> tuple[str, ...]:
    """Return the texts of the notes among what was told, but for details."""
    return tuple(e.text for e in events if isinstance(e, Note) and not e.detail)


@dataclass(frozen=True)
class Draft:
    """The text as it would be printed, and what it takes to judge it.

    `module` is the user's own function with all that it reads, `plans` say how its arguments are
    drawn, `wrt` are the parameters whose gradients the text returns, in that order. `printed` is
    the name of the function that the text defines. Each row of `sides` holds conditions that no
    input was found for, and the helper in which each stands: the text is judged with them set, too.
    `block` is what of the text is new to the file, to stand below it; `lines` are the function's
    first and last in the file, and `source` is the digest of what the text was made from. `test`
    goes beside the text, which it imports from the module `tested`, or holds if that is empty. What
    `stands` in the file already is judged and no more. What tangent wrote is `finite` at some sizes
    of one, and so must the text be.
    """

    text: str
    module: str
    name: str
    printed: str
    style: str
    wrt: tuple[str, ...]
    plans: tuple[Mapping[str, Any], ...]
    seed: int
    notes: tuple[str, ...] = ()
    sides: tuple[tuple[tuple[str, bool, str], ...], ...] = ()
    block: str = ""
    lines: tuple[int, int] = (0, 0)
    source: str = ""
    test: str = ""
    tested: str = ""
    stands: bool = False
    finite: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Return the draft as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Draft:
        """Return the draft that `as_json` wrote."""
        data = json.loads(text)
        data["sides"] = tuple(tuple(map(tuple, side)) for side in data["sides"])
        return cls(
            **data | {key: tuple(data[key]) for key in ("wrt", "plans", "notes", "lines", "finite")}
        )


def fingerprint(text: str, test: str = "") -> str:
    """Return the SHA-256 of texts, by which the parent knows that what it prints was judged."""
    return sha256("\0".join(filter(None, (text, test))).encode()).hexdigest()
