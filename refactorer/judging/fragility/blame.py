"""Finds the line of a text that first yields a value that is not finite, and a remedy."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from types import FrameType
from typing import Any

import numpy as np

from refactorer.execution.evaluation import floats

LONGEST = 100  # characters of a line that is quoted
SMALL = ast.Constant(1e-12)
TINY = ast.Constant(1e-08)


@dataclass
class Watch:
    """A tracer for `sys.settrace` that finds the first line whose value is not finite."""

    file: str
    found: tuple[int, Mapping[str, Any]] | None = None
    known: dict[FrameType, set[str]] = field(default_factory=dict)
    lines: dict[FrameType, int] = field(default_factory=dict)

    def __call__(self, frame: FrameType, event: str, value: Any) -> Watch | None:
        """Look at the values of a frame before each of its lines, and at what it returns."""
        if self.found or frame.f_code.co_filename != self.file:
            return None
        if event == "call":
            self.enter(frame)
        elif set(broken(frame.f_locals)) - self.known[frame] or (
            event == "return" and not finite(value)
        ):
            self.found = self.lines[frame], {**frame.f_globals, **frame.f_locals}
        self.lines[frame] = frame.f_lineno
        return self

    def enter(self, frame: FrameType) -> None:
        """Note what a function starts with: arguments that are not finite are its caller's."""
        self.known[frame] = set(broken(frame.f_locals))
        given = frame.f_code.co_varnames[: frame.f_code.co_argcount]
        caller = frame.f_back
        if caller in self.lines and not self.known[frame].isdisjoint(given):
            self.found = caller.f_lineno, {**caller.f_globals, **caller.f_locals}


def broken(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of values that are not finite."""
    return (name for name, value in values.items() if not finite(value))


def finite(value: Any) -> bool:
    """Tell whether all numbers of a value are finite; true for a value that holds none."""
    with suppress(TypeError, ValueError):
        return bool(np.isfinite(floats(value)).all())
    return True


@dataclass(frozen=True)
class Blame:
    """The statement of a text that first yields what is not finite, and the values it reads."""

    text: str
    line: int
    values: Mapping[str, Any]

    @property
    def quoted(self) -> str:
        """The statement in one line."""
        return quoted(self.text, self.line)

    @property
    def remedy(self) -> str:
        """The way out: the small constant in the root that a divisor comes from, or np.where."""
        root = self.divisor and next(roots(ast.parse(self.text), self.divisor, frozenset()), None)
        if root is None:
            return "np.where can choose another value there"
        return f"a small constant keeps it finite, as in `{ast.unparse(root)}`"

    @cached_property
    def divisor(self) -> ast.expr | None:
        """The divisor of the statement that is zero, if there is one."""
        for base, power in powers(statement_at(self.text, self.line)):
            if self.holds(base, np.equal) and self.holds(power, np.less):
                return base
        return None

    def holds(self, node: ast.expr, compare: Callable[[Any, float], Any]) -> bool:
        """Tell whether an expression is related to zero, by some of its values."""
        code = compile(ast.fix_missing_locations(ast.Expression(node)), "<divisor>", "eval")
        with suppress(Exception):  # it may read what only its own line binds
            return bool(np.any(compare(np.asarray(eval(code, dict(self.values))), 0.0)))
        return False


def powers(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the bases and exponents of the powers in a statement; a divisor has the exponent -1."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(op=ast.Div(), right=base) | ast.AugAssign(op=ast.Div(), value=base):
                yield base, ast.Constant(-1)
            case ast.BinOp(left=base, op=ast.Pow(), right=power):
                yield base, power


def blamed(text: str, name: str, run: Callable[[], object]) -> Blame | None:
    """Return the line of a text that is the first to yield what is not finite, while it runs."""
    watch, before = Watch(f"<{name}>"), sys.gettrace()
    sys.settrace(watch)
    try:
        run()
    finally:
        sys.settrace(before)
    return Blame(text, *watch.found) if watch.found else None


def statement_at(text: str, line: int) -> ast.stmt:
    """Return the innermost statement that a line belongs to."""
    found = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.stmt) and covers(n, line)]
    return found[-1]  # a tree is walked from the outside in


def covers(node: ast.stmt, line: int) -> bool:
    """Tell whether a statement reaches over a line."""
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def quoted(text: str, line: int) -> str:
    """Return the statement that a line belongs to in one line; if it has a body, the line alone."""
    statement = statement_at(text, line)
    whole = None if hasattr(statement, "body") else ast.get_source_segment(text, statement)
    words = " ".join((whole or text.splitlines()[line - 1]).split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 4]} ..."


def roots(tree: ast.Module, value: ast.expr, seen: frozenset[str]) -> Iterator[ast.expr]:
    """Yield the roots that a value is made of, with a small constant within."""
    for node in ast.walk(value):
        match node:
            case ast.Call(func=ast.Attribute(attr="sqrt"), args=[inner]):
                yield ast.Call(node.func, [plus(inner, SMALL)], [])
            case ast.Call(func=ast.Attribute(attr="norm"), args=[inner, *rest]):
                yield ast.Call(node.func, [plus(inner, TINY), *rest], node.keywords)
            case ast.Call(func=ast.Attribute(value=owner, attr="std")):
                variance = ast.Call(ast.Attribute(owner, "var"), node.args, node.keywords)
                yield ast.BinOp(plus(variance, SMALL), ast.Pow(), ast.Constant(0.5))
            case ast.BinOp(left=inner, op=ast.Pow(), right=ast.Constant(value=float(power))):
                if 0 < power < 1:
                    yield ast.BinOp(plus(inner, SMALL), node.op, node.right)
            case ast.Name(id=name) if name not in seen:
                for made in values_of(tree, name):
                    yield from roots(tree, made, seen | {name})


def plus(value: ast.expr, constant: ast.expr) -> ast.expr:
    """Return the sum of a value and a constant."""
    return ast.BinOp(value, ast.Add(), constant)


def values_of(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    """Yield what a name is set to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            yield node.value
