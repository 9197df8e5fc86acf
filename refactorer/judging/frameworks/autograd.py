"""A primitive of autograd, called as autograd calls it."""

from __future__ import annotations

from typing import Any

from autograd.core import make_vjp

from refactorer.execution.evaluation import Arguments, Function
from refactorer.judging.frameworks.own_kinds import by_position


def in_numpy(made: Any, wrt: tuple[str, ...], own: Function) -> Function:
    """Return a function of the user's arguments that returns the output and a callback."""

    def call(arguments: Arguments) -> object:
        def of_wanted(values: tuple[object, ...]) -> object:
            given = {**arguments, **{name: values[k] for k, name in enumerate(wrt)}}
            return made(*by_position(own, given))

        pull, output = make_vjp(of_wanted, tuple(arguments[name] for name in wrt))
        return output, lambda g: pull(g)[0] if len(wrt) == 1 else tuple(pull(g))

    return call
