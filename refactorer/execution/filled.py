"""NumPy with zeros in what np.empty returns, so that nothing differs from run to run."""

from types import ModuleType

import numpy as np


def filled() -> ModuleType:
    """Return NumPy with zeros in the arrays that it makes empty."""
    module = ModuleType(np.__name__)
    vars(module).update(vars(np), empty=np.zeros, empty_like=np.zeros_like)
    return module


FILLED = filled()


def always_alike(value: object) -> object:
    """Return what stands for a value of a namespace, so that nothing it makes is left over."""
    others = ((np, FILLED), (np.empty, np.zeros), (np.empty_like, np.zeros_like))
    return next((other for own, other in others if value is own), value)
