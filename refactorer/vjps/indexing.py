"""Functions that read at places, or choose between values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from refactorer.vjps.joining import listed
from refactorer.vjps.notation import VJP, vjp
from refactorer.vjps.shaping import COLON, added_at, is_number


def add_at(total: Any, index: Any, g: npt.ArrayLike) -> Any:
    """Add a cotangent in place where `index` reads, as often as it reads there.

    The cotangent of a tuple is the list of those of its parts.
    """
    if isinstance(total, list):
        total[index] = total[index] + g
        return total
    total = total if total.flags.writeable else total.copy()  # it may be a view of one number
    np.add.at(total, index, g)
    return total


def take(g: Any, x: Any, indices: Any, *, axis: int | None) -> str:
    rank = np.ndim(x)
    if axis is None and rank != 1:
        place = "np.unravel_index(indices, np.shape(x))"
        return f"tangent.add_grad_at_index(np.zeros_like(x), {place}, g)"
    return added_at(rank, (axis or 0) % rank, "indices")


def take_along_axis(g: Any, x: Any, indices: Any, *, axis: int) -> str:
    """Add at the indices along the axis, each at its own place along the others."""
    rank, place = np.ndim(x), axis % np.ndim(x)
    others = [
        f"np.arange(x.shape[{i}])[{', '.join([':', *['None'] * (rank - 1 - i)])}]"
        if i < rank - 1
        else f"np.arange(x.shape[{i}])"
        for i in range(rank)
    ]
    index = (
        "indices" if rank == 1 else ", ".join([*others[:place], "indices", *others[place + 1 :]])
    )
    return f"tangent.add_grad_at_index(np.zeros_like(x), ({index}), g)"


def diagonal(g: Any, z: Any, x: Any, offset: Any, *, axis1: int, axis2: int) -> str:
    """Add along the diagonal of the two axes; the others come first in the cotangent."""
    return along_diagonal(x, "offset", offset, axis1, axis2)


def along_diagonal(x: Any, name: str, offset: Any, axis1: int, axis2: int) -> str:
    """Return an array like x with the cotangent on the diagonal that an argument names."""
    rank = np.ndim(x)
    first, second = axis1 % rank, axis2 % rank
    above = str(offset) if isinstance(offset, int) else name
    if rank == 2 and first < second and np.shape(x)[0] == np.shape(x)[1]:
        return "np.diag(g)" if is_number(offset, 0) else f"np.diag(g, {above})"
    band = rank == 2 and first < second and isinstance(offset, int)
    along = "np.arange(z.size)" if band else "np.arange(z.shape[-1])"
    places = {first: shifted(along, above, "-"), second: shifted(along, above, "")}
    index = ", ".join(places.get(i, COLON) for i in range(rank))
    to = 0 if abs(first - second) > 1 else min(first, second)
    moved = "g" if to == rank - 2 else f"np.moveaxis(g, -1, {to})"
    return f"tangent.add_grad_at_index(np.zeros_like(x), ({index}), {moved})"


def shifted(along: str, offset: str, sign: str) -> str:
    """Return places along an axis: of the rows below the first if the offset is negative."""
    try:
        places = max(int(f"{sign}{offset}".removeprefix("--")), 0)
    except ValueError:
        return f"{along} + max({sign}{offset}, 0)"
    return f"{along} + {places}" if places else along


def diag(g: Any, z: Any, x: Any, k: Any) -> str:
    """A matrix from its diagonal, or the other way round."""
    if np.ndim(x) == 1:
        return "np.diag(g).copy()" if is_number(k, 0) else "np.diag(g, k).copy()"
    return along_diagonal(x, "k", k, axis1=0, axis2=1)


def choose(g: Any, index: Any, choices: Sequence[Any]) -> str:
    return listed(
        f"tangent.unbroadcast(np.where(index == {i}, g, 0), choices[{i}])"
        for i in range(len(choices))
    )


def select(g: Any, conditions: Sequence[Any], choices: Sequence[Any]) -> str:
    """The first condition that holds decides."""
    return listed(
        f"tangent.unbroadcast(np.where({first_of(i)}, g, 0), choices[{i}])"
        for i in range(len(choices))
    )


def first_of(i: int) -> str:
    return " & ".join([*(f"~conditions[{k}]" for k in range(i)), f"conditions[{i}]"])


def otherwise(g: Any, conditions: Sequence[Any], x: Any) -> str:
    none = " & ".join(f"~conditions[{k}]" for k in range(len(conditions)))
    return f"tangent.unbroadcast(np.where({none}, g, 0), x)"


BETWEEN = (
    "tangent.add_grad_at_index("
    "tangent.add_grad_at_index(np.zeros_like({0}), place, {1} * (1 - part)), place + 1, {1} * part)"
)
INTERPOLATION = {
    "place": "np.clip(np.searchsorted(xp, x, 'right') - 1, 0, xp.size - 2)",
    "part": "np.clip((x - xp[place]) / (xp[place + 1] - xp[place]), 0, 1)",
    "slope": "(fp[place + 1] - fp[place]) / (xp[place + 1] - xp[place])",
    "inside": "g * slope * ((x >= xp[0]) & (x <= xp[-1]))",
    "x": "inside",
    "xp": BETWEEN.format("xp", "-inside"),
    "fp": BETWEEN.format("fp", "g"),
}

VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.take: vjp("x, indices, axis=None", {"x": take}),
    np.take_along_axis: vjp("x, indices, axis=-1", {"x": take_along_axis}),
    np.diag: vjp("x, k=0", {"x": diag}),
    np.diagonal: vjp("x, offset=0, axis1=0, axis2=1", {"x": diagonal}),
    np.choose: vjp("index, choices", {"choices": choose}),
    np.select: vjp("conditions, choices, x=0", {"choices": select, "x": otherwise}),
    np.interp: vjp("x, xp, fp", INTERPOLATION),
}
