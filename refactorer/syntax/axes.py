"""How axes are spelled: as an argument, as an index, as a size."""

from __future__ import annotations

import re
from collections.abc import Sequence


def from_the_end(code: str) -> bool:
    """Tell whether a function counts axes from the end, so that it may serve several ranks."""
    return re.search(r"axis=\(?-", code) is not None


def spelled(axes: Sequence[int]) -> str:
    """Return axes as an argument: `1`, or `(0, 2)`."""
    return str(axes[0]) if len(axes) == 1 else str(tuple(axes))


def put_back(axes: Sequence[int], rank: int) -> str:
    """Return the index that puts reduced axes back as axes of size one: `[:, None]`, `[..., None]`.

    New axes in front need no index: broadcasting adds them.
    """
    wanted = {axis % rank for axis in axes}
    inner = [axis for axis in sorted(wanted) if not set(range(axis)) <= wanted]
    if not inner:
        return ""
    if all(axis < 0 for axis in axes):
        return f"[..., {marks(range(inner[0], rank), wanted)}]"
    lead = next(i for i in range(rank) if i not in wanted)
    return f"[{marks(range(lead, inner[-1] + 1), wanted)}]"


def marks(axes: Sequence[int], new: set[int]) -> str:
    """Return the parts of an index for some axes: `None` for a new one, `:` for an old one."""
    return ", ".join("None" if axis in new else ":" for axis in axes)


def broadcast(
    small: Sequence[int], large: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the axes of `large` that `small` lacks in front, and those where it has size one."""
    lead = len(large) - len(small)
    ones = [lead + i for i, n in enumerate(small) if n == 1 and large[lead + i] > 1]
    return tuple(range(lead)), tuple(ones)


def reduced(large: Sequence[int], small: Sequence[int]) -> tuple[int, ...]:
    """Return the axes that a reduction took from `large`, kept with size one or not."""
    if len(large) == len(small):
        return tuple(i for i, n in enumerate(large) if n != small[i])
    gone, rest = [], list(small)
    for i, n in enumerate(large):
        if rest and rest[0] == n:
            rest.pop(0)
        else:
            gone.append(i)
    return tuple(gone)
