"""What callers may rely on, tried at a sample: dtypes, shapes, repeated calls, unchanged inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from refactorer.arguments.plans import typed
from refactorer.execution.evaluation import (
    Arguments,
    Floats,
    Function,
    copied,
    floats,
    fresh,
    is_float,
    leaves,
    weights,
)
from refactorer.judging.comparison import (
    DOUBLE,
    SINGLE,
    Tolerance,
    Wrong,
    dtypes,
    expect_gradients,
    expect_output,
    expect_slope,
    is_shared,
    up_to_rounding,
)
from refactorer.judging.directions import Direction
from refactorer.judging.emitted import Emitted, Pull
from refactorer.judging.rounding import unresolved
from refactorer.judging.sample import Sample

OUTPUT = ""  # stands for the output among the names of inputs
OTHER = -0.5  # a second cotangent is this multiple of the first: so must the gradient be


def trial(emitted: Emitted, own: Function, sample: Sample) -> float:
    """Return the largest relative error in float64; raise Wrong if it is wrong there or in float32.

    `own` is the user's function. Errors that the text raises pass through.
    """

    def once(place: Sample) -> float:
        return run(emitted, place, place.arguments, place.output, DOUBLE)

    beside = partial(gradients_at, emitted, sample)
    error = up_to_rounding(once, sample, beside) if sample.saturated else once(sample)
    narrow = {name: typed(value, "float32") for name, value in sample.arguments.items()}
    changed = any(narrow[name] is not value for name, value in sample.arguments.items())
    if changed and not sample.saturated and np.isfinite(error):
        try:
            run_narrow(emitted, own, sample, narrow)
        except Wrong as wrong:
            raise Wrong(f"in float32, {wrong}", wrong.error) from wrong
    return error


def opened(
    emitted: Emitted, place: Sample | Direction, given: Arguments
) -> tuple[object, Sequence[object]]:
    """Return a text's output and gradients at arguments, for the cotangent of a sample."""
    output, pull = emitted.open({name: copied(value) for name, value in given.items()})
    return output, pull(matched(place.cotangent, place.output))


def gradients_at(emitted: Emitted, place: Sample, given: Arguments) -> Sequence[object]:
    """Return a text's gradients at arguments, for the cotangent of a sample."""
    return opened(emitted, place, given)[1]


def glanced(emitted: Emitted, direction: Direction) -> float:
    """Return the relative error of a text along a direction; raise Wrong if it is wrong."""
    output, gradients = opened(emitted, direction, direction.arguments)
    if emitted.style != "grad":
        expect_output(output, direction.output, DOUBLE.relative)
    return expect_slope(gradients, direction)


def run_narrow(emitted: Emitted, own: Function, sample: Sample, arguments: Arguments) -> None:
    """Run in float32, where the user's function does so and nothing in it overflows."""
    try:
        with np.errstate(over="raise"):
            output = fresh(own)(arguments)
    except Exception:  # the user's own: it does not take float32
        return
    mine, theirs = floats(output), floats(sample.output)
    if mine.shape == theirs.shape and np.isfinite(mine).all():
        known = (mine, weights(output, sample.cotangent))
        sample = sample.blurred([unresolved(*known, arguments[name]) for name in sample.wrt])
        place = replace(sample, arguments=arguments, output=output)
        tolerance = narrow_tolerance(mine, theirs)

        def once(narrow: Sample) -> float:
            return run(emitted, narrow, arguments, output, tolerance)

        up_to_rounding(once, place, partial(gradients_at, emitted, place))


def narrow_tolerance(narrow: Floats, exact: Floats) -> Tolerance:
    """Return the tolerance in float32: larger where the user's own function loses digits."""
    scale = float(np.max(np.abs(exact), initial=0.0)) or 1.0
    lost = float(np.max(np.abs(np.subtract(narrow, exact)), initial=0.0)) / scale
    return replace(SINGLE, relative=max(SINGLE.relative, 300 * lost))


def run(
    emitted: Emitted, sample: Sample, given: Arguments, want: object, tolerance: Tolerance
) -> float:
    """Return the largest relative error for arguments of one precision; raise Wrong."""
    arguments = {name: copied(value) for name, value in given.items()}
    output, pull = emitted.open(arguments)
    if emitted.style != "grad":
        expect_output(output, want, tolerance.relative)
    given_back = matched(sample.cotangent, want)
    gradients, *later = thrice(pull, given_back, output)
    for name, value in given.items():
        if not same(arguments[name], value):
            raise Wrong(f"the argument {name} is changed")
    error = expect_gradients(gradients, sample, tolerance)
    for name, gradient in zip(sample.wrt, gradients, strict=True):
        of_its_argument(name, gradient, arguments[name], want)
    if emitted.style != "value-and-grad":
        expect_later(later[0], sample, tolerance, OTHER)
        expect_later(later[1], sample, tolerance, 1.0)
    if emitted.seed_has_default and not isinstance(want, tuple | list):
        default_seed(emitted, arguments, want)
    return error


def thrice(pull: Pull, cotangent: object, output: object) -> list[tuple[object, ...]]:
    """Return the gradients for a cotangent, for a multiple of it, and for itself once more.

    Raises Wrong if a call changes the cotangent, the output or what the first call returned.
    """
    before = copied(output)
    found = [pulled(pull, cotangent)]
    kept = copied(found[0])
    for given in (scaled(cotangent, OTHER), cotangent):
        found.append(pulled(pull, given))
        if not same(found[0], kept):
            raise Wrong("the gradients of one call are changed by the next")
    if not same(output, before):
        raise Wrong("the output is changed by the callback")
    return found


def matched(cotangent: object, output: object) -> object:
    """Return the cotangent with arrays in the dtype of the output."""
    if isinstance(cotangent, tuple):
        assert isinstance(output, tuple | list)
        return tuple(matched(c, o) for c, o in zip(cotangent, output, strict=True))
    if isinstance(cotangent, np.ndarray) and is_float(output):
        return cotangent.astype(np.asarray(output).dtype)
    return copied(cotangent)


def scaled(cotangent: object, factor: float) -> object:
    """Return a multiple of a cotangent."""
    if isinstance(cotangent, tuple):
        return tuple(scaled(part, factor) for part in cotangent)
    if isinstance(cotangent, np.ndarray):
        return (cotangent * factor).astype(cotangent.dtype)
    return cotangent * factor if isinstance(cotangent, float) else cotangent


def pulled(pull: Pull, cotangent: object) -> tuple[object, ...]:
    """Return the gradients for a cotangent; Wrong if it is changed on the way."""
    given = copied(cotangent)
    gradients = pull(given)
    if not same(given, cotangent):
        raise Wrong("the cotangent is changed")
    return gradients


def same(one: object, other: object) -> bool:
    """Tell whether two values are equal bit for bit."""
    if isinstance(one, tuple | list):
        mine, theirs = leaves(one), leaves(other)
        return len(mine) == len(theirs) and all(map(same, mine, theirs))
    if isinstance(one, np.ndarray | np.generic | float):
        first, second = np.asarray(one), np.asarray(other)
        alike = (first.dtype, first.shape) == (second.dtype, second.shape)
        return alike and first.tobytes() == second.tobytes()
    return bool(one == other)


def of_its_argument(name: str, gradient: object, argument: object, output: object) -> None:
    """Raise Wrong unless a gradient is an array as its argument is, writable, in its dtype.

    The dtype is asked for where the output has it too: the cotangent is of the output's dtype.
    """
    if not isinstance(argument, np.ndarray):
        return
    if not isinstance(gradient, np.ndarray):
        raise Wrong(f"the gradient of {name} is no array")
    if is_shared(gradient):
        raise Wrong(f"the gradient of {name} is a view that cannot be written to")
    if dtypes(output) == {argument.dtype} and gradient.dtype != argument.dtype:
        raise Wrong(f"the gradient of {name} is {gradient.dtype}, not {argument.dtype}")


def expect_later(
    gradients: Sequence[object], sample: Sample, tolerance: Tolerance, factor: float
) -> None:
    """Raise Wrong if a later call returned wrong gradients."""
    try:
        expect_gradients(gradients, sample, tolerance, factor)
    except Wrong as wrong:
        raise Wrong(f"at a later call, {wrong}", wrong.error) from wrong


def default_seed(emitted: Emitted, arguments: Arguments, output: object) -> None:
    """Raise Wrong unless the default cotangent stands for ones."""
    value = np.asarray(output)
    ones = np.ones_like(value) if value.shape else 1.0
    plain = emitted.each(emitted.call(arguments))
    seeded = emitted.open(arguments)[1](ones)
    for name, one, other in zip(emitted.wrt, plain, seeded, strict=True):
        mine, theirs = np.asarray(one), np.asarray(other)
        if mine.shape != theirs.shape or not np.allclose(mine, theirs, equal_nan=True):
            raise Wrong(f"the default cotangent gives another gradient of {name} than ones do")
