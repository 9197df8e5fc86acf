"""A function for scipy.optimize, called as minimize calls it."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Floats, Function, is_float
from refactorer.judging.comparison import Wrong, described


def in_numpy(made: Any, wrt: tuple[str, ...], own: Function) -> Function:
    """Return a function of the user's arguments that returns the value and the gradients."""

    def call(arguments: Arguments) -> object:
        values = [np.asarray(arguments[name]) for name in wrt]
        x = np.concatenate([np.ravel(value) for value in values])
        before = x.copy()
        shapes = tuple(value.shape for value in values)
        packed = ["shapes"] if "shapes" in inspect.signature(made).parameters else []
        rest = {name: value for name, value in arguments.items() if name not in wrt}
        value, gradient = made(x, *[shapes for _ in packed], **rest)
        if not np.array_equal(x, before, equal_nan=True):
            raise Wrong("its vector is changed")
        if not is_float(value) or np.ndim(value):
            raise Wrong(f"its value is {described(value)}, no float")
        if not isinstance(gradient, np.ndarray) or gradient.shape != x.shape:
            raise Wrong(f"its gradient is {described(gradient)}, not of shape {x.shape}")
        found = unpacked(gradient, arguments, wrt)
        return precision(arguments).type(value), found if len(wrt) > 1 else found[0]

    return call


def precision(arguments: Arguments) -> np.dtype[Any]:
    """Return the dtype of the arrays of floats: a vector of Python's floats is wider than they."""
    arrays = [v for v in arguments.values() if isinstance(v, np.ndarray) and is_float(v)]
    return np.result_type(*arrays) if arrays else np.dtype(float)


def unpacked(gradient: Floats, arguments: Arguments, wrt: tuple[str, ...]) -> tuple[object, ...]:
    """Return the parts of a vector that belong to the arguments, in their shapes and dtypes."""
    start, found = 0, list[object]()
    for name in wrt:
        value = np.asarray(arguments[name])
        part = gradient[start : start + value.size].reshape(value.shape)
        start += value.size
        is_array = isinstance(arguments[name], np.ndarray)
        found.append(part.astype(value.dtype) if is_array else part.item())
    return tuple(found)
