"""Layers as Thinc has them, `forward(model, X, is_train)`, as functions of all their arguments."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import numpy as np

from refactorer.execution.evaluation import Function

MODEL, FLAG = "model", "is_train"


@dataclass
class Ops:
    """Stands for the `ops` of a Thinc model where Thinc is not installed."""

    xp: Any = np


@dataclass
class StandIn:
    """Stands for the model of a layer: it holds arguments, and takes gradients."""

    given: Mapping[str, Any]
    ops: Any
    params: set[str] = field(default_factory=set)
    grads: dict[str, Any] = field(default_factory=dict)

    @property
    def attrs(self) -> Mapping[str, Any]:
        """Attributes are arguments, too."""
        return self.given

    def get_param(self, name: str) -> Any:
        """Return a parameter, which has a gradient."""
        self.params.add(name)
        return self.given[name]

    def get_dim(self, name: str) -> Any:
        """Return a size that is an argument."""
        return self.given[name]

    def inc_grad(self, name: str, value: Any) -> None:
        """Add to the gradient of a parameter."""
        self.grads[name] = self.grads[name] + value if name in self.grads else np.copy(value)


def with_arguments(function: Function, source: str, own: Function) -> Function:
    """Return a layer as a function that takes what the user's `own` takes; others as they are.

    The arguments that the layer names in quotes are those that it asks its model for.
    """
    theirs = [*inspect.signature(function).parameters]
    if theirs[:1] != [MODEL] or MODEL in inspect.signature(own).parameters:
        return function
    quoted = {*strings(source)}
    takes_flag = len(theirs) > len((MODEL, "X"))

    def layer(*args: object, **kwargs: object) -> tuple[object, object]:
        bound = inspect.signature(own).bind(*args, **kwargs)
        bound.apply_defaults()
        model = StandIn(bound.arguments, ops())
        inputs = [name for name in bound.arguments if name not in quoted]
        values = [bound.arguments[name] for name in inputs]
        X = values[0] if len(values) == 1 else tuple(values)  # noqa: N806
        flags = [True] * takes_flag
        output, backprop = cast("tuple[Any, Any]", function(model, X, *flags))
        return output, pullback(model, backprop, inputs)

    layer.__signature__ = inspect.signature(own)  # type: ignore[attr-defined]
    return layer


def pullback(
    model: StandIn, backprop: Callable[[object], object], inputs: Sequence[str]
) -> Callable[[object], Mapping[str, object]]:
    """Return a callback that gives the gradients by the names of the arguments."""

    def pull(cotangent: object) -> Mapping[str, object]:
        model.grads.clear()
        back: Any = backprop(cotangent)
        found = dict(zip(inputs, [back] if len(inputs) == 1 else back, strict=True))
        forgotten = sorted(model.params - model.grads.keys())
        return {**found, **model.grads, **{n: np.zeros_like(model.given[n]) for n in forgotten}}

    return pull


PACKAGE = "thinc"


def ops() -> Any:
    """Return what Thinc computes with in NumPy, loaded by its name, if it is installed."""
    return import_module(f"{PACKAGE}.api").NumpyOps() if find_spec(PACKAGE) else Ops()


def strings(source: str) -> Iterator[str]:
    """Yield the texts that a function has in quotes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
