"""Mistakes in the chain rule, found by breaking one step of the user's function.

A step that goes wrong is one of the function with other values around the point at which it is
differentiated: what is taken as a constant stays as it is there, and what is passed on without its
derivative changes by as much as what goes into it.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from refactorer.against.mutations.omissions import of_conditions
from refactorer.against.trials import Trial
from refactorer.execution.evaluation import Arguments, Floats, copied, floats, fresh, weights

STEP = 1e-5
NEAR = 1e-5
SECONDS, BRIEF = 8.0, 0.5  # of CPU time for all slips, and for one call: a loop may never end
WAYS = 2  # random directions at each sample
HELD = "_held"
INNER = "_inner"


@dataclass(frozen=True)
class Slip:
    """The user's function with one step changed, the description of the change, and the line."""

    words: str
    line: int
    tree: ast.Module


class Senseless(Exception):
    """A changed function fails, or returns something else than numbers as many as before."""


class Held:
    """What a changed expression was at the point, in the order in which it is computed."""

    def __init__(self) -> None:
        self.values: list[tuple[Any, Any]] = []
        self.place: int | None = None  # of the next value; None while they are noted

    def __call__(self, way: str, inner: Any, outer: Callable[[Any], Any]) -> Any:
        """Return what an expression is taken to be: `outer` of what goes into it."""
        if self.place is None:
            value = outer(inner)
            if np.shape(value) != np.shape(inner) and way != "constant":
                raise TypeError("of another shape than what goes into it")
            self.values.append((copied(inner), copied(value)))
            return value
        first, value = self.values[self.place]
        self.place += 1
        if way == "constant":
            return copied(value)
        moved = inner - first
        return value + (moved if way == "passed" else outer(value + moved) - outer(value))

    def again(self) -> None:
        """Start another call, at which the values stay."""
        self.place = 0


def slip(module: str, name: str, wrt: str, trials: Sequence[Trial]) -> Slip | None:
    """Return the first step at which the function goes wrong as theirs does; None if none does."""
    end = time.process_time() + SECONDS
    for one in slips(ast.parse(module)) if trials else ():
        if time.process_time() > end:
            break
        if all(explains(one, name, wrt, trial) for trial in trials):
            return one
    return None


def slips(tree: ast.Module) -> Iterator[Slip]:
    """Yield the functions of a module with one step changed, the outermost first."""
    nodes = [n for f in tree.body if isinstance(f, ast.FunctionDef) for n in computing(f)]
    for node in nodes:
        for words, other in of_conditions(node):
            yield slip_of(tree, node, other, f"{words}: it is the gradient of the function then")
    for node in nodes:
        words = f"`{ast.unparse(node)}` is taken as a constant"
        yield slip_of(tree, node, taken_for("constant", ast.Tuple([], ast.Load()), node), words)
    for node in nodes:
        for inner in insides(node):
            said = f"the derivative of `{ast.unparse(node)}` by `{ast.unparse(inner)}`"
            put = with_name_for(node, ast.unparse(inner))
            yield slip_of(tree, node, taken_for("passed", inner, put), f"{said} is missing")
            words = f"{said} is taken at what comes out, in place of what goes in"
            yield slip_of(tree, node, taken_for("after", inner, put), words)


def computing(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield the expressions of a function that compute something."""
    for line in function.body:
        for node in ast.walk(line):
            if isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.UnaryOp):
                yield node


def insides(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what goes into an expression, each text once, the largest first."""
    seen: set[str] = {ast.unparse(node)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.BinOp | ast.Call | ast.Name):
            text = ast.unparse(inner)
            is_read = not isinstance(inner, ast.Name) or isinstance(inner.ctx, ast.Load)
            if text not in seen and is_read:
                seen.add(text)
                yield inner


def with_name_for(node: ast.expr, text: str) -> ast.expr:
    """Return an expression that reads a name where a text stands in it."""

    class Inner(ast.NodeTransformer):
        def visit(self, part: ast.AST) -> ast.AST:
            if isinstance(part, ast.expr) and ast.unparse(part) == text:
                return ast.Name(INNER, ast.Load())
            found: ast.AST = self.generic_visit(part)
            return found

    found = Inner().visit(deepcopy(node))
    assert isinstance(found, ast.expr)
    return found


def taken_for(way: str, inner: ast.expr, outer: ast.expr) -> ast.expr:
    """Return the call by which an expression is taken to be something else."""
    given = ast.arguments([], [ast.arg(INNER)], None, [], [], None, [])
    function = ast.Name(HELD, ast.Load())
    return ast.Call(function, [ast.Constant(way), inner, ast.Lambda(given, outer)], [])


def slip_of(tree: ast.Module, node: ast.expr, other: ast.expr, words: str) -> Slip:
    """Return the slip of which an expression is another one."""
    put = deepcopy(tree, {id(node): ast.copy_location(deepcopy(other), node)})
    return Slip(words, node.lineno, ast.fix_missing_locations(put))


def explains(one: Slip, name: str, wrt: str, trial: Trial) -> bool:
    """Tell whether theirs has the slopes of a changed function, along some directions."""
    point, sample = trial.points[wrt], trial.sample
    if point.got.shape != np.asarray(sample.arguments[wrt]).shape:
        return False
    kept = Held()
    space: dict[str, Any] = {HELD: kept}
    weight = weights(sample.output, sample.cotangent)
    rng = np.random.default_rng(0)
    with suppress(Senseless):
        module_of(one.tree, space)
        numbers = Numbers(fresh(space[name], BRIEF), len(weight))
        numbers(sample.arguments)  # what it holds is noted
        return all(
            is_slope(numbers, kept, sample.arguments, wrt, weight, point.got, rng)
            for _ in range(WAYS)
        )
    return False


def module_of(tree: ast.Module, space: dict[str, Any]) -> None:
    """Define what a changed module defines; Senseless where it fails."""
    try:
        exec(compile(tree, "<changed>", "exec"), space)
    except Exception as error:  # the user's own lines, of which one is changed
        raise Senseless from error


@dataclass(frozen=True)
class Numbers:
    """The floats that a changed function returns: as many as the user's; Senseless if it fails."""

    function: Callable[[Arguments], object]
    count: int

    def __call__(self, given: Arguments) -> Floats:
        """Return them at some arguments."""
        try:
            found = floats(self.function(given))
        except Exception as error:  # the user's own lines, of which one is changed
            raise Senseless from error
        if len(found) != self.count:
            raise Senseless
        return found


def is_slope(
    numbers: Numbers,
    kept: Held,
    given: Arguments,
    wrt: str,
    weight: Floats,
    got: Floats,
    rng: np.random.Generator,
) -> bool:
    """Tell whether a gradient says how steep a changed function is along a random direction."""
    way = rng.normal(size=got.shape)

    def at(step: float) -> float:
        kept.again()
        moved = np.asarray(given[wrt]) + step * way
        return float(weight @ numbers({**given, wrt: moved if way.ndim else float(moved)}))

    slope = (at(STEP) - at(-STEP)) / (2 * STEP)
    terms = got * way
    size = float(np.sum(np.abs(terms))) + abs(slope)
    return bool(size > 0 and abs(float(np.sum(terms)) - slope) <= NEAR * size)
