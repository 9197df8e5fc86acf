"""What crosses to the parent: steps and notes on the way, the draft, and the text once verified."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Step:
    """What one rule did: the text before and after, and the gradient's largest relative error.

    `right` is false if the step was undone, and `reason` then says why. The first step shows what
    tangent wrote, so its `diff_from` is empty.
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
    """A line for stderr, beside the result; a `detail` is shown only with -v."""

    text: str
    detail: bool = False


def steps_in(events: Iterable[Step | Note]) -> tuple[Step, ...]:
    """Return the steps among what was told."""
    return tuple(event for event in events if isinstance(event, Step))


def notes_in(events: Iterable[Step | Note]) -> tuple[str, ...]:
    """Return the texts of the notes among what was told, without the details."""
    return tuple(e.text for e in events if isinstance(e, Note) and not e.detail)


@dataclass(frozen=True)
class Draft:
    """The text as it would be printed, and what it takes to judge it.

    What the judge needs:

    - `text` defines the function `printed`, in a `style`; it returns the gradients of `wrt`.
    - `module` is the user's own function `name` with all that it reads.
    - `plans` say how arguments are drawn (each is `asdict` of a `Plan`), from the `seed`.
    - `sides` are combinations of conditions that no input was found for. Each condition is a text,
      the value it is set to, and the helper in which it stands: the text is judged with them set.
    - `finite` lists sizes of one at which tangent's text is finite, and this one has to be, too.
    - `stands` says that the text is in the file already, and is judged and no more.

    What becomes of the text:

    - `block` is the part of it that is new to the user's file, where it is written into that.
    - `lines` are the first and the last line of the user's function in its file.
    - `source` is the digest of all that the text was made from.
    - `test` is the text of a test, which imports the code from the module `tested`, or contains it
      if that is empty.
    - `notes` are lines for stderr.
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


@dataclass(frozen=True)
class Verified:
    """A text that the judge has passed, the function that it defines, and the error measured.

    `block`, `lines`, `source` and `test` are those of the draft; `costs` are what the measurer
    says of it, if that was asked for.
    """

    text: str
    name: str
    error: float
    block: str = ""
    lines: tuple[int, int] = (0, 0)
    source: str = ""
    test: str = ""
    costs: Mapping[str, Any] = field(default_factory=dict)


def fingerprint(text: str, test: str = "") -> str:
    """Return the SHA-256 of the texts: by it the parent knows that what it prints was judged."""
    return sha256("\0".join(filter(None, (text, test))).encode()).hexdigest()
