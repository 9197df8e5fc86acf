"""Functions that take a list of arrays or return one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from refactorer.vjps.notation import VJP, vjp


def concatenate(g: Any, arrays: Sequence[Any], *, axis: int | None) -> str:
    if axis is None:
        return listed(reshaped(i, between(arrays, i, "size")) for i in range(len(arrays)))
    rank = np.ndim(arrays[0])
    place = -1 if axis == -1 else axis % rank
    lead = ("..., " if rank > 1 else "") if axis == -1 else ":, " * place
    size = f"shape[{place}]"
    return listed(f"g[{lead}{between(arrays, i, size)}]" for i in range(len(arrays)))


def between(arrays: Sequence[Any], i: int, size: str) -> str:
    """Return the slice that the i-th of some joined arrays fills."""
    sizes = [f"arrays[{k}].{size}" if np.ndim(array) else "1" for k, array in enumerate(arrays)]
    stop = " + ".join(sizes[: i + 1]) if i + 1 < len(arrays) else ""
    return f"{' + '.join(sizes[:i])}:{stop}"


def reshaped(i: int, place: str) -> str:
    return f"np.reshape(g[{place}], np.shape(arrays[{i}]))"


def listed(parts: Any) -> str:
    return f"[{', '.join(parts)}]"


def stack(g: Any, arrays: Sequence[Any], *, axis: int) -> str:
    rank = np.ndim(arrays[0])
    lead = ("..., " if rank else "") if axis == -1 else ":, " * (axis % (rank + 1))
    return listed(f"g[{lead}{i}]" for i in range(len(arrays)))


def hstack(g: Any, arrays: Sequence[Any]) -> str:
    rank = np.ndim(arrays[0])
    if rank == 0:
        return stack(g, arrays, axis=0)
    return concatenate(g, arrays, axis=0 if rank == 1 else 1)


def vstack(g: Any, arrays: Sequence[Any]) -> str:
    """Vectors and numbers are rows."""
    if np.ndim(arrays[0]) > 1 and all(np.ndim(array) > 1 for array in arrays):
        return concatenate(g, arrays, axis=0)
    return listed(rows(arrays, lambda place: f"g[{place}]"))


def column_stack(g: Any, arrays: Sequence[Any]) -> str:
    """Vectors are columns."""
    if all(np.ndim(array) > 1 for array in arrays):
        return concatenate(g, arrays, axis=1)
    return listed(rows(arrays, lambda place: f"g[:, {place}]", axis=1))


def rows(arrays: Sequence[Any], part: Any, axis: int = 0) -> list[str]:
    """Return the parts of the cotangent of arrays of which some have one axis less."""
    sizes = [f"arrays[{k}].shape[{axis}]" if np.ndim(a) > 1 else "" for k, a in enumerate(arrays)]
    parts = []
    for i, size in enumerate(sizes):
        single = sizes[:i].count("")
        start = " + ".join([*filter(None, sizes[:i]), *([str(single)] if single else [])])
        if size:
            parts.append(part(f"{start}:{start + ' + ' if start else ''}{size}"))
        else:
            parts.append(part(start or "0") if np.ndim(arrays[i]) else f"{part(start or '0')}[0]")
    return parts


def dstack(g: Any, arrays: Sequence[Any]) -> str:
    if all(np.ndim(array) > 2 for array in arrays):
        return concatenate(g, arrays, axis=2)
    count = range(len(arrays))
    return listed(f"np.reshape(g[:, :, {i}], np.shape(arrays[{i}]))" for i in count)


def append_left(g: Any, x: Any, y: Any, *, axis: int | None) -> str:
    return joined_pair(x, y, axis)[0]


def append_right(g: Any, x: Any, y: Any, *, axis: int | None) -> str:
    return joined_pair(x, y, axis)[1]


def joined_pair(x: Any, y: Any, axis: int | None) -> tuple[str, str]:
    """Return the parts of the cotangent of two arrays that were joined."""
    if axis is not None:
        lead = ":, " * (axis % np.ndim(x))
        return f"g[{lead}:x.shape[{axis}]]", f"g[{lead}x.shape[{axis}]:]"
    size = "x.size" if np.ndim(x) else "1"
    left, right = f"g[:{size}]", f"g[{size}:]"
    return (
        left if np.ndim(x) == 1 else f"np.reshape({left}, np.shape(x))",
        right if np.ndim(y) == 1 else f"np.reshape({right}, np.shape(y))",
    )


def split(g: Sequence[Any], z: Any, *, parts: int | Sequence[int], axis: int) -> str:
    """Join the cotangents of the parts; one that has none is zero."""
    count = parts if isinstance(parts, int) else len(parts) + 1
    joined = (f"np.zeros_like(z[{i}])" if is_zero(g, i) else f"g[{i}]" for i in range(count))
    return f"np.concatenate({listed(joined)}{f', axis={axis}' if axis else ''})"


def hsplit(g: Sequence[Any], z: Any, x: Any, *, parts: int | Sequence[int]) -> str:
    return split(g, z, parts=parts, axis=min(np.ndim(x) - 1, 1))


def vsplit(g: Sequence[Any], z: Any, *, parts: int | Sequence[int]) -> str:
    return split(g, z, parts=parts, axis=0)


def dsplit(g: Sequence[Any], z: Any, *, parts: int | Sequence[int]) -> str:
    return split(g, z, parts=parts, axis=2)


def is_zero(g: Sequence[Any], i: int) -> bool:
    """Tell whether no cotangent reaches a part of a tuple: it is left out, or a written zero."""
    return i >= len(g) or (isinstance(g[i], int) and g[i] == 0)


def grid(i: int) -> Any:
    """Return the row for an axis of `np.meshgrid`."""

    def row(g: Sequence[Any], x0: Any, x1: Any, x2: Any, x3: Any, *, indexing: str) -> str:
        given = [x for x in (x0, x1, x2, x3) if x is not None]
        place = 1 - i if indexing == "xy" and i < 2 <= len(given) else i
        if is_zero(g, i):
            return f"np.zeros_like(x{i})"
        others = tuple(axis for axis in range(len(given)) if axis != place)
        text = f"np.sum(g[{i}], axis={others[0] if len(others) == 1 else others})"
        text = text if others else f"g[{i}]"
        return text if np.ndim(given[i]) == 1 else f"np.reshape({text}, np.shape(x{i}))"

    row.__name__ = f"meshgrid_{i}"
    return row


def broadcast(i: int) -> Any:
    """Return the row for an operand of `np.broadcast_arrays`."""

    def row(g: Sequence[Any], x0: Any, x1: Any, x2: Any, x3: Any) -> str:
        return f"np.zeros_like(x{i})" if is_zero(g, i) else f"tangent.unbroadcast(g[{i}], x{i})"

    row.__name__ = f"broadcast_{i}"
    return row


SPLIT = "x, parts, axis=0"

VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.concatenate: vjp("arrays, axis=0", {"arrays": concatenate}),
    np.stack: vjp("arrays, axis=0", {"arrays": stack}),
    np.hstack: vjp("arrays", {"arrays": hstack}),
    np.vstack: vjp("arrays", {"arrays": vstack}),
    np.dstack: vjp("arrays", {"arrays": dstack}),
    np.column_stack: vjp("arrays", {"arrays": column_stack}),
    np.append: vjp("x, y, axis=None", {"x": append_left, "y": append_right}),
    np.split: vjp(SPLIT, {"x": split}),
    np.array_split: vjp(SPLIT, {"x": split}),
    np.hsplit: vjp("x, parts", {"x": hsplit}),
    np.vsplit: vjp("x, parts", {"x": vsplit}),
    np.dsplit: vjp("x, parts", {"x": dsplit}),
    np.broadcast_arrays: vjp(
        "x0, x1=None, x2=None, x3=None", {f"x{i}": broadcast(i) for i in range(4)}
    ),
    np.meshgrid: vjp(
        "x0, x1=None, x2=None, x3=None, indexing='xy'", {f"x{i}": grid(i) for i in range(4)}
    ),
}
