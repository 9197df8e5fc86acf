"""Finds values that reach sides of branches which the usual values do not reach."""

from __future__ import annotations

import ast
import dis
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FrameType, FunctionType
from typing import Any

import numpy as np

from refactorer.arguments.plans import FLOAT, KEPT, OF_SHAPE, Plan, draw, literal, probe_sizes
from refactorer.execution.evaluation import (
    DEFINITIONS,
    Arguments,
    Function,
    fresh,
    is_float,
    quiet,
    telling,
)

Place = tuple[CodeType, int]
Change = Mapping[str, str]  # kinds of values, or literals, by the names of arguments
FACTORS = ("10", "100", "1e4", "1e8", "0.01", "1e-4", "1e-8", "1e-14", "0")
MOVABLE = frozenset({"normal", "positive", "unit", "above_one", "small", "wide"})
MOST = 120  # changes that are tried
DRAWS = 5


def reaching(
    plan: Plan, function: Function, source: str, drawn: Sequence[Arguments], seed: int
) -> tuple[Change, ...]:
    """Return changes of a plan's arguments which reach more of the function.

    `drawn` are arguments at which it is verified anyway, `source` holds the numbers that it
    compares with.
    """
    if not any(isinstance(node, ast.If | ast.IfExp) for node in ast.walk(ast.parse(source))):
        return ()
    watch = ReachedInstructions(function)
    with quiet():
        missing = watch.every - {place for given in telling(drawn) for place in watch.run(given)}
        found: list[Change] = []
        for _, change in zip(range(MOST), changes(plan, compared(source)), strict=False):
            if not missing:
                break
            reached = missing & watch.always(plan.changed(change), seed)
            if reached:
                missing -= reached
                found.append(change)
    return tuple(found)


@dataclass(frozen=True)
class ReachedInstructions:
    """Records the instructions that are run of a function and of others in its file."""

    function: Function

    @property
    def files(self) -> frozenset[str]:
        """The files, as Python knows them, of the function and of what it reads."""
        return frozenset({self.function.__code__.co_filename, DEFINITIONS})

    @property
    def every(self) -> set[Place]:
        """All instructions of the function and of those that it calls."""
        own: CodeType = self.function.__code__
        codes = {own}
        namespace = self.function.__globals__
        for code in [*codes]:
            callees = [namespace.get(name) for name in code.co_names]
            codes |= {c.__code__ for c in callees if isinstance(c, FunctionType)}
        codes = {c for c in codes if c.co_filename in self.files}
        return {(c, i.offset) for c in codes for i in dis.get_instructions(c)}

    def always(self, plan: Plan, seed: int) -> set[Place]:
        """Return the instructions that are run at each of some draws of a plan, and around them."""
        found = []
        for turn in range(DRAWS):
            rng = np.random.default_rng([seed, turn])
            try:
                drawn = draw(plan, probe_sizes(plan), rng)
            except ValueError:
                return set()
            kept = [entry.name for entry in plan.inputs if entry.kind in (KEPT, FLOAT)]
            found += [self.run(drawn), self.run(moved(drawn, kept, rng))]
        return set.intersection(*found)

    def run(self, arguments: Arguments) -> set[Place]:
        """Return the instructions that are run; none where the function raises."""
        found: set[Place] = set()
        before = sys.gettrace()
        sys.settrace(tracer(self.files, found))
        try:
            fresh(self.function)(arguments)
        except Exception:  # the user's own: the values are outside of its domain
            return set()
        finally:
            sys.settrace(before)
        return found


def moved(
    arguments: Arguments, kept: Container[str], rng: np.random.Generator
) -> dict[str, object]:
    """Return arguments whose floating-point numbers are moved a little, but for some."""
    return {
        name: value if name in kept or not is_float(value) else near(value, rng)
        for name, value in arguments.items()
    }


def near(value: Any, rng: np.random.Generator) -> Any:
    """Return numbers that are a millionth off."""
    size = float(np.max(np.abs(value), initial=0.0)) or 1.0
    return value + 1e-6 * size * rng.normal(size=np.shape(value) or None)


def tracer(files: Container[str], found: set[Place]) -> Callable[..., Any]:
    """Return a trace function that notes the instructions of the functions of some files."""

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            found.add((frame.f_code, frame.f_lasti))
        return trace

    return trace


def compared(source: str) -> list[float]:
    """Return the numbers with which a source compares."""
    tests = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare)]
    parts = [part.value for t in tests for part in ast.walk(t) if isinstance(part, ast.Constant)]
    return [*dict.fromkeys(float(p) for p in parts if type(p) is int or type(p) is float)]


def changes(plan: Plan, numbers: Sequence[float]) -> Iterator[Change]:
    """Yield changes to try: other defaults, values of all sizes, and values near the numbers.

    Truth values come first, with other lengths beside them: without an intercept, there is one
    coefficient less.
    """
    yield from other_lengths(plan)
    entries = [e for e in plan.inputs if e.kind in (KEPT, FLOAT) and e.text]
    defaults = {e.name: literal(e.text) for e in entries}
    given = [float(v) for v in defaults.values() if type(v) is int or type(v) is float]
    known = [*dict.fromkeys([*numbers, *given])]
    for name, default in defaults.items():
        yield from ({name: text} for text in others(default, known))
    near = [v for n in known for v in (n, -n)]
    kinds = [*(f"times {f}" for f in FACTORS), *(f"near {value!r}" for value in near)]
    movable = [e.name for e in plan.inputs if e.kind in MOVABLE]
    yield from (dict.fromkeys(movable, kind) for kind in kinds if movable)
    if len(movable) > 1:
        yield from ({name: kind} for kind in kinds for name in movable)


def other_lengths(plan: Plan) -> Iterator[Change]:
    """Yield changes of a truth value and of a vector's length, to another size or one more."""
    flags = [e for e in plan.inputs if e.kind == KEPT and e.text in ("True", "False")]
    vectors = [e for e in plan.inputs if len(e.shape) == 1]
    sizes = [size for name in probe_sizes(plan) for size in (name, f"{name}+1")]
    for flag in flags:
        for vector in vectors:
            other = {flag.name: repr(flag.text == "False")}
            yield from (
                other | {vector.name: OF_SHAPE + size} for size in sizes if (size,) != vector.shape
            )


def others(default: object, numbers: Sequence[float]) -> Iterator[str]:
    """Yield the texts of other values for a number: on both sides of those in comparisons."""
    if type(default) is int:
        whole = (int(n) + step for n in numbers if n == int(n) for step in (1, 0, -1))
        yield from (repr(n) for n in whole if n != default)
    elif isinstance(default, float):
        scaled = [default * factor for factor in (1e-4, 1e4, -1.0)]
        yield from (repr(n) for n in (*scaled, *(s * n for n in numbers for s in (0.5, 2.0))))
