"""Prepares the work on a function: plans for calling it, and the text to differentiate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from refactorer.arguments.inputs import Plan, draw, plan, probe_sizes, reaching, switched
from refactorer.arguments.plans import OF_SHAPE, typed
from refactorer.execution.evaluation import Function, fresh, leaves, quiet
from refactorer.flow.statements.dicts import with_names
from refactorer.flow.statements.number_lists import with_arrays
from refactorer.flow.statements.spread import spread_out
from refactorer.flow.straight import stands_alone
from refactorer.judging.cases import cases
from refactorer.reading.target import Target
from refactorer.request import INLINING, Request


def users_function(namespace: Mapping[str, object], target: Target) -> Function:
    """Return the function of a target from the namespace in which its module was executed."""
    function = namespace[target.name]
    assert callable(function)
    return function


def plans_of(
    request: Request, target: Target, wrt: Sequence[str], function: Function
) -> tuple[Plan, ...]:
    """Return the plans for calling a function that follow from its signature, text and request."""
    annotations = {p.name: p.annotation for p in target.parameters if p.annotation}
    shapes, at, seed = request.shapes, request.at, request.seed
    return plan(
        function, target.parameters, wrt, shapes, annotations, at, seed, source=target.source
    )


def on_all_ways(
    plans: tuple[Plan, ...], wrt: Sequence[str], function: Function, subject: Target, seed: int
) -> tuple[Plan, ...]:
    """Return the plans with values added that reach the other sides of branches and loops."""
    plans = switched(plans, subject.source, function, seed)

    def reaches(chosen: Plan) -> tuple[Mapping[str, str], ...]:
        """Return the changes with which a plan reaches the other sides."""
        return reaching(chosen, function, subject.module, drawn(chosen, wrt, seed), seed)

    changes = reaches(plans[0])
    shaped = any(text.startswith(OF_SHAPE) for change in changes for text in change.values())
    # The names of sizes, unlike those of values, mean something else in each plan.
    return tuple(replace(p, reaches=reaches(p) if shaped else changes) for p in plans)


def drawn(chosen: Plan, wrt: Sequence[str], seed: int) -> list[dict[str, object]]:
    """Return the arguments at which a plan is verified, one dict by name for each case."""
    found = []
    with quiet(), suppress(ValueError):
        for case in cases([chosen], wrt):
            rng = np.random.default_rng([seed, case.number])
            found.append(draw(case.plan, case.sizes, rng) | dict(case.changes))
    return found


def inlines_all(request: Request) -> bool:
    """Tell whether a request has all functions that are called inlined."""
    return request.helpers == "inline" or request.style in INLINING


def subject_of(
    target: Target, namespace: Mapping[str, object], inlined: Collection[str] | None
) -> Target:
    """Return a target as it is differentiated.

    The functions that it calls are inlined if they are in `inlined`, all of them if it is None.
    """
    target = spread_out(with_names(target))
    if stands_alone(target):
        return target
    from refactorer.pipeline.subject import with_calls_inlined

    return with_calls_inlined(target, namespace, inlined)


def without_lists(
    target: Target, wrt: Sequence[str], function: Function, chosen: Plan, seed: int
) -> Target:
    """Return a target with arrays in place of the lists of numbers that it fills by index."""
    return with_arrays(target, wrt, like_output(function, chosen, wrt, seed))


def like_output(function: Function, chosen: Plan, wrt: Sequence[str], seed: int) -> str:
    """Return an argument whose dtype the output follows in float32, "" if there is none."""
    arrays = [entry.name for entry in chosen.inputs if entry.name in wrt and entry.shape]
    with quiet(), suppress(Exception):  # the user's own: it need not take float32
        given = draw(chosen, probe_sizes(chosen), np.random.default_rng(seed))
        narrow = {name: typed(value, "float32") for name, value in given.items()}
        found = leaves(fresh(function)(narrow))
        if arrays and all(np.asarray(leaf).dtype == np.float32 for leaf in found):
            return arrays[0]
    return ""


def switched_in(target: Target) -> frozenset[str]:
    """Return the functions whose branches are decided by literals in a target's calls of them."""
    if stands_alone(target):
        return frozenset()
    from refactorer.flow.calling.literal_switches import switched_by_literals

    return switched_by_literals(target)
