"""Gradients that differ from the right one by a product of things that the function computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from refactorer.against.diagnosis.factors import tidy
from refactorer.against.points import SEED, Mask, Point
from refactorer.execution.evaluation import Floats

MOST_POINTS, MOST_NAMES = 4, 24
NEAR = 1e-5
FEWEST = 3  # numbers: fewer are explained by any product
FORMS: Mapping[str, Callable[[Floats], Floats]] = {
    "{}": lambda a: a,
    "{}**2": np.square,
    "sqrt({})": np.sqrt,
    "(1 - {})": lambda a: 1 - a,
    "(1 - {}**2)": lambda a: 1 - a * a,
    "(1 + {})": lambda a: 1 + a,
    "(1 + {}**2)": lambda a: 1 + a * a,
    "exp({})": np.exp,
}


class ProductOfColumns(NamedTuple):
    """A number times powers of texts."""

    number: float
    powers: list[tuple[str, int]]

    def __str__(self) -> str:
        above = [text for text, power in self.powers if power > 0]
        below = [text for text, power in self.powers if power < 0]
        sign = "-" if self.number < 0 else ""
        plain = [] if abs(abs(self.number) - 1) < NEAR else [tidy(abs(self.number))]
        top = " * ".join([*plain, *above]) or "1"
        bottom = f"({' * '.join(below)})" if len(below) > 1 else "".join(below)
        return f"{sign}{top} / {bottom}" if below else f"{sign}{top}"


@dataclass(frozen=True)
class Column:
    """The numbers of a text at all entries of some points, one after the other."""

    text: str
    numbers: Floats
    logs: Floats


def by_ratio(points: Sequence[Point]) -> str | None:
    """Return the cause if each gradient is the right one times such a product."""
    chosen = wrong_points(points)
    ratio = in_one_vector([ratio_of(p) for p in chosen])
    found = product_of_columns(ratio, columns(chosen))
    return right_times_product(found) if found else None


def right_times_product(found: ProductOfColumns) -> str:
    """Return the cause of a gradient that is the right one times a product."""
    match found:
        case ProductOfColumns(number, [(above, 1), (below, -1)]) | ProductOfColumns(
            number, [(below, -1), (above, 1)]
        ):
            one, other = stripped(above), stripped(below)
            if abs(number - 1) < NEAR and one[1] == other[1] and SEED not in (one[0], other[0]):
                return f"it is divided by `{other[0]}` where it should be by `{one[0]}`"
    return f"it is the gradient times {found}"


def stripped(text: str) -> tuple[str, str]:
    """Return a text without its power, and the power."""
    bare, star, power = text.partition("**")
    return bare.removeprefix("(").removesuffix(")"), star + power


def by_difference(points: Sequence[Point]) -> str | None:
    """Return what is wrong where each gradient lacks such a product."""
    chosen = wrong_points(points)
    if any(p.seed is None for p in chosen):
        return None
    lacking = [np.where(p.known, (p.want - p.got) / (p.seed or 1.0), np.nan) for p in chosen]
    found = product_of_columns(in_one_vector(lacking), columns(chosen))
    return f"a term is missing: what it lacks is `{found}`" if found else None


def wrong_points(points: Sequence[Point]) -> list[Point]:
    """Return a few points that are wrong."""
    return [point for point in points if point.wrong.any()][:MOST_POINTS]


def ratio_of(point: Point) -> Floats:
    """Return the quotient of what was written and what is right, NaN where it says nothing."""
    least = 1e-6 * float(np.abs(point.want[point.known]).max(initial=0.0))
    with np.errstate(all="ignore"):
        return np.where(np.abs(point.want) > least, point.got / point.want, np.nan)


def in_one_vector(arrays: Sequence[Floats]) -> Floats:
    """Return the numbers of arrays in one vector."""
    return np.concatenate([np.ravel(a) for a in arrays]) if arrays else np.empty(0)


def columns(points: Sequence[Point]) -> list[Column]:
    """Return what may be factors: names of the function's, and simple forms of them."""
    return [column for text in names_of_numbers(points) for column in forms(text, points)]


def names_of_numbers(points: Sequence[Point]) -> list[str]:
    """Return the names that hold numbers at all points which broadcast to the input's shape."""
    if not points:
        return []
    first = points[0].scope
    return [n for n in first if all(fits(p.scope.get(n), p.want) for p in points)][:MOST_NAMES]


def fits(value: Floats | None, want: Floats) -> bool:
    """Tell whether a value broadcasts to the shape of a gradient."""
    if value is None or value.ndim > want.ndim:
        return False
    pairs = zip(reversed(value.shape), reversed(want.shape), strict=False)
    return all(mine in (1, theirs) for mine, theirs in pairs)


def forms(name: str, points: Sequence[Point]) -> Iterator[Column]:
    """Yield the forms of a name that may be a factor."""
    base = in_one_vector([np.broadcast_to(p.scope[name], p.want.shape) for p in points])
    for text, apply in FORMS.items():
        if name == SEED and text not in ("{}", "{}**2"):
            continue
        with np.errstate(all="ignore"):
            numbers = apply(base)
            logs = np.log(np.abs(numbers))
        if np.isfinite(numbers).all() and np.ptp(numbers) > 0:
            yield Column(text.format(name), numbers, logs)


def product_of_columns(target: Floats, found: Sequence[Column]) -> ProductOfColumns | None:
    """Return a product or quotient of one or two columns that the target is.

    A plain number may stand before it.
    """
    known = np.isfinite(target)
    if known.sum() < FEWEST or not found or not target[known].all():
        return None
    logs = np.array([column.logs[known] for column in found])
    goal = np.log(np.abs(target[known]))
    if np.ptp(goal) < NEAR:
        return None
    for powers in powers_of_columns(goal, logs):
        confirmed = exact(target[known], [(found[i], power) for i, power in powers], known)
        if confirmed:
            return confirmed
    return None


def powers_of_columns(goal: Floats, logs: Floats) -> Iterator[list[tuple[int, int]]]:
    """Yield the powers of columns whose logarithms add up to the goal, but for a constant."""
    with np.errstate(invalid="ignore"):
        goal, logs = goal - goal.mean(), logs - logs.mean(axis=1, keepdims=True)
        for power in (1, -1):
            off = np.abs(power * logs - goal).max(axis=1)
            yield from ([(int(i), power)] for i in np.flatnonzero(off < NEAR))
        for one, power, other in product(range(len(logs)), (1, -1), (1, -1)):
            rest = goal - power * logs[one]
            off = np.abs(other * logs[one + 1 :] - rest).max(axis=1)
            for j in np.flatnonzero(off < NEAR):
                yield [(one, power), (one + 1 + int(j), other)]


def exact(
    target: Floats, powers: Sequence[tuple[Column, int]], known: Mask
) -> ProductOfColumns | None:
    """Return a product if the target is a plain number times it, signs and all."""
    value = np.ones_like(target)
    for column, power in powers:
        value = value * column.numbers[known] ** float(power)
    number = float(target[0] / value[0])
    if not np.allclose(target, number * value, rtol=NEAR, atol=0):
        return None
    return ProductOfColumns(number, [(column.text, power) for column, power in powers])
