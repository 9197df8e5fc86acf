"""A loss of thinc, called on guesses and truths."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Function, copied
from refactorer.judging.comparison import Wrong


def in_numpy(made: Any, wrt: tuple[str, ...], own: Function) -> Function:
    """Return a function of the user's arguments that returns the loss and the gradient."""
    names = [p.name for p in inspect.signature(made.__call__).parameters.values()][1:]

    def call(arguments: Arguments) -> object:
        given = [arguments[name] for name in names]
        settings = {name: value for name, value in arguments.items() if name not in names}
        gradient, loss = made(normalize=False, **settings)(*given)
        normalized = made(normalize=True, **settings)
        expect_parts(normalized, [copied(value) for value in given], gradient, loss)
        return loss, gradient

    return call


def expect_parts(normalized: Any, given: list[Any], gradient: Any, loss: Any) -> None:
    """Raise Wrong unless get_grad and get_loss, normalized, are what they are of the whole."""
    rows = len(given[0])
    pairs = (
        ("get_grad", normalized.get_grad(*given), gradient / rows),
        ("get_loss", normalized.get_loss(*given), loss / rows),
    )
    for name, got, want in pairs:
        if not np.allclose(got, want, rtol=1e-5, equal_nan=True):
            raise Wrong(f"{name} does not normalize what a call returns")
