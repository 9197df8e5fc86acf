"""What the user asks for, as plain data that crosses to the worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

STYLES = ("callback", "callbacks", "grad", "value-and-grad")


@dataclass(frozen=True)
class Request:
    """One function of one file, and how its gradient is wanted.

    `wrt` holds names or positions as the user wrote them, or ("all",); empty means the first
    argument. `shapes` maps a parameter to the texts of its sizes: "X=n,d" is {"X": ("n", "d")}, a
    scalar has (). `at` maps one to an expression for values to try. `helpers` says to "keep" what
    is called, or to "inline" it. `timeout` is in seconds, `memory` in megabytes.
    """

    file: str
    name: str
    wrt: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: Mapping[str, str] = field(default_factory=dict)
    style: str = "callback"
    comments: bool = False
    helpers: str = "keep"
    steps: bool = False
    imports: bool = False
    timeout: float = 60.0
    memory: int = 4096
    seed: int = 0

    def as_json(self) -> str:
        """Return the request as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Request:
        """Return the request that `as_json` wrote."""
        data = json.loads(text)
        shapes = {name: tuple(sizes) for name, sizes in data.pop("shapes").items()}
        return cls(wrt=tuple(data.pop("wrt")), shapes=shapes, **data)
