"""What the functions are called with: at four sizes, and the inputs that gradients are taken by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

STEPS = 50


class Case(NamedTuple):
    """A function, the inputs to differentiate by, and the shapes of all as --shape says them."""

    name: str
    wrt: tuple[str, ...]
    shapes: Mapping[str, str]


CASES = (
    Case("norm", ("X",), {"X": "m"}),
    Case("cosine", ("X", "Y"), {"X": "m", "Y": "m"}),
    Case("cosine_rows", ("X", "Y"), {"X": "n,d", "Y": "n,d"}),
    Case("softmax_cross_entropy", ("scores",), {"scores": "n,d", "truth": "n,d"}),
    Case(
        "layer_norm",
        ("X", "gain", "bias"),
        {"X": "n,d", "gain": "d", "bias": "d", "weights": "n,d"},
    ),
    Case("affine", ("X", "W", "b"), {"X": "n,d", "W": "d,o", "b": "o", "Y": "n,o"}),
    Case("mish", ("X",), {"X": "n,d", "weights": "n,d"}),
    Case("huber", ("guess",), {"guess": "n,d", "truth": "n,d"}),
    Case(
        "rnn",
        ("X", "h", "W", "U", "b"),
        {"X": "t,b,i", "h": "b,o", "W": "i,o", "U": "o,o", "b": "o"},
    ),
    Case("logistic", ("w",), {"w": "d", "X": "n,d", "y": "n"}),
)

# The rows and columns of a matrix; a vector has as many entries.
SIZES: Sequence[tuple[int, int]] = ((3, 4), (32, 32), (300, 300), (1000, 1000))
# The rows of a batch and the units of a network that is unrolled over 50 steps.
NETWORKS: Sequence[tuple[int, int]] = ((2, 4), (8, 32), (32, 128), (64, 256))


def arguments(case: Case, size: int) -> dict[str, np.ndarray]:
    """Return the arrays that a case is called with at one of the sizes, by name."""
    rng = np.random.default_rng(size)
    (rows, columns), (batch, units) = SIZES[size], NETWORKS[size]
    sizes = {"m": rows * columns, "n": rows, "d": columns, "o": columns}
    if case.name == "rnn":
        sizes = {"t": STEPS, "b": batch, "i": units, "o": units}
    found = {
        name: rng.normal(size=[sizes[axis] for axis in shape.split(",")])
        for name, shape in case.shapes.items()
    }
    for weights in {"W", "U"} & found.keys():
        found[weights] /= np.sqrt(columns if case.name == "affine" else units)
    return found
