"""Gradients that are off by a factor: a sign, a number, a size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from refactorer.against.points import Point, agree
from refactorer.execution.evaluation import Floats

NEAR = 1e-5
PLAIN = (1.0, 2.0, 0.5, 4.0, 0.25, 3.0, 1 / 3)


class Size(NamedTuple):
    """A product of sizes, its values at some points, and a name for its inverse."""

    text: str
    values: Floats
    inverse: str


def by_factor(points: Sequence[Point]) -> str | None:
    """Return what is wrong where each gradient is a multiple of the right one; else None."""
    factors = [factor(point.got, point.want) for point in points]
    if any(c is None for c in factors):
        return None
    told = np.array([p.wrong.any() for p in points])
    values = np.array(factors, dtype=float)[told]
    if not told.any():
        return None
    wrong = [p for p in points if p.wrong.any()]
    return by_size(values, wrong) or by_number(values)


def factor(got: Floats, want: Floats) -> float | None:
    """Return the number that `got` is times `want`; None if there is none."""
    known = np.isfinite(want)
    if got.shape != want.shape or not np.isfinite(got[known]).all():
        return None
    mine, theirs = got[known], want[known]
    if not theirs.size or not (square := float(theirs @ theirs)):
        return 1.0 if not np.any(mine) else None
    times = float(mine @ theirs) / square
    return times if agree(got, times * want) else None


def by_number(values: Floats) -> str | None:
    """Return the cause if the factor is the same number at all points."""
    first = float(values[0])
    if not np.allclose(values, first, rtol=NEAR, atol=NEAR * NEAR):
        return None
    if abs(first) < NEAR:
        return "it is zero"
    return in_words(first)


def in_words(number: float) -> str:
    """Return the cause of a gradient that is the right one times a number."""
    size = abs(number)
    if math.isclose(size, 1.0, rel_tol=NEAR):
        return "the sign is wrong: it is minus the gradient"
    times = "twice" if math.isclose(size, 2.0, rel_tol=NEAR) else f"{tidy(size)} times"
    inverse = 1 / size
    if size < 1 and math.isclose(inverse, round(inverse), rel_tol=NEAR):
        whole = round(inverse)
        part = "half of" if whole == 2 else f"1/{whole} of"
        said = f"it is {part} the gradient: a factor {whole} is missing"
    else:
        said = f"it is {times} the gradient: a factor {tidy(size)} too many"
    return f"{said}, and the sign is wrong" if number < 0 else said


def tidy(number: float) -> str:
    """Return a number as it is read easily."""
    near = round(number)
    return str(near) if math.isclose(number, near, rel_tol=NEAR) else f"{number:.6g}"


def by_size(values: Floats, points: Sequence[Point]) -> str | None:
    """Return what is wrong if the factor is a product of sizes, times a plain number."""
    few = len({tuple(p.sizes.values()) for p in points}) < 2
    if few and any(math.isclose(abs(values[0]), plain, rel_tol=NEAR) for plain in (1, 2, 0.5)):
        return None
    for size in products_of_sizes(points):
        rest = values / size.values
        number = float(rest[0])
        plain = any(math.isclose(abs(number), p, rel_tol=NEAR) for p in PLAIN)
        if plain and np.allclose(rest, number, rtol=NEAR) and (few or np.ptp(size.values)):
            return of_size(size, number)
    return None


def of_size(size: Size, number: float) -> str:
    """Return what is wrong about a gradient that is a size, and a number, times what it should."""
    sign = ", and the sign is wrong" if number < 0 else ""
    text = size.text if math.isclose(abs(number), 1.0) else f"{tidy(abs(number))} * {size.text}"
    if size.text.startswith("1 / "):
        below = size.text.removeprefix("1 / ")
        if math.isclose(abs(number), 1.0, rel_tol=NEAR):
            return f"it is 1/{below} of the gradient: a division by {below} too many{sign}"
        return f"it is {tidy(abs(number))}/{below} of the gradient{sign}"
    why = f": {size.inverse}" if size.inverse and math.isclose(abs(number), 1.0) else ""
    return f"it is {text} times the gradient{why}{sign}"


def products_of_sizes(points: Sequence[Point]) -> Iterator[Size]:
    """Yield products of the named sizes, the simplest first."""
    names = list(points[0].sizes)
    column: Mapping[str, Floats] = {
        name: np.array([p.sizes[name] for p in points], dtype=float) for name in names
    }
    products = [(name, column[name]) for name in names]
    products += [(f"({a} * {b})", column[a] * column[b]) for a, b in combinations(names, 2)]
    for text, values in products:
        yield Size(text, values, f"a division by {text} is missing, as of a mean")
        yield Size(f"1 / {text}", 1 / values, "")
    for text, values in products:
        yield Size(f"{text}**2", values**2, f"a division by {text}**2 is missing")
        yield Size(f"1 / {text}**2", values**-2.0, "")
        yield Size(f"sqrt({text})", values**0.5, f"a division by sqrt({text}) is missing")
        yield Size(f"1 / sqrt({text})", values**-0.5, "")
    yield from nearly_sizes(column)


def nearly_sizes(column: Mapping[str, Floats]) -> Iterator[Size]:
    """Yield quotients of sizes that are nearly one."""
    for name, values in column.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            less = (values - 1) / values
            more = values / (values - 1)
            alone = 1 / (values - 1)
        for text, found in ((f"({name} - 1) / {name}", less), (f"{name} / ({name} - 1)", more)):
            yield Size(text, found, f"{name} and {name} - 1 are taken for one another")
        yield Size(f"({name} - 1)", values - 1, f"a division by {name} - 1 is missing")
        yield Size(f"1 / ({name} - 1)", alone, "")
    for a, b in combinations(column, 2):
        for one, other in ((a, b), (b, a)):
            why = f"it is divided by {other} in place of {one}"
            yield Size(f"{one} / {other}", column[one] / column[other], why)
