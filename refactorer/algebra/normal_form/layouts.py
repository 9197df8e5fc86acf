"""How the axes of an array lie: their labels from left to right, None for an axis of length one."""

from __future__ import annotations

from typing import TypeAlias

Layout: TypeAlias = tuple[int | None, ...]


def laid_out(shape: tuple[int, ...]) -> Layout:
    """The labels of an array that stands alone."""
    return tuple(len(shape) - 1 - i if n != 1 else None for i, n in enumerate(shape))


def long(layout: Layout) -> tuple[int, ...]:
    """The labels without the axes of length one."""
    return tuple(label for label in layout if label is not None)


def stripped(layout: Layout) -> Layout:
    """Without the axes of length one on the left, which broadcasting adds by itself."""
    start = next((i for i, label in enumerate(layout) if label is not None), len(layout))
    return layout[start:]
