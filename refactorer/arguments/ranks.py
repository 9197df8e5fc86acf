"""Ranks to try where none is given, and which axes of arguments must have one size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product

from refactorer.arguments.dims import NAMES, PRIMES, Dims

Labels = tuple[int, ...]
Progress = tuple[float, ...]  # of a run: the instructions that it came to, in each function
DONE: Progress = (math.inf,)
MOST = 250  # assignments of ranks; beyond that, --shape says it


def assignments(count: int) -> Iterator[tuple[int, ...]]:
    """Return ranks 0 to 2 for `count` arguments, the preferred first.

    Equal ranks, vectors before matrices, then mixed ones with few scalars first; all scalars last.
    """
    if count == 0:
        return iter([()])
    every = islice(product((1, 2, 0), repeat=count), MOST * 3)
    mixed = [ranks for ranks in every if len(set(ranks)) > 1]
    mixed.sort(key=lambda ranks: (ranks.count(0), sum(ranks)))
    return iter([(1,) * count, (2,) * count, *mixed[:MOST], (0,) * count])


def higher(count: int) -> Iterator[tuple[int, ...]]:
    """Return ranks with a 3 among them: where no others will do."""
    mixed = [ranks for ranks in islice(product((3, 2, 1), repeat=count), MOST) if 3 in ranks]
    return iter(mixed if count else [])


def lone(count: int) -> Iterator[tuple[int, ...]]:
    """Return ranks of one vector among scalars: the state of a system and its parameters."""
    return (tuple(int(i == place) for i in range(count)) for place in range(count))


def finest(start: Labels, progress: Callable[[Labels], Progress]) -> Labels:
    """Return the labels with the most distinct values at which it runs, given some that do.

    Equal labels stand for equal sizes: two axes have one if nothing runs that tells them apart.
    `progress` tells how far it comes.
    """
    blocks = [block for label in sorted(set(start)) for block in split(start, label, progress)]
    labels = relabelled(len(start), blocks)
    return labels if labels == start or progress(labels) == DONE else start


def split(start: Labels, label: int, progress: Callable[[Labels], Progress]) -> list[list[int]]:
    """Return the parts of one block of equal labels that may have sizes of their own."""
    parts = [[axis for axis, own in enumerate(start) if own == label]]
    for seed in parts[0]:
        part = next(part for part in parts if seed in part)
        moved = grown(start, seed, part, progress) if len(part) > 1 else part
        if len(moved) < len(part):
            rest = [axis for axis in part if axis not in moved]
            parts = [other for other in parts if other is not part] + [moved, rest]
    return parts


def grown(
    start: Labels, seed: int, part: Sequence[int], progress: Callable[[Labels], Progress]
) -> list[int]:
    """Return the axes that must have the size of one of them, all if none does without others.

    Where it fails since some axes have another size, it comes further with one more that it needs.
    """
    moved, reached = [seed], progress(apart(start, [seed]))
    while reached != DONE:
        later = [axis for axis in part if axis > moved[-1]]
        others = [*later, *(axis for axis in part if axis not in (*moved, *later))]
        tried = ((progress(apart(start, [*moved, axis])), axis) for axis in others)
        reached, axis = next((one for one in tried if one[0] > reached), ((), seed))
        if axis == seed:
            return [*part]
        moved.append(axis)
    return sorted(moved)


def apart(start: Labels, moved: Sequence[int]) -> Labels:
    """Return the labels with another value for the axes that are moved."""
    other = max(start) + 1
    return tuple(other if axis in moved else own for axis, own in enumerate(start))


def relabelled(count: int, blocks: list[list[int]]) -> Labels:
    """Return labels, one value for each block, in the order of the blocks' first axes."""
    order = sorted(blocks, key=min)
    found = {axis: label for label, block in enumerate(order) for axis in block}
    return tuple(found[axis] for axis in range(count))


def sizes(labels: Labels) -> tuple[int, ...]:
    """Return a size for each axis: distinct primes from 5 on for distinct labels."""
    distinct = {label: PRIMES[2 + place] for place, label in enumerate(sorted(set(labels)))}
    return tuple(distinct[label] for label in labels)


def axis_names(labels: Labels, taken: Dims) -> Dims:
    """Return a name for each axis, one for each label; none of the taken ones."""
    free = (name for name in (*NAMES, *(f"n{i}" for i in range(2, 60))) if name not in taken)
    names = {label: next(free) for label in dict.fromkeys(labels)}
    return tuple(names[label] for label in labels)
