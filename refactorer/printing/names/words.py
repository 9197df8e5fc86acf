"""How words are put together into a name; "" stands for no word."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 20  # a name that is put together of others says less the longer it grows
TRUTHS = frozenset(["y", "y_true", "truth", "target", "targets", "label", "labels", "guess"])
NUMBERS: dict[float, str] = {0: "zero", 1: "one", 2: "two"}
FACTORS = {2: "twice", 0.5: "half", -1: "neg"}
SHIFTS = {"mean": "centred", "mu": "centred", "max": "shifted", "min": "shifted"}
SPREADS = frozenset(["std", "rms", "sigma", "stdev"])
# A reduction, as it is said of a name and of something without one.
REDUCTIONS = {
    "sum": ("sum", "total"),
    "mean": ("mean", "average"),
    "max": ("max", "largest"),
    "min": ("min", "smallest"),
    "prod": ("prod", "product"),
    "std": ("std", "spread"),
    "var": ("var", "variance"),
    "norm": ("norm", "length"),
}


def as_one_name(*words: str) -> Iterator[str]:
    """Yield the words as one name, if none is missing and it is not too long."""
    name = "_".join(words)
    if all(words) and len(name) <= LONGEST:
        yield name


def side_by_side(a: str, b: str) -> Iterator[str]:
    """Yield two short names as one: XY, WX."""
    if a and b and len(a + b) <= 4 and "_" not in a + b:
        yield a + b


def squared(name: str) -> Iterator[str]:
    """Yield the name of a square: X_squared, squared_errors."""
    yield from as_one_name(name, "squared") if len(name) <= 3 else as_one_name("squared", name)


def common_noun(a: str, b: str) -> str:
    """Return the noun of two names: norm of xnorm and ynorm, of X_norm and Y_norm."""
    if a == b:
        return ""
    if "_" not in a + b:
        return a[1:] if a[1:] == b[1:] and len(a) > 3 else ""
    first, second = a.split("_"), b.split("_")
    nouns = [x for x, y in ((first[-1], second[-1]), (first[0], second[0])) if x == y]
    return nouns[0] if nouns and len(first) == len(second) else ""


def plural(noun: str) -> str:
    """Return the plural of an English noun."""
    if re.search(r"(ss|us|as|is|x|ch|sh)$", noun):
        return f"{noun}es"
    return noun if noun.endswith("s") else re.sub(r"([^aeiou])y$", r"\1ie", noun) + "s"
