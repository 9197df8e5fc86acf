"""A vector that records how much of it is read, which is how long it has to be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

LONG = 1009  # entries: more than is read at the sizes that are tried, and a prime


class Reads:
    """How many entries were read from the start, and from the end."""

    def __init__(self) -> None:
        self.first = 0
        self.last = 0

    @property
    def length(self) -> int:
        """The length of a vector in which what is read from both ends does not overlap."""
        return self.first + self.last


class Tape(np.ndarray[Any, Any]):
    """A vector, or the rest of it from an offset on, that records how much of it is read.

    A part with an end is a plain array. What has none ends where its use tells how much is needed:
    where it is reshaped, or meets other arrays.
    """

    reads: Reads | None = None
    start = 0

    @classmethod
    def new(cls, rng: np.random.Generator) -> Tape:
        """Return a vector of small numbers of which nothing was read."""
        tape = np.asarray(0.3 * rng.normal(size=LONG)).view(cls)
        tape.reads = Reads()
        return tape

    def __array_finalize__(self, source: Any) -> None:
        """Note the reads of a copy or another view together with those of the vector."""
        self.reads = getattr(source, "reads", None)
        self.start = getattr(source, "start", 0)

    def needs(self, count: int) -> Any:
        """Return the first entries as a plain array, and note that they were read."""
        if self.reads and count <= self.size:
            self.reads.first = max(self.reads.first, self.start + count)
        return self.view(np.ndarray)[:count]

    def __getitem__(self, index: Any) -> Any:
        """Return entries, and note which they are."""
        if isinstance(index, int | np.integer):
            return self.item_at(int(index))
        if isinstance(index, slice) and index.step in (None, 1):
            return self.part(index)
        return self.view(np.ndarray)[index]

    def item_at(self, index: int) -> Any:
        """Return one entry."""
        if index < 0:
            self.ends(-index)
        return self.view(np.ndarray)[index] if index < 0 else self.needs(index + 1)[index]

    def part(self, index: slice) -> Any:
        """Return the entries of a slice."""
        start, stop = index.start or 0, index.stop
        if start < 0:
            self.ends(-start)
            return self.view(np.ndarray)[index]
        if stop is not None and 0 <= stop < self.size:
            return self.needs(stop)[start:]
        if stop is not None and stop < 0:
            self.ends(-stop)
        left = self.view(np.ndarray)[start:].view(Tape)
        left.reads, left.start = self.reads, self.start + start
        return left

    def ends(self, count: int) -> None:
        """Note that entries are counted from the end."""
        if self.reads:
            self.reads.last = max(self.reads.last, count)

    def reshape(self, *shape: Any, **options: Any) -> Any:
        """Return as many entries as a shape has, in that shape."""
        sizes = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        count = math.prod(sizes)
        return self.needs(count if count >= 0 else self.size).reshape(sizes, **options)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Compute with as many entries as the other operands have."""
        others = [np.shape(given) for given in inputs if not isinstance(given, Tape)]
        behind = ufunc is np.matmul and isinstance(inputs[0], Tape)
        sizes = [shape[-2:][0] if behind else shape[-1] for shape in others if shape]
        if max(sizes, default=0) > 1:
            plain = [i.needs(max(sizes)) if isinstance(i, Tape) else i for i in inputs]
            return getattr(ufunc, method)(*plain, **options)
        plain = [i.view(np.ndarray) if isinstance(i, Tape) else i for i in inputs]
        return self.left(getattr(ufunc, method)(*plain, **options))

    def left(self, found: Any) -> Any:
        """Return what was computed entry by entry with the reads of what it is made of."""
        if np.shape(found) != self.shape:
            return found
        tape = np.asarray(found).view(Tape)
        tape.reads, tape.start = self.reads, self.start
        return tape
