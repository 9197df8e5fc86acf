"""The costs of a draft beside others, at arguments drawn as the judge draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from refactorer.arguments.plans import Plan, draw
from refactorer.draft import Draft
from refactorer.execution.evaluation import Arguments, Function, cotangent, floats
from refactorer.measuring.contenders import OURS, Run, contenders
from refactorer.measuring.measures import medians, operations, peak

ENTRIES = 10_000  # of the largest argument, about
AGREE = 1e-5  # relative to the largest entry


@dataclass(frozen=True)
class Cost:
    """A cost: array operations (None where they cannot be counted), bytes, seconds."""

    name: str
    operations: int | None
    bytes: int
    seconds: float


def costs(draft: Draft, raw: str) -> dict[str, Any]:
    """Return the sizes at which costs were measured, and those of each way that agrees with ours.

    Empty where the function runs at none of the sizes.
    """
    namespace: dict[str, Any] = {}
    exec(compile(draft.module, f"<{draft.name}>", "exec"), namespace)
    ways = contenders(draft, raw, namespace)
    plan = Plan.from_json(draft.plans[0])
    for sizes in (large(plan), plan.sizes):
        place = drawn(plan, sizes, draft.seed, namespace[draft.name])
        if place and (expected := gradients(ways[OURS], *place)):
            found = {n: way for n, way in ways.items() if agrees(gradients(way, *place), expected)}
            return {
                "sizes": dict(sizes),
                "costs": [asdict(c) for c in timed_in_turn(found, *place)],
            }
    return {}


def large(plan: Plan) -> Mapping[str, int]:
    """Return equal sizes at which the argument of the most axes has some thousand entries."""
    rank = max((len(entry.shape) for entry in plan.inputs), default=1)
    return dict.fromkeys(plan.sizes, round(ENTRIES ** (1 / max(rank, 1))))


def drawn(
    plan: Plan, sizes: Mapping[str, int], seed: int, own: Function
) -> tuple[Arguments, Any] | None:
    """Return arguments at sizes, and a cotangent of ones; None where the function does not run."""
    rng = np.random.default_rng(seed)
    try:
        given = draw(plan, sizes, rng)
        return given, cotangent(own(**given), rng, ones=True)
    except Exception:  # the user's own: an expression or a function that is not for these sizes
        return None


def gradients(run: Run, given: Arguments, seed: Any) -> list[Any]:
    """Return the gradients of a run; none where it fails, or they are not finite."""
    try:
        found = [floats(gradient) for gradient in run(given, seed)]
    except Exception:  # what cannot do it is left out
        return []
    return found if all(np.isfinite(one).all() for one in found) else []


def agrees(found: list[Any], expected: list[Any]) -> bool:
    """Tell whether gradients are the same."""
    return len(found) == len(expected) and all(
        one.shape == other.shape
        and np.allclose(one, other, rtol=AGREE, atol=AGREE * np.max(np.abs(other), initial=0))
        for one, other in zip(found, expected, strict=True)
    )


def timed_in_turn(ways: Mapping[str, Run], given: Arguments, seed: Any) -> Iterator[Cost]:
    """Yield the costs of ways, all of them timed in turn."""
    runs = {name: partial(run, given, seed) for name, run in ways.items()}
    seconds = medians(runs)
    for name, run in ways.items():
        yield Cost(name, operations_of(run, given, seed), peak(runs[name]), seconds[name])


def operations_of(run: Run, given: Arguments, seed: Any) -> int | None:
    """Return how many array operations a run makes; None where it takes no arrays that count."""
    try:
        return operations(lambda arrays: run(arrays, seed), given)
    except Exception:  # autograd takes NumPy's own arrays alone
        return None
