"""Programs as they are run: at which arguments, and what they return."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from .branches import FLAGS
from .program import Shape

SIZES = (
    {"n": 4, "d": 3, "k": 5, "b": 2},
    {"n": 2, "d": 5, "k": 3, "b": 4},
    {"n": 3, "d": 3, "k": 3, "b": 3},
)
ERRORS = (IndexError, TypeError, ValueError, ZeroDivisionError)  # of programs at some sizes
Point = dict[str, Any]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Drawn:
    """A program's text, and the shapes of its arguments."""

    text: str
    shapes: dict[str, Shape]


def executed(text: str) -> Function:
    """Return the function `f` of a module's text."""
    namespace: dict[str, Any] = {}
    exec(compile(text, "<program>", "exec"), namespace)
    found: Function = namespace["f"]
    return found


def points(program: Drawn, rng: np.random.Generator) -> Iterator[Point]:
    """Yield arguments without end: all settings of the flags at all sizes, in turn."""
    settings = [{}, *settings_of(program.text)]
    while True:
        for setting, sizes in product(settings, SIZES):
            arrays = {
                name: rng.normal(size=[sizes.get(s) or int(s) for s in shape])[()]
                for name, shape in program.shapes.items()
            }
            yield {name: v if np.ndim(v) else float(v) for name, v in arrays.items()} | setting


def settings_of(text: str) -> list[Point]:
    """Return other values for the flags, one changed at a time."""
    functions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
    named = [argument.arg for argument in functions[-1].args.args]
    others: dict[str, Sequence[object]] = {"mode": ("sum", "none"), "steps": (1, 2)}
    others |= {name: (default != "True",) for name, (default, _) in FLAGS.items() if name != "mode"}
    return [{name: value} for name in named for value in others.get(name, ())]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep NumPy from saying that numbers are not finite, or that an array is empty."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def parts(output: object) -> list[Any]:
    """Return the values of an output."""
    return [np.asarray(part) for part in (output if isinstance(output, tuple) else (output,))]


def fresh(given: Point) -> Point:
    """Return arguments that may be changed."""
    return {n: v.copy() if isinstance(v, np.ndarray) else v for n, v in given.items()}
