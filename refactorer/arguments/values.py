"""Kinds of values that a user's function may want, and how they are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
Draw = Callable[[np.random.Generator, Shape, int], NDArray[np.generic]]


def normal(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return values around zero."""
    return np.asarray(rng.normal(size=shape))


def wide(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return values that are large enough to saturate what saturates."""
    return np.asarray(30 * rng.normal(size=shape))


def small(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return values near zero."""
    return np.asarray(0.1 * rng.normal(size=shape))


def positive(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return values well above zero."""
    return np.asarray(rng.uniform(0.2, 2.5, size=shape))


def unit(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return values in (0, 1)."""
    return np.asarray(rng.uniform(0.05, 0.95, size=shape))


def above_one(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return values above one."""
    return np.asarray(rng.uniform(1.1, 3.0, size=shape))


def sign(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return labels -1 and 1."""
    return 2 * binary(rng, shape, 0) - 1


def binary(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.float64]:
    """Return labels 0 and 1, half of them each."""
    labels = (np.arange(math.prod(shape)) + rng.integers(2)) % 2
    return np.asarray(rng.permutation(labels).reshape(shape), dtype=float)


def mask(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return truth values."""
    return binary(rng, shape, 0) > 0


def index(rng: np.random.Generator, shape: Shape, bound: int) -> NDArray[np.generic]:
    """Return integers from 0 up to a bound, with the least and the greatest among several."""
    found = rng.integers(0, bound, size=math.prod(shape))
    if len(found) > 1:
        found[:2] = 0, bound - 1
    return np.asarray(rng.permutation(found).reshape(shape))


def lengths(rng: np.random.Generator, shape: Shape, bound: int) -> NDArray[np.generic]:
    """Return a vector of positive integers that add up to a bound; ValueError if all were one."""
    (parts,) = shape
    if 1 < bound <= parts:
        raise ValueError(f"{bound} rows are too few for {parts} lengths")
    cuts = np.sort(rng.choice(np.arange(1, bound), size=parts - 1, replace=False))
    return np.diff(np.concatenate([[0], cuts, [bound]]))


def simplex(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return rows that sum to one."""
    parts = rng.uniform(0.2, 2.0, size=shape)
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


def spd(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return symmetric positive definite matrices; ValueError if they are not square."""
    rows, columns = shape[-2:]
    root = rng.normal(size=shape)
    return np.asarray(root @ root.swapaxes(-1, -2) / columns + np.eye(rows, columns))


def increasing(rng: np.random.Generator, shape: Shape, _: int) -> NDArray[np.generic]:
    """Return values around zero that grow along the last axis."""
    steps = rng.uniform(0.3, 1.0, size=shape)
    found = np.cumsum(np.atleast_1d(steps), axis=-1).reshape(shape)
    return np.asarray(found - found.mean())


KINDS: Mapping[str, Draw] = {
    draw.__name__: draw
    for draw in (
        *(normal, positive, unit, above_one, sign, binary, mask, index, lengths, simplex, spd),
        *(wide, small, increasing),
    )
}


def times(rng: np.random.Generator, shape: Shape, factor: float) -> NDArray[np.generic]:
    """Return values around zero, larger or smaller by a factor."""
    return np.asarray(factor * rng.normal(size=shape))


def near(rng: np.random.Generator, shape: Shape, value: float) -> NDArray[np.generic]:
    """Return values on both sides of a number."""
    return np.asarray(value + 0.25 * (abs(value) or 1.0) * rng.normal(size=shape))


def draw(kind: str, shape: Shape, sizes: Mapping[str, int], rng: np.random.Generator) -> object:
    """Return values of a kind: an array, or a Python number for the shape ().

    "index n" and "lengths n" name their bound: a size or a number; "times 10" and "near 3" their
    number. ValueError where the kind has no values of this shape.
    """
    name, _, limit = kind.partition(" ")
    if name in ("times", "near"):
        moved = (times if name == "times" else near)(rng, shape, float(limit))
        return moved if shape else moved.item()
    bound = sizes[limit] if limit in sizes else int(limit or 0)
    values = KINDS[name](rng, shape, bound)
    return values if shape else values.item()


def kinds_to_try(rank: int, bounds: tuple[str, ...], differentiable: bool) -> tuple[str, ...]:
    """Return the kinds to try for an argument of a rank, in turn."""
    smooth = ("normal", "positive", "unit")
    late = ("above_one", *(("simplex",) if rank else ()), *(("spd",) if rank == 2 else ()))
    if differentiable:
        return (*smooth, *late)
    return (*smooth, "sign", "binary", *integers(rank, bounds), *late, "mask")


def integers(rank: int, bounds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds of integers to try: indices below each bound, lengths that add up to it."""
    parts = tuple(f"lengths {bound}" for bound in bounds if rank == 1)
    return (*(f"index {bound}" for bound in (*bounds, "2")), *parts)
