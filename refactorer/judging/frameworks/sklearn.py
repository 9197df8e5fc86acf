"""A loss with the methods of scikit-learn's losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Function, copied
from refactorer.judging.comparison import Wrong


def in_numpy(made: Any, wrt: tuple[str, ...], own: Function) -> Function:
    """Return a function of the user's arguments that returns the value and the gradient."""
    methods = made()

    def call(arguments: Arguments) -> object:
        value, gradient = methods.loss_gradient(**arguments)
        for name, want in (("loss", value), ("gradient", gradient)):
            got = getattr(methods, name)(**{n: copied(v) for n, v in arguments.items()})
            if not np.allclose(got, want, rtol=1e-5, equal_nan=True):
                raise Wrong(f"its {name} is another than that of loss_gradient")
        return value, gradient

    return call
