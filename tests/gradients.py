"""Functions to differentiate, and their gradients by tangent, by the rules and by differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from inspect import cleandoc
from typing import Any

import numpy as np

from refactorer.adjoint import Adjoint
from refactorer.differentiation.differentiate import compiled, raw_adjoint, shaped
from refactorer.execution.evaluation import is_float
from refactorer.primal.normalise import Primal
from refactorer.reading.target import Target
from refactorer.refining.catalog import PIPELINE


def primal(body: str, parameters: str, wrt: tuple[str, ...] | None = None) -> Primal:
    """Return the function with this body, which returns the last name that it binds."""
    lines = cleandoc(body).splitlines()
    output = lines[-1].split(" = ")[0]
    code = "\n    ".join([f"def f({parameters}):", *lines, f"return {output}\n"])
    names = tuple(
        part.split("=")[0].strip() for part in parameters.split(",") if part.strip() != "*"
    )
    return Primal(Target("f.py", "f", 3, code, (), ()), code, wrt or names, output, {}, {})


def arrays(**shapes: tuple[int, ...]) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    return {name: rng.uniform(0.5, 1.5, shape)[()] for name, shape in shapes.items()}


def check(body: str, given: Mapping[str, Any], namespace: Mapping[str, Any] | None = None) -> None:
    """Hold the gradients against differences, as tangent writes them and after the rules.

    Those with respect to the arguments that are floats; in float32 they are float32.
    """
    around = namespace or {}
    wrt = tuple(name for name, value in given.items() if is_float(value))
    function = primal(body, ", ".join(given), wrt)
    raw = raw_adjoint(function, around) if around else alone(body, ", ".join(given), wrt)
    before = shaped(raw, around, given)
    after = plain(before)
    assert "tangent" not in after.code
    expected = differences(compiled(function.code, around), given, wrt)
    for adjoint in (before, after):
        for found, wanted in zip(gradients(adjoint, given, around), expected, strict=True):
            assert np.shape(found) == np.shape(wanted)
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    single = {n: np.float32(value) if n in wrt else value for n, value in given.items()}
    if single_is_taken(compiled(function.code, around), single):
        assert {g.dtype.name for g in gradients(after, single, around)} == {"float32"}


@cache
def alone(body: str, parameters: str, wrt: tuple[str, ...]) -> Adjoint:
    """Return what tangent writes for a function that reads nothing else: once for all shapes."""
    return raw_adjoint(primal(body, parameters, wrt), {})


def single_is_taken(function: Any, given: Mapping[str, Any]) -> bool:
    """Tell whether a function is one of float32 for arguments of float32."""
    output = function(**given)
    parts = output if isinstance(output, tuple) else (output,)
    return all(np.asarray(part).dtype == np.float32 for part in parts)


def plain(adjoint: Adjoint) -> Adjoint:
    """Return an adjoint after the rules that leave nothing of tangent's."""
    for rule in PLAIN:
        adjoint = rule.apply(adjoint)
    return adjoint


PLAIN = PIPELINE[: [rule.__name__ for rule in PIPELINE].index("CollectTerms")]


def cotangent(output: Any) -> Any:
    rng = np.random.default_rng(2)
    parts = output if isinstance(output, tuple) else (output,)
    drawn = tuple(rng.normal(size=part.shape).astype(part.dtype)[()] for part in parts)
    return drawn if isinstance(output, tuple) else drawn[0]


def gradients(
    adjoint: Adjoint, given: Mapping[str, Any], namespace: Mapping[str, Any] | None = None
) -> tuple[Any, ...]:
    seed = cotangent(compiled(adjoint.primal.code, namespace or {})(**given))
    result = compiled(adjoint.code, namespace or {})(**given, **{adjoint.seed: seed})
    return result if len(adjoint.gradients) > 1 else (result,)


def differences(
    function: Any, given: Mapping[str, Any], wrt: Sequence[str], step: float = 1e-5
) -> list[Any]:
    """Return the central differences of <cotangent, function> with respect to some arguments."""

    def at(name: str, value: Any) -> Any:
        output = function(**{**given, name: value})
        pairs = zip(
            *((o if isinstance(o, tuple) else (o,)) for o in (output, cotangent(output))),
            strict=True,
        )
        return sum(np.sum(part * weight) for part, weight in pairs)

    result = []
    for name in wrt:
        value = given[name]
        steps = step * np.eye(np.size(value)).reshape(-1, *np.shape(value))
        slopes = [(at(name, value + s) - at(name, value - s)) / (2 * step) for s in steps]
        result.append(np.reshape(slopes, np.shape(value)))
    return result
