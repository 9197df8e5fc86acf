"""What the forms of Thinc have in common: types of arrays, and imports."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from refactorer.arguments.plans import AT
from refactorer.frameworks.parts import rehomed, setting
from refactorer.printing.page import Page

XP = {"np": "xp"}
# What the text of a form may read, by the modules that offer it.
OFFERED: Mapping[str, Sequence[str]] = {
    "collections.abc": ["Callable"],
    "functools": ["partial"],
    "typing": ["cast"],
    "thinc.api": [
        *("Model", "get_array_module", "glorot_uniform_init", "registry", "zero_init"),
    ],
    "thinc.loss": ["Loss"],
    "thinc.types": [
        "ArrayXd",
        *(f"{kind}{rank}d" for kind in ("Floats", "Ints") for rank in (1, 2, 3, 4, "X")),
    ],
}


def type_of(page: Page, name: str) -> str:
    """Return the type of an argument."""
    drawn = setting(page).inputs[name]
    if drawn.kind == AT:  # any expression, of which no shape is known
        return "ArrayXd"
    kind = "Ints" if drawn.kind.startswith(("index", "length")) else "Floats"
    return array_type(len(drawn.shape), kind)


def array_type(rank: int, kind: str = "Floats") -> str:
    """Return the type of an array of a rank."""
    return f"{kind}{rank if 1 <= rank <= 4 else 'X'}d"


def default_type(default: str) -> str:
    """Return the annotation that a default gives, "" if it gives none."""
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return ""
    return "" if value is None else type(value).__name__


def keyword(name: str, default: str) -> str:
    """Return a parameter of a function, annotated with the type of its default."""
    kind = default_type(default)
    return f"{name}: {kind} = {default}" if kind else f"{name}={default}"


def at_home(page: Page, body: str, module: str) -> str:
    """Return the body of a function in which NumPy is the module that an array belongs to."""
    moved = rehomed(f"def work():\n{body}", page, XP).partition("\n")[2]
    return f"    xp = {module}\n{moved}" if "xp." in moved else moved
