"""A step is finite wherever the one before it is: far from what is usual, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from refactorer.adjoint import Adjoint
from refactorer.execution.evaluation import quiet
from refactorer.judging.extremes import extremes, lost
from refactorer.judging.verify import Verdict
from refactorer.pipeline.run import refactor, silent
from refactorer.pipeline.work import Work
from refactorer.refining.stages import careful, stages
from refactorer.refining.step_judge import Judge
from refactorer.request import Request
from refactorer.rule import Rule

FUNCTIONS = {
    "gelu": ("x", "0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))"),
    "a wave packet": ("x", "x * np.exp(-(x**2))"),
    "a resonance": ("x", "x / (1 + x**2)"),
    "one over a root": ("x", "1 / np.sqrt(1 + x**2)"),
    "a sigmoid": ("x, beta", "x / (1 + np.exp(-beta * x))"),
    "two powers of a quotient": (
        "r, eps, sigma",
        "np.sum(4 * eps * ((sigma / r) ** 12 - (sigma / r) ** 6))",
    ),
    "a robust loss": ("r, c", "np.sum(1 - np.exp(-0.5 * (r / c) ** 2))"),
    "a harmonic mean": ("x", "len(x) / np.sum(1 / x)"),
    "a ratio of moments": ("w, R", "np.mean(R @ w) / np.std(R @ w)"),
}


def work(name: str) -> Work:
    arguments, expression = FUNCTIONS[name]
    text = f"import numpy as np\n\n\ndef f({arguments}):\n    return {expression}\n"
    return Work.of(Request("f.py", "f", ("all",), text=text))


def judge_of(work: Work) -> Judge:
    return Judge(work.namespace, work.names, work.samples([work.plans[0]]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_overflows_that_the_plain_derivation_does_not(name: str) -> None:
    found = work(name)
    judge = judge_of(found)
    first, *others = stages(found.adjoint(found.plans[0]), judge)
    assert judge.lost(first.adjoint, others[-1].adjoint) == []


@pytest.mark.parametrize("magnitude", [1e10, 1e15, -1e15])
@pytest.mark.parametrize("name", ["gelu", "a wave packet", "a resonance"])
def test_the_printed_code_is_finite_in_single_precision(name: str, magnitude: float) -> None:
    arguments, expression = FUNCTIONS[name]
    text = f"import numpy as np\n\n\ndef f({arguments}):\n    return {expression}\n"
    made: dict[str, Any] = {}
    exec(refactor(Request("f.py", "f", text=text), silent).text, made)
    x = np.array([magnitude, 1.0], dtype=np.float32)
    with quiet():
        _, pullback = made["f"](x)
        assert np.isfinite(pullback(np.ones_like(x))).all()


def test_extremes_keep_shapes_and_leave_integers_alone() -> None:
    given: dict[str, Any] = {"x": np.ones((2, 3)), "a": 2.0, "n": 3}
    found: list[dict[str, Any]] = [*extremes(given)]
    assert {np.shape(one["x"]) for one in found} == {(2, 3)}
    assert {one["n"] for one in found} == {3}


def test_a_number_is_extreme_only_where_it_is_all_there_is() -> None:
    assert {one["a"] for one in extremes({"x": np.ones(3), "a": 2.0})} == {2.0}
    assert len({one["a"] for one in extremes({"a": 2.0, "n": 3})}) > 2
    assert {type(one["a"]) for one in extremes({"a": 2.0, "n": 3})} == {float}


def test_where_the_function_is_not_finite_nothing_is_lost() -> None:
    def cube(given: Any) -> object:
        return given["x"] ** 3

    def slope(given: Any) -> object:
        return 3 * given["x"] ** 2

    x = {"x": np.array([1.0, 2.0])}
    assert lost(cube, slope, cube, x) == []
    assert lost(slope, slope, cube, x) != []


class Overflows(Rule):
    """Multiply by a square, and divide by it; knows a way that does not."""

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        return replace(adjoint, gradients=tuple(f"{g} * x**2 / x**2" for g in adjoint.gradients))

    @classmethod
    def careful(cls, adjoint: Adjoint, extreme: object) -> Iterator[Adjoint]:
        yield cls.apply(cls.apply(adjoint))
        yield replace(adjoint, gradients=tuple(f"1.0 * {g}" for g in adjoint.gradients))


def test_a_rule_that_reorders_is_applied_with_care_where_it_overflows() -> None:
    found = work("a resonance")
    adjoint, judge = found.adjoint(found.plans[0]), judge_of(found)
    attempt = Overflows.apply(adjoint)
    chosen, verdict = careful(Overflows, adjoint, attempt, judge(attempt), judge)
    assert chosen.gradients == ("1.0 * bx",)
    assert verdict.right


def test_what_overflows_nowhere_stays() -> None:
    found = work("a resonance")
    adjoint, judge = found.adjoint(found.plans[0]), judge_of(found)
    verdict = Verdict(True, 0.0)
    assert careful(Overflows, adjoint, adjoint, verdict, judge) == (adjoint, verdict)
