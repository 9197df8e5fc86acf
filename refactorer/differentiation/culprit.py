"""Finds the operation whose derivative is not known, and where the user wrote it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from refactorer.differentiation.constant_part import lines
from refactorer.errors import Place
from refactorer.primal.activity import active, constants, moves

if TYPE_CHECKING:
    from refactorer.primal.normalise import Primal

WITHIN = "Write it with operations that are, or leave it outside of the function"


def culprit(
    primal: Primal,
    namespace: Mapping[str, Any],
    rules: Mapping[Any, Callable[..., Any]],
    constant: Collection[Any],
) -> tuple[str, str] | None:
    """Return the name of the first value whose derivative is not known, and the reason.

    `rules` are by function; a function that is `constant` carries no cotangent.
    """
    is_constant = constants(namespace, constant)
    every = lines(primal.code)
    names = active(primal.wrt, every, is_constant)
    for name, call in every:
        if not (isinstance(call, ast.Call) and moves(call, names, is_constant)):
            continue
        spelling = ast.unparse(call.func)
        function = eval(spelling, dict(namespace))
        if function not in rules:
            return name, f"the derivative of `{spelling}` is not known"
        if not takes(rules[function], call):
            return name, f"the derivative of `{spelling}` with these arguments is not known"
    return None


def takes(rule: Callable[..., Any], call: ast.Call) -> bool:
    """Tell whether a rule knows the arguments of a call; its first parameter is the output."""
    keywords = {keyword.arg or "": keyword.value for keyword in call.keywords}
    try:
        inspect.signature(rule).bind(None, *call.args, **keywords)
    except TypeError:
        return False
    return True


def place_of_value(primal: Primal, name: str = "") -> Place:
    """Return where the user writes what gives a value, or else where the function stands."""
    source = primal.target.source
    for span, value in primal.expressions.items():
        if value == name and not source[span.start : span.end].isidentifier():
            before = source[: span.start]
            return primal.target.place(before.count("\n") + 1, span.start - before.rfind("\n"))
    return primal.target.place()
