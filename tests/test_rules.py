from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from refactorer.adjoint import Adjoint
from refactorer.differentiation.differentiate import compiled
from refactorer.refining.catalog import PIPELINE
from refactorer.rule import Example, Rule, block
from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound

EXAMPLES = [(rule, example) for rule in dict.fromkeys(PIPELINE) for example in rule.EXAMPLES]


def named(rule: type[Rule], example: Example) -> Any:
    return pytest.param(rule, example, id=f"{rule.__name__}: {example.id}")


CASES = [named(rule, example) for rule, example in EXAMPLES]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_rule_does_what_its_examples_say(rule: type[Rule], example: Example) -> None:
    after = rule.apply(example.adjoint())
    assert after.backward.code == block(example.after).code


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_rule_leaves_its_own_result_alone(rule: type[Rule], example: Example) -> None:
    after = rule.apply(example.adjoint())
    assert rule.apply(after).code == after.code
    if example.before == example.after:
        assert after.code == example.adjoint().code


@pytest.mark.parametrize("rule", dict.fromkeys(PIPELINE))
def test_a_rule_says_why_it_is_right_and_where_it_declines(rule: type[Rule]) -> None:
    assert rule.why().endswith(".")
    assert rule.EXAMPLES


def names_bound(adjoint: Adjoint) -> set[str]:
    return set(filter(None, map(bound, adjoint.backward.body)))


def compared(rule: type[Rule], example: Example) -> tuple[Adjoint, Adjoint]:
    """Return an example before and after its rule, with the gradients that both compute."""
    before = example.adjoint()
    after = rule.apply(before)
    if before.gradients:
        return before, after
    shown = tuple(sorted(names_bound(before) & names_bound(after)))
    return replace(before, gradients=shown), replace(after, gradients=shown)


def computes(rule: type[Rule], example: Example) -> bool:
    return bool(compared(rule, example)[0].gradients) and "object" not in example.dtypes.values()


@pytest.mark.parametrize(
    ("rule", "example"), [named(*example) for example in EXAMPLES if computes(*example)]
)
def test_a_rule_keeps_the_values(rule: type[Rule], example: Example) -> None:
    before, after = compared(rule, example)
    rng = np.random.default_rng(0)
    given = {name: drawn(before.shapes[name], rng) for name in before.parameters}
    seed = cotangent(compiled(before.primal.code, {})(**given)) if takes_apart(example) else 0.7
    for was, now in zip(values(before, given, seed), values(after, given, seed), strict=True):
        assert np.shape(was) == np.shape(now)
        np.testing.assert_allclose(now, was, rtol=1e-12)


def takes_apart(example: Example) -> bool:
    return "seed[" in example.before


def cotangent(output: object) -> Any:
    """Return numbers in the structure of an output."""
    if isinstance(output, tuple):
        return tuple(map(cotangent, output))
    return np.full_like(output, 0.7)


def drawn(array: Array, rng: np.random.Generator) -> Any:
    """Return a value that a name of an example may hold."""
    if array.dtype == "int64":
        return rng.integers(0, 2, array.shape) if array.shape else 1
    return rng.uniform(0.5, 1.5, array.shape) if array.shape else float(rng.uniform(0.5, 1.5))


def values(adjoint: Adjoint, given: dict[str, Any], seed: Any) -> tuple[Any, ...]:
    """Return the gradients at some arguments, which are left as they are."""
    result = compiled(adjoint.code, {})(**deepcopy(given), **{adjoint.seed: seed})
    return result if len(adjoint.gradients) > 1 else (result,)
