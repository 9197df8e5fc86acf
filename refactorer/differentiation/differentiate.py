"""Runs tangent, which writes the first adjoint, and undoes all that it changes in the process."""

from __future__ import annotations

import ast
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from refactorer.adjoint import Adjoint, parameters
from refactorer.differentiation.accumulation import composed
from refactorer.differentiation.constant_part import (
    constant_lines,
    lines,
    needed,
    with_values_given,
)
from refactorer.differentiation.culprit import WITHIN, culprit, place_of_value
from refactorer.differentiation.engine import contained, tangent_with_rules
from refactorer.differentiation.line_forms import (
    FormedLine,
    Kind,
    WrittenLine,
    by_form,
    lines_with_forms,
    sheet,
)
from refactorer.differentiation.raw import adjoint_of, flattened, renumbered
from refactorer.errors import Refused
from refactorer.execution.evaluation import quiet
from refactorer.execution.filled import FILLED
from refactorer.execution.temporary import silent
from refactorer.primal.activity import constants
from refactorer.shapes import array, trace
from refactorer.vjps.notation import Unknown

if TYPE_CHECKING:
    from refactorer.primal.normalise import Primal

MOST_FORMS = 40  # of lines that tangent is given at once: its work on each grows with their number
CHUNK = 1 << 11  # places in the parts that CPython adds to its stack: it leaves 1000 beside a frame


def raw_adjoint(primal: Primal, namespace: Mapping[str, object]) -> Adjoint:
    """Return what tangent writes for a function, without shapes; Refused where it has no rule."""
    return adjoint_of(primal, written_by_tangent(primal, namespace))


def differentiate(
    primal: Primal, namespace: Mapping[str, object], arguments: Mapping[str, object]
) -> Adjoint:
    """Return what tangent writes for a function, with what every name holds at `arguments`.

    `namespace` holds what the definitions around the function bind; `arguments` are by our names of
    the parameters. Raises Refused where tangent has no rule, or what it wrote does not run.
    """
    return shaped(raw_adjoint(primal, namespace), namespace, arguments)


def shaped(
    adjoint: Adjoint, namespace: Mapping[str, object], arguments: Mapping[str, object]
) -> Adjoint:
    """Return an adjoint that tangent wrote, with what every name holds at `arguments`."""
    primal = adjoint.primal
    with quiet():
        output = compiled(primal.code, namespace)(**arguments)
    function = compiled(adjoint.code, namespace)
    try:
        shapes = trace(function, {**arguments, adjoint.seed: ones(output)})
    except Unknown as error:
        where = place_of_value(primal, failing(error, adjoint))
        raise Refused(str(error), WITHIN, where, code="unknown-derivative") from error
    except Exception as error:
        reason = f"what tangent wrote for `{primal.target.name}` does not run: {first_line(error)}"
        where = place_of_value(primal, failing(error, adjoint))
        raise Refused(reason, place=where, code="tangent") from error
    numbers = {name: array(value) for name, value in namespace.items() if holds_numbers(value)}
    return replace(adjoint, shapes=numbers | shapes)


def failing(error: Exception, adjoint: Adjoint) -> str:
    """Return the name of the value whose cotangent an adjoint read when it raised an error."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "<adjoint>"]
    if not frames or not frames[-1].lineno:
        return ""
    line = adjoint.code.splitlines()[frames[-1].lineno - 1]
    read = (n.id for n in ast.walk(ast.parse(line.strip())) if isinstance(n, ast.Name))
    return next((adjoint.cotangents[n] for n in read if n in adjoint.cotangents), "")


def holds_numbers(value: object) -> bool:
    """Tell whether a value that stands outside of the function is a number, or an array of them."""
    return isinstance(value, np.ndarray | np.number | int | float)


def compiled(code: str, namespace: Mapping[str, object]) -> Callable[..., Any]:
    """Return the function that a text defines, with tangent, and with NumPy by both its names.

    Without its assertions: tangent's raise KeyError at a part of the output that is no number.
    """
    modules = {
        "np": FILLED,
        "numpy": FILLED,
        "scipy": sys.modules.get("scipy"),
        "tangent": tangent_with_rules(),
    }
    made: dict[str, Callable[..., Any]] = {}
    with silent():
        exec(compile(code, "<adjoint>", "exec", optimize=1), {**namespace, **modules}, made)
    (function,) = made.values()
    return roomy(function)


def roomy(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose frame is in no part of Python's stack that others have begun.

    Where a long function leaves little of such a part, each call in it maps memory and unmaps it.
    """
    code = function.__code__
    function.__code__ = code.replace(co_stacksize=code.co_stacksize + CHUNK)
    return function


def ones(output: Any) -> Any:
    """Return a cotangent of the structure of an output."""
    return tuple(map(ones, output)) if isinstance(output, tuple) else np.ones_like(output)[()]


def written_by_tangent(primal: Primal, namespace: Mapping[str, object]) -> str:
    """Return what tangent writes for a function: each form of line is given to it once."""
    code = given(primal, namespace)
    names = frozenset(name for name, _ in lines(code))
    every = lines_with_forms(code, names.union(primal.wrt), names.union(parameters(code)))
    if not every:
        return renumbered(gradient(primal, code, primal.wrt, namespace))
    last = every[-1]
    alone = with_values_given(code, names - {last.values["A"]})
    wrt = [last.values[blank] for blank in last.moving]
    known = dict(of_forms(primal, every, namespace))
    begun = gradient(primal, alone, wrt, namespace)
    users = [*parameters(primal.code), *(name for name, _ in lines(flattened(primal.code)))]
    return renumbered(composed(begun, every, known, primal.wrt, users))


def given(primal: Primal, namespace: Mapping[str, object]) -> str:
    """Return the code that is differentiated, in which constant values are arguments."""
    code = needed(flattened(primal.code))
    flat = tangent_with_rules().non_differentiable.NON_DIFFERENTIABLE
    known = compiled(code, namespace).__globals__
    return with_values_given(code, constant_lines(code, primal.wrt, constants(known, flat)))


def of_forms(
    primal: Primal, every: Sequence[FormedLine], namespace: Mapping[str, object]
) -> Iterator[tuple[Kind, WrittenLine]]:
    """Yield what tangent writes for the forms of some lines."""
    forms = [*{line.kind: line for line in every}.values()]
    for start in range(0, len(forms), MOST_FORMS):
        some = forms[start : start + MOST_FORMS]
        found = by_form(gradient(primal, *sheet(some), namespace))
        yield from zip((line.kind for line in some), found, strict=True)


def gradient(primal: Primal, code: str, wrt: Sequence[str], namespace: Mapping[str, object]) -> str:
    """Return the text that tangent writes for a function that is, or has lines of, a primal."""
    function = compiled(code, namespace)
    places = tuple(parameters(code).index(name) for name in wrt)
    with contained() as tangent:
        tangent.capture.with_source(function, code)
        tangent.clear_cache()
        try:
            made = tangent.grad(function, wrt=places, preserve_result=True)
        except Exception as error:
            raise refusal(error, primal, function.__globals__) from error
    text: str = made.__tangent_source__
    return text


def refusal(error: Exception, primal: Primal, namespace: Mapping[str, Any]) -> Refused:
    """Return what to say where tangent gives up: the operation at fault, or tangent's words."""
    tangent = tangent_with_rules()
    constant = tangent.non_differentiable.NON_DIFFERENTIABLE
    found = culprit(primal, namespace, tangent.grads.adjoints, constant)
    if found is None:
        reason = f"tangent cannot differentiate `{primal.target.name}`: {first_line(error)}"
        return Refused(reason, place=place_of_value(primal), code="tangent")
    name, reason = found
    return Refused(reason, WITHIN, place_of_value(primal, name), code="unknown-derivative")


def first_line(error: Exception) -> str:
    """Return the first line of an error's message."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
