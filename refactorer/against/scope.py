"""The values that a function computes on its way, by its own names for them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from types import CodeType, FrameType
from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Floats, Function, fresh, is_float

SIMPLE = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Name,
    ast.Constant,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
)


@dataclass(frozen=True)
class Scope:
    """A function and its source, from which the values that it computes are read."""

    function: Function
    source: str

    @cached_property
    def expressions(self) -> Mapping[str, CodeType]:
        """The sums, products and quotients of names that it computes, by their texts."""
        names = dict.fromkeys(expressions(ast.parse(self.source)))
        return {f"({text})": compile(text, "expression", "eval") for text in names}

    def at(self, arguments: Arguments) -> dict[str, Floats]:
        """Return the numbers that arguments, local names and expressions have when it returns."""
        code = getattr(self.function, "__code__", None)
        found: dict[str, object] = dict(arguments)

        def watch(frame: FrameType, event: str, _: Any) -> None:
            if event == "return" and frame.f_code is code:
                found.update(frame.f_locals)

        sys.setprofile(watch)
        try:
            fresh(self.function)(arguments)
        finally:
            sys.setprofile(None)
        found |= arguments
        return floats_among({**found, **dict(with_their_values(self.expressions, found))})


def expressions(tree: ast.Module) -> Iterator[str]:
    """Yield what is computed of names alone, of those that are set once."""
    stored = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and is_stored(n)]
    given = [n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)]
    again = {name for name in stored if stored.count(name) + given.count(name) > 1}
    for node in ast.walk(tree):
        parts = list(ast.walk(node))
        read = {part.id for part in parts if isinstance(part, ast.Name)}
        plain = isinstance(node, ast.BinOp) and all(isinstance(part, SIMPLE) for part in parts)
        if plain and not again & read:
            yield ast.unparse(node)


def is_stored(name: ast.Name) -> bool:
    """Tell whether a name is set where it stands."""
    return isinstance(name.ctx, ast.Store)


def with_their_values(
    codes: Mapping[str, CodeType], scope: Mapping[str, object]
) -> Iterator[tuple[str, object]]:
    """Yield expressions with their values, but for those that have none here."""
    for text, code in codes.items():
        with suppress(Exception):  # a name of the module, or one that was not set on this way
            yield text, eval(code, {"__builtins__": {}}, dict(scope))


def floats_among(values: Mapping[str, object]) -> dict[str, Floats]:
    """Return those of the values that are real floating-point numbers or arrays of them."""
    return {
        name: np.asarray(value, dtype=float) for name, value in values.items() if is_float(value)
    }
