"""The shape and the dtype of each name of a function, found by running it once."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import numpy as np

from refactorer.execution.evaluation import bound, quiet


@dataclass(frozen=True)
class Array:
    """The shape and the dtype, as NumPy spells it, of a value.

    A Python number has the dtype "int", "float" or "bool"; other objects have the dtype "object"
    and the shape (). `value` is the value itself, if it is made of integers or truth values, such
    as sizes, indices and masks: shapes may depend on it.
    """

    shape: tuple[int, ...]
    dtype: str
    value: object = field(default=None, compare=False, repr=False)


def array(value: object) -> Array:
    """Return the shape and the dtype of a value."""
    if isinstance(value, np.ndarray | np.generic):
        fixed = value.copy() if value.dtype.kind in "iub" else None
        return Array(value.shape, value.dtype.name, fixed)
    kind = type(value)
    known = value if kind in (int, bool, slice, tuple) else None
    return Array((), kind.__name__ if kind in (int, float, bool) else "object", known)


def trace(function: Callable[..., object], arguments: Mapping[str, object]) -> dict[str, Array]:
    """Run the function once; return shapes and dtypes of its locals at its end, with parameters.

    Errors that the function raises pass through.
    """
    return {name: array(value) for name, value in locals_at_end(function, arguments).items()}


def locals_at_end(
    function: Callable[..., object], arguments: Mapping[str, object]
) -> dict[str, object]:
    """Run the function once; return the values of its locals at its end."""
    names: dict[str, object] = {}
    code = inspect.unwrap(function).__code__
    before = sys.getprofile()
    with quiet():
        sys.setprofile(recorder(code, names))
        try:
            bound(function)(arguments)
        finally:
            sys.setprofile(before)
    return names


def recorder(code: CodeType, names: dict[str, object]) -> Callable[[FrameType, str, Any], None]:
    """Return a profiler that notes the locals of each frame of the code when it ends."""
    own = {*code.co_varnames, *code.co_cellvars}

    def record(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            names.update((name, value) for name, value in frame.f_locals.items() if name in own)

    return record
