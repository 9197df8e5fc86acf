"""Values of another package as NumPy's, in the precision of the user's function."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Function, fresh


def like_own(output: Any, own: Function, arguments: Arguments) -> object:
    """Return an output as that of the user's function.

    Packages differ in which precision wins where two meet: NumPy's is what is compared.
    """
    return typed(output, fresh(own)(arguments))


def by_position(own: Function, arguments: Arguments) -> list[Any]:
    """Return all arguments of the user's function by position, with its defaults."""
    bound = inspect.signature(own).bind(**arguments)
    bound.apply_defaults()
    return [*bound.arguments.values()]


def typed(value: Any, want: Any) -> Any:
    """Return a value, or the parts of a tuple, in the dtype of another."""
    if isinstance(want, tuple):
        return tuple(typed(one, other) for one, other in zip(value, want, strict=True))
    return np.array(value, np.asarray(want).dtype)


def like_argument(gradient: Any, argument: object) -> object:
    """Return a gradient as an array of the argument's dtype, or as a float where that is one."""
    return typed(gradient, argument) if isinstance(argument, np.ndarray) else float(gradient)
