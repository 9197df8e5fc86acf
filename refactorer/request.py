"""What the user asks for, as plain data that crosses to the worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from refactorer.errors import Usage

# The forms that other packages expect.
FRAMEWORKS = ("scipy", "sklearn", "thinc-layer", "thinc-loss", "jax", "torch", "autograd")
STYLES = ("callback", "callbacks", "grad", "value-and-grad", *FRAMEWORKS)
# The package that runs what a style prints, and is needed to judge it.
PACKAGES = {
    **dict.fromkeys(("thinc-layer", "thinc-loss"), "thinc"),
    **{name: name for name in ("jax", "torch", "autograd")},
}
# The styles for functions whose output is one number, and those that take no cotangent: in these
# the cotangent of the output is one.
NUMBERS = ("scipy", "sklearn", "thinc-loss")
WITH_ONES = ("value-and-grad", *NUMBERS)
# The styles that inline the functions that are called, as another module stands for NumPy in them.
INLINING = ("jax", "torch", "thinc-layer", "thinc-loss")
# The styles that print a class, or what is registered under the name of one.
CLASSES = ("sklearn", "thinc-layer", "thinc-loss")
WIDTH = 88  # characters of a line, unless pyproject.toml says otherwise


@dataclass(frozen=True)
class Request:
    """One function of one file, and how its gradient is wanted.

    Which gradient:

    - `wrt` holds names or positions as the user wrote them, or ("all",); empty means the first
      argument.
    - `shapes` maps a parameter to the texts of its sizes: "X=n,d" is {"X": ("n", "d")}, a scalar
      has (). `at` maps a parameter to an expression for values to try, drawn from `seed`.
    - `imports` asks to import the file; `text` is its content, if that is not to be read.

    How it is printed:

    - `style` is one of `STYLES`, `helpers` is "keep" or "inline", `params` are the arguments that
      are parameters of a layer; `xp` asks for code that takes its array module from an argument.
    - `naming` is the name that is printed, in which "{}" stands for the function's; if empty, it
      follows from the style. `layout` holds Black's settings.
    - `comments`, `steps` and `costs` ask for comments in the code, for the steps to it, and for
      what it costs.
    - `test` asks for a test that imports the code from the module of that name, or contains the
      code if it is empty.

    In the user's file:

    - `block` asks for code that stands below the function in its file.
    - `judged` is such code that stands there already: it is judged, and nothing new is printed, if
      `source` is still the digest of what it was made from.

    Code by hand:

    - `against` is the "FILE.py:NAME" of code to judge, instead of printing ours; `against_grad` is
      that of a function that returns the gradient alone. `diff` shows ours beside it.

    The limits are `timeout`, in seconds, and `memory`, in megabytes.
    """

    file: str
    name: str
    wrt: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: Mapping[str, str] = field(default_factory=dict)
    style: str = "callback"
    comments: bool = False
    helpers: str = "keep"
    params: tuple[str, ...] = ()
    steps: bool = False
    imports: bool = False
    timeout: float = 60.0
    memory: int = 4096
    seed: int = 0
    xp: bool = False
    naming: str = ""
    text: str | None = None
    block: bool = False
    judged: str = ""
    source: str = ""
    layout: Mapping[str, Any] = field(default_factory=dict)
    against: str = ""
    against_grad: str = ""
    diff: bool = False
    test: str | None = None
    costs: bool = False

    @property
    def width(self) -> int:
        """The characters of a line."""
        return int(self.layout.get("line-length", WIDTH))

    @property
    def printed_name(self) -> str:
        """The name of the function that is printed; a method is printed as a function."""
        return printed_name(self.name.rpartition(".")[2], self.style, self.naming)

    def as_json(self) -> str:
        """Return the request as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Request:
        """Return the request that `as_json` wrote."""
        data = json.loads(text)
        shapes = {name: tuple(sizes) for name, sizes in data.pop("shapes").items()}
        wrt, params = tuple(data.pop("wrt")), tuple(data.pop("params"))
        return cls(wrt=wrt, params=params, shapes=shapes, **data)


def printed_name(name: str, style: str, naming: str = "") -> str:
    """Return what a function is called where it is printed; "{}" in `naming` is its own name."""
    if naming:
        return naming.replace("{}", name)
    if style in CLASSES:
        return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
    return f"d_{name}" if style == "grad" else name


def file_and_name(text: str) -> tuple[str, str]:
    """Return file and name of "FILE.py:NAME"."""
    file, name = parted_target(text)
    if not name:
        raise Usage(f"'{text}' names no function", "Write FILE.py:FUNCTION", code="no-target")
    return file, name


def parted_target(text: str) -> tuple[str, str]:
    """Return file and name of "FILE.py:NAME"; the name of "FILE.py" is empty."""
    file, _, name = text.rpartition(":")
    is_name = all(part.isidentifier() for part in name.split("."))
    return (file, name) if file and is_name else (text, "")
