"""A jax.custom_vjp, called as jax calls it: by itself, and once under jit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from refactorer.execution.evaluation import Arguments, Function
from refactorer.judging.comparison import Wrong
from refactorer.judging.frameworks.own_kinds import by_position, like_argument, like_own

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_disable_most_optimizations", True)  # each size is compiled, and run once


def in_numpy(made: Any, wrt: tuple[str, ...], own: Function) -> Function:
    """Return a function of the user's arguments that returns the output and a callback."""
    traced: list[object] = []

    def call(arguments: Arguments) -> object:
        wanted = [arguments[name] for name in wrt]

        def of_wanted(*values: object) -> object:
            given = {**arguments, **dict(zip(wrt, values, strict=True))}
            return made(*by_position(own, given))

        output, pulled = jax.vjp(of_wanted, *wanted)
        if not traced:
            traced.append(expect_traced(of_wanted, wanted, output))

        def pull(cotangent: object) -> object:
            given = jax.tree.map(lambda y, g: np.asarray(g, y.dtype), output, cotangent)
            found = [like_argument(g, v) for g, v in zip(pulled(given), wanted, strict=True)]
            return found[0] if len(wrt) == 1 else tuple(found)

        return like_own(output, own, arguments), pull

    return call


def expect_traced(function: Callable[..., Any], values: list[object], output: Any) -> object:
    """Return gradients under jit; raise Wrong where it cannot trace the function."""
    ones = jax.tree.map(np.ones_like, output)
    try:
        return jax.jit(lambda given: jax.vjp(function, *given)[1](ones))(values)
    except jax.errors.ConcretizationTypeError as error:
        raise Wrong(
            "jax.jit does not trace it: a branch or a loop depends on values, "
            "where jax takes np.where, and --style callback takes them as they are"
        ) from error
