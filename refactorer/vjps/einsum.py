"""Einstein's summation: each cotangent is a summation as well."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters
from typing import Any

import numpy as np

from refactorer.vjps.notation import Row

# The operands that a VJP names, as many as a sum may have.
OPERANDS = ("x0", *(f"x{i}=None" for i in range(1, 8)))


def operand(k: int) -> Row:
    """Return the row for an operand."""

    def row(
        g: Any, x0: Any, x1: Any, x2: Any, x3: Any, x4: Any, x5: Any, x6: Any, x7: Any, *, spec: str
    ) -> str:
        arrays = [x for x in (x0, x1, x2, x3, x4, x5, x6, x7) if x is not None]
        inputs, output = labelled(spec, arrays)
        return cotangent(k, inputs, output, attained(k, inputs, arrays))

    row.__name__ = f"einsum_{k}"
    return row


def labelled(spec: str, arrays: Sequence[Any]) -> tuple[list[str], str]:
    """Return the labels of each operand and of the output, with letters for an ellipsis."""
    left, arrow, output = spec.replace(" ", "").partition("->")
    inputs = left.split(",")
    unused = [letter for letter in ascii_letters if letter not in spec]
    ranks = [np.ndim(a) - len(s) + 3 for a, s in zip(arrays, inputs, strict=True) if "..." in s]
    dots = "".join(unused[: max(ranks, default=0)])
    if not arrow:
        once = sorted(c for c in set(left) - set(",.") if left.count(c) == 1)
        output = "".join(["..."] * bool(ranks) + once)
    full = [
        s.replace("...", dots[len(dots) - (np.ndim(a) - len(s) + 3) :])
        for a, s in zip(arrays, inputs, strict=True)
    ]
    return full, output.replace("...", dots)


def attained(k: int, inputs: Sequence[str], arrays: Sequence[Any]) -> set[str]:
    """Return the labels of the k-th operand whose whole length another operand has as well."""
    own = dict(zip(inputs[k], np.shape(arrays[k]), strict=True))
    rest = [i for i in range(len(inputs)) if i != k]
    pairs = {pair for i in rest for pair in zip(inputs[i], np.shape(arrays[i]), strict=True)}
    return {label for label, size in own.items() if (label, size) in pairs}


def cotangent(k: int, inputs: Sequence[str], output: str, known: set[str]) -> str:
    """Return the sum over all labels but those of the k-th operand.

    A label that is not `known` by another operand is the same for all places along its axis, unless
    the output has it; one that the operand has twice reads its diagonal.
    """
    own, eyes = apart(inputs[k], f"{''.join(inputs)}{output}")
    factors = [(s, f"x{i}") for i, s in enumerate(inputs) if i != k]
    factors += [(pair, eye.format(k=k)) for pair, eye in eyes]
    if not set(own) <= {*known, *output, *"".join(pair for pair, _ in eyes)}:
        factors.append((own, f"np.ones_like(x{k})"))
    text = written([(output, "g"), *factors] if output else factors, own)
    text = text if output else f"g * {text}"
    return f"tangent.unbroadcast({text}, x{k})"


def apart(labels: str, taken: str) -> tuple[str, list[tuple[str, str]]]:
    """Return labels that are all different, and the unit matrices that make them equal."""
    unused = (letter for letter in ascii_letters if letter not in taken)
    own, eyes = "", []
    for i, label in enumerate(labels):
        if label in own:
            new = next(unused)
            eyes.append((label + new, f"np.eye(x{{k}}.shape[{i}], dtype=x{{k}}.dtype)"))
            own += new
        else:
            own += label
    return own, eyes


def written(factors: Sequence[tuple[str, str]], output: str) -> str:
    """Return a sum of products; nothing is summed where one factor has just these labels."""
    match factors:
        case [(labels, name)] if labels == output:
            return name
    labels = ",".join(label for label, _ in factors)
    return f"np.einsum('{labels}->{output}', {', '.join(name for _, name in factors)})"
