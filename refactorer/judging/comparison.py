"""Compares the output and the gradients of code with those of a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from refactorer.execution.evaluation import Arguments, Floats, is_float, leaves
from refactorer.judging.differences import DOUBTFUL
from refactorer.judging.directions import Direction
from refactorer.judging.sample import Sample


@dataclass(frozen=True)
class Tolerance:
    """How far off a gradient may be.

    `relative` is relative to the gradient itself. The others allow for gradients that vanish
    because terms cancel, of which rounding leaves a rest: `usual` is relative to the size that the
    gradient has at most samples, `least` is absolute.
    """

    relative: float
    usual: float
    least: float


# DOUBLE tells code that computes in float32 on the way from code that does not, and yet allows for
# what differences lose to rounding, as at the sine of a large number.
DOUBLE = Tolerance(1e-8, 1e-13, 1e-12)
SINGLE = Tolerance(2e-3, 2e-5, 1e-6)
SATURATED = Tolerance(1e-5, 1e-13, 1e-12)  # at extreme values, most of a gradient may be rounding


class Wrong(Exception):
    """Code is wrong; `error` is the relative error that shows it, infinite for other faults."""

    def __init__(self, reason: str, error: float = np.inf) -> None:
        super().__init__(reason)
        self.error = error


@dataclass(frozen=True)
class Verdict:
    """Whether code is right, the largest relative error of its gradients, and the reason if not.

    - `unsafe` counts the samples at the edge of the domain at which a gradient is not finite,
      although the function has a finite one there.
    - `at_ones` tells for each size of one that was tried whether the gradient is finite at it.
    - `notes` are details, such as sizes that were left out.
    """

    right: bool
    error: float
    reason: str = ""
    unsafe: int = 0
    at_ones: Mapping[str, bool] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def expect_output(got: object, want: object, tolerance: float) -> None:
    """Raise Wrong unless two outputs have one structure, shapes, dtypes and values."""
    if isinstance(want, tuple | list):
        if type(got) is not type(want) or len(got) != len(want):
            raise Wrong(f"the output is {described(got)}, not {described(want)}")
        for one, other in zip(got, want, strict=True):
            expect_output(one, other, tolerance)
    elif not same_kind(got, want):
        raise Wrong(f"the output is {described(got)}, not {described(want)}")
    elif not same_values(got, want, tolerance):
        raise Wrong("the output has other values than the function's")


def described(value: object) -> str:
    """Return the kind of a value in words, such as "float64 of shape (3,)"."""
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, np.ndarray | np.generic):
        return f"{value.dtype} of shape {value.shape}"
    return f"a {type(value).__name__}"


def same_kind(got: object, want: object) -> bool:
    """Tell whether two values have one shape and dtype; Python's numbers are as good as NumPy's.

    An int counts as a float where Python computes it as the sum of nothing.
    """
    if type(want) is int and type(got) is float:
        return True
    if not isinstance(want, np.ndarray | np.generic | int | float):
        return type(got) is type(want)
    mine, theirs = np.asarray(got), np.asarray(want)
    return mine.shape == theirs.shape and mine.dtype == theirs.dtype


def same_values(got: object, want: object, tolerance: float) -> bool:
    """Tell whether two values of one kind are equal, floats up to a relative tolerance."""
    if is_float(want):
        mine, theirs = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
        return bool(np.all(np.abs(mine - theirs) <= allowance(theirs, tolerance)))
    if isinstance(want, np.ndarray | np.generic):
        return np.array_equal(np.asarray(got), np.asarray(want))
    return bool(got == want)


def allowance(want: Floats, tolerance: float, least: float = DOUBLE.least) -> Floats:
    """Return how far off each entry may be: relative to itself and to the largest."""
    largest = float(np.max(np.abs(want), initial=0.0, where=np.isfinite(want)))
    return np.asarray(tolerance * (np.abs(want) + largest) + least)


def expect_gradients(
    got: Sequence[object], sample: Sample, tolerance: Tolerance = DOUBLE, factor: float = 1.0
) -> float:
    """Return the largest relative error of gradients; raise Wrong if they are wrong.

    They are compared with `factor` times the sample's. The error is NaN if a gradient at an edge is
    not finite, and zero where values saturate, since it says nothing there.
    """
    if len(got) != len(sample.wrt):
        raise Wrong(f"{len(got)} gradients for {len(sample.wrt)} inputs")
    errors = [
        expect_gradient(
            sample, name, gradient, SATURATED if sample.saturated else tolerance, factor
        )
        for name, gradient in zip(sample.wrt, got, strict=True)
    ]
    return float(np.max(errors))


def up_to_rounding(
    once: Callable[[Sample], float],
    sample: Sample,
    gradients: Callable[[Arguments], Sequence[object]],
) -> float:
    """Return the error at a sample, allowing for rounding of the arguments if nothing else helps.

    `once` returns the error at a sample, or raises Wrong. If it does, it is called again for a
    sample whose errors are enlarged by what `gradients`, those of the code, change by when the
    arguments are rounded.
    """
    try:
        return once(sample)
    except Wrong:
        return once(sample.shaken(gradients))


def expect_gradient(
    sample: Sample, name: str, got: object, tolerance: Tolerance, factor: float
) -> float:
    """Return the relative error of one gradient; raise Wrong if it is wrong."""
    place = sample.wrt.index(name)
    want, error = factor * sample.gradients[place], abs(factor) * sample.errors[place]
    found = numbers(got, name)
    if found.shape != want.shape:
        raise Wrong(f"the gradient of {name} has the shape {found.shape}, not {want.shape}")
    if not np.isfinite(found[~np.isinf(error)]).all():
        if sample.edge:
            return float("nan")
        raise Wrong(f"the gradient of {name} is not finite")
    error = error + tolerance.usual * sample.usual[place]
    relative = distance(name, found, want, error, tolerance)
    return 0.0 if sample.saturated else relative  # rounding is not what tells texts apart


def expect_slope(got: Sequence[object], direction: Direction) -> float:
    """Return the relative error of gradients along a direction; raise Wrong if they are wrong."""
    names = ", ".join(direction.ways)
    pairs = zip(got, direction.ways.items(), strict=True)
    terms = [numbers(gradient, name) * way for gradient, (name, way) in pairs]
    slope = sum(float(np.sum(part)) for part in terms)
    if not np.isfinite(slope):
        raise Wrong(f"the gradient of {names} is not finite")
    size = sum(float(np.sum(np.abs(part))) for part in terms) + abs(direction.slope)
    off = abs(slope - direction.slope)
    if off > DOUBLE.relative * size + DOUBTFUL * direction.error + DOUBLE.least:
        wrong = f"{slope:.6g} along a direction, where differences give {direction.slope:.6g}"
        raise Wrong(f"the gradient of {names} is wrong: {wrong}", off / (size or 1.0))
    return off / (size or 1.0)


def numbers(gradient: object, name: str) -> Floats:
    """Return a gradient's numbers; raise Wrong if it is no array and no real number."""
    if not isinstance(gradient, np.ndarray | np.generic | float | int):
        raise Wrong(f"the gradient of {name} is {described(gradient)}")
    found = np.asarray(gradient)
    if found.dtype.kind not in "fiu":
        raise Wrong(f"the gradient of {name} is {described(gradient)}")
    return np.asarray(found, dtype=float)


def distance(name: str, found: Floats, want: Floats, error: Floats, tolerance: Tolerance) -> float:
    """Return the relative error among the measured entries; raise Wrong if it is too large."""
    known = np.isfinite(error)
    if not known.any():
        return 0.0
    off = np.abs(found[known] - want[known])
    largest = float(np.abs(want[known]).max())
    # One entry's error bar may be small by luck: the largest one holds for all.
    allowed = allowance(want[known], tolerance.relative, tolerance.least)
    allowed += 2 * float(error[known].max())
    relative = float(off.max()) / (largest if largest > 1e-9 else 1.0)
    if (off <= allowed).all():
        return relative
    worst = int(np.argmax(off - allowed))
    raise Wrong(
        f"the gradient of {name} is wrong: {found[known][worst]:.6g}, "
        f"where differences give {want[known][worst]:.6g}",
        relative,
    )


def unmeasured(samples: Sequence[Sample], wrt: Sequence[str]) -> list[str]:
    """Return the arguments of which no entry was measured, except at the edge of the domain.

    An argument that never has an entry is not among them: there is nothing to measure.
    """
    plain = [sample.errors for sample in samples if not sample.saturated]
    columns = {name: [errors[place] for errors in plain] for place, name in enumerate(wrt)}
    return [
        name
        for name, errors in columns.items()
        if not any(np.isfinite(error).any() for error in errors)
        and (not errors or any(error.size for error in errors))
    ]


def dtypes(output: object) -> set[np.dtype[np.generic]]:
    """Return the dtypes of an output's floats."""
    return {np.asarray(leaf).dtype for leaf in leaves(output) if is_float(leaf)}


def is_shared(gradient: NDArray[np.generic]) -> bool:
    """Tell whether entries of an array share one place of memory, or none can be written."""
    axes = zip(gradient.strides, gradient.shape, strict=True)
    return not gradient.flags.writeable or any(not step and size > 1 for step, size in axes)
