"""Other values for options that a function tests: the strings it compares with, arrays for None."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from refactorer.arguments import values
from refactorer.arguments.dims import Dims
from refactorer.arguments.mixes import with_kinds
from refactorer.arguments.plans import KEPT, Input, Plan
from refactorer.arguments.trials import Trials
from refactorer.execution.evaluation import Function, quiet

SMOOTH = ("normal", "positive", "unit")  # kinds of values
FEW = 200  # runs for one option: where none is fine, the function takes no such value


def switched(plans: Sequence[Plan], source: str, function: Function, seed: int) -> tuple[Plan, ...]:
    """Return plans that know the values to which the function's source compares its defaults.

    A parameter that is None by default, and asked about, is an array where the function runs.
    """
    words = compared(source)

    def known(plan: Plan) -> Plan:
        said = with_arrays(with_words(plan, words), words, Trials(function, seed))
        return with_values(said, lambda: Trials(function, seed, FEW))

    with quiet():
        return tuple(map(known, plans))


def compared(source: str) -> Mapping[str, Sequence[str]]:
    """Return the texts of the literals to which each name is compared."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(left=ast.Name(id=name), comparators=[value]):
                found.setdefault(name, []).extend(literals(value))
    return found


def literals(value: ast.expr) -> Iterator[str]:
    """Yield the texts of the literals in an expression."""
    match value:
        case ast.Constant():
            yield ast.unparse(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            for part in parts:
                yield from literals(part)


def with_words(plan: Plan, words: Mapping[str, Sequence[str]]) -> Plan:
    """Return the plan whose strings know the others that are asked for."""
    inputs = []
    for entry in plan.inputs:
        known = [w for w in words.get(entry.name, ()) if w != entry.text and w[0] in "'\""]
        strings = entry.kind == KEPT and entry.text[:1] in ("'", '"')
        others = (*dict.fromkeys(known), "'another'") if strings and entry.name in words else ()
        inputs.append(replace(entry, others=others))
    return replace(plan, inputs=tuple(inputs))


def with_arrays(plan: Plan, words: Mapping[str, Sequence[str]], trials: Trials) -> Plan:
    """Return the plan with arrays for what is None, where the function asks and takes them."""
    for place, entry in enumerate(plan.inputs):
        if entry.kind == KEPT and entry.text == "None" and "None" in words.get(entry.name, ()):
            found = (tried(plan, place, shape, trials) for shape in shapes(plan))
            plan = next((p for p in found if p), plan)
    return plan


def with_values(plan: Plan, trials: Callable[[], Trials]) -> Plan:
    """Return the plan with values at which the function runs whichever way its options say.

    What one way of a branch alone reads may have to be positive there, as a variance has.
    """
    for said in [*[*worded(plan)][1:], *flipped(plan)]:
        if trials().everywhere(said):
            continue
        choices = [SMOOTH if entry.kind == "normal" else (entry.kind,) for entry in said.inputs]
        if settled := trials().settle(said, choices):
            found = with_kinds(plan, tuple(entry.kind for entry in settled.inputs))
            plan = found if trials().everywhere(found) else plan
    return plan


def shapes(plan: Plan) -> list[Dims]:
    """Return the shapes of the arguments and of their axes, a number last."""
    own = [entry.shape for entry in plan.inputs if entry.kind != KEPT]
    axes = [(dim,) for shape in own for dim in shape]
    every = dict.fromkeys([*(shape for shape in own if len(shape) < 2), *axes, *own])
    return sorted(every, key=lambda shape: shape == ())


def tried(plan: Plan, place: int, shape: Dims, trials: Trials) -> Plan | None:
    """Return the plan with an array in place of None, if the function runs with it.

    It has to run whatever else is said, for the array may be read only then.
    """
    made = Input(plan.inputs[place].name, shape, optional=True)
    inputs = (*plan.inputs[:place], made, *plan.inputs[place + 1 :])
    choices: list[tuple[str, ...]] = [(entry.kind,) for entry in inputs]
    choices[place] = values.kinds_to_try(len(shape), tuple(dict.fromkeys(plan.dims)), False)
    found = [trials.settle(p, choices) for p in worded(replace(plan, inputs=inputs))]
    return found[0] if all(found) else None


def worded(plan: Plan) -> Iterator[Plan]:
    """Yield the plan, and the plan with each other word for each of its words."""
    yield plan
    for place, entry in enumerate(plan.inputs):
        for text in entry.others:
            said = replace(entry, text=text)
            yield replace(plan, inputs=(*plan.inputs[:place], said, *plan.inputs[place + 1 :]))


def flipped(plan: Plan) -> Iterator[Plan]:
    """Yield the plan with the other truth value for each of its truth values."""
    for place, entry in enumerate(plan.inputs):
        if entry.kind == KEPT and entry.text in ("True", "False") and not entry.fixed:
            said = replace(entry, text=repr(entry.text == "False"))
            yield replace(plan, inputs=(*plan.inputs[:place], said, *plan.inputs[place + 1 :]))
