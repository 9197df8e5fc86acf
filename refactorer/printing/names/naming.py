"""The names that a person would choose: of cotangents, of callbacks, of subexpressions."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, count, islice

RESULTS = frozenset(
    [
        "loss",
        "norm",
        "distance",
        "similarity",
        "likelihood",
        "score",
        "energy",
        "cost",
        "error",
        "objective",
        "penalty",
        "entropy",
        "divergence",
        "dot",
        "cosine",
        "density",
        "mae",
        "mse",
        "rmse",
        "sse",
        "nll",
        "elbo",
        "risk",
        "reward",
        "residual",
        "variance",
    ]
)
QUALIFIERS = frozenset(
    [
        "rows",
        "row",
        "columns",
        "column",
        "batch",
        "batched",
        "fn",
        "func",
        "function",
        "np",
        "numpy",
    ]
)
NORMALISATIONS = frozenset(["layer", "batch", "group", "instance", "rms", "weight", "spectral"])


def free(candidates: Iterable[str], taken: Collection[str]) -> str:
    """Return the first candidate that is a plain new name; a number is the last resort."""
    wanted = (name for name in candidates if name.isidentifier() and not name.startswith("_"))
    first = [*islice(wanted, 1)]
    numbered = (f"{first[0] if first else 'value'}_{k}" for k in count(2))
    return next(name for name in chain(first, wanted, numbered) if is_free(name, taken))


def is_free(name: str, taken: Collection[str]) -> bool:
    """Tell whether the name hides nothing: no name in use, no builtin, no word of the language."""
    reserved = keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name)
    return name not in taken and not reserved


def of_cotangent(name: str, argument: bool = False) -> Iterator[str]:
    """Yield names for the cotangent of `name`: dX for a one-letter argument, else d_name."""
    if argument and len(name) == 1:
        yield f"d{name}"
    yield from (f"d_{name}", f"grad_{name}", f"{name}_cotangent")


def of_callback(gradient: str = "") -> Iterator[str]:
    """Yield names for the callback that returns `gradient`; "" stands for several."""
    if gradient:
        yield f"get_{gradient}"
    yield from ("backprop", "pullback", "backward")


def of_result(function: str) -> str | None:
    """Return the noun in a function's name that says what it returns, if there is one."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", function).lower().strip("_").split("_")
    while len(words) > 1 and words[-1] in QUALIFIERS:
        words.pop()
    normalises = words[-1] == "norm" and NORMALISATIONS.intersection(words)
    return words[-1] if words[-1] in RESULTS and not normalises else None
