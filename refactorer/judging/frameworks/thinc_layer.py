"""A layer of thinc: its parameters are set, and it is run forward and back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Function
from refactorer.judging.comparison import Wrong


def in_numpy(made: Any, wrt: tuple[str, ...], own: Function) -> Function:
    """Return a function of the user's arguments that returns the output and a callback."""
    names = [*inspect.signature(own).parameters]

    def call(arguments: Arguments) -> object:
        model = made()
        params = [name for name in names if name in model.param_names]
        attributes = {name: value for name, value in arguments.items() if name in model.attrs}
        inputs = [n for n in names if n not in params and n not in model.attrs]
        given = arguments[inputs[0]] if len(inputs) == 1 else tuple(arguments[n] for n in inputs)
        model = made(**attributes)
        for name in params:
            model.set_param(name, arguments[name])
        output, backprop = model(given, is_train=True)

        def pull(cotangent: object) -> object:
            for name in params:
                if model.has_grad(name):
                    model.set_grad(name, np.zeros_like(model.get_grad(name)))
            back = backprop(cotangent)
            found = dict(zip(inputs, [back] if len(inputs) == 1 else back, strict=True))
            found |= {name: np.array(model.get_grad(name)) for name in params}
            return found[wrt[0]] if len(wrt) == 1 else tuple(found[name] for name in wrt)

        shapes = {name: np.asarray(arguments[name]).shape for name in params}
        expect_shapes(partial(made, **attributes), given, output, shapes)
        return output, pull

    return call


def expect_shapes(
    made: Callable[..., Any], given: Any, output: Any, shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Raise Wrong unless a layer that is initialised has parameters of the right shapes.

    What neither the input nor the output tells is given, as a user has to.
    """
    sizes = sorted({size for shape in shapes.values() for size in shape})
    dims = made().dim_names
    for values in product([None, *sizes], repeat=len(dims)):
        known = {dim: value for dim, value in zip(dims, values, strict=True) if value is not None}
        with suppress(ValueError):  # thinc's, of a dim that has no value, or two
            model = made(**known)
            model.initialize(X=given, Y=output)
            if all(model.get_param(name).shape == shape for name, shape in shapes.items()):
                return
    raise Wrong("it does not initialise its parameters in the shapes that they have")
