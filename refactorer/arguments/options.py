"""Parameters that a function passes to NumPy as options, such as an axis or the order of a norm."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from refactorer.arguments.plans import KEPT, Input, Plan, literal

OPTIONS = frozenset({"axis", "keepdims", "ord"})
AXES = ("-1", "0", "1")
REDUCTIONS = frozenset({"all", "any", "cumsum", "max", "mean", "min", "prod", "std", "sum", "var"})


def passed(source: str) -> frozenset[str]:
    """Return the names that a function gives as such an option."""
    return frozenset(option_names(ast.parse(source)))


def option_names(tree: ast.AST) -> Iterator[str]:
    """Yield the names that are passed as such options."""
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg=option, value=ast.Name(id=name)) if option in OPTIONS:
                yield name
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="np" | "numpy" | "xp"), attr=called),
                args=[_, ast.Name(id=name), *_],
            ) if called in REDUCTIONS:
                yield name
            case ast.Call(func=ast.Attribute(attr=called), args=[ast.Name(id=name)]) if (
                called in REDUCTIONS and ast.unparse(node.func) != f"np.{called}"
            ):
                yield name


def for_options(plans: Sequence[Plan], options: frozenset[str]) -> tuple[Plan, ...]:
    """Return the plans with their options fixed; where an axis is chosen, there are several."""
    found = [with_fixed(plan, options) for plan in plans]
    axes = [name for name, text in fixed(found[0]).items() if text in AXES]
    return tuple(sorted(found, key=most_axes, reverse=True) if axes else found)


def most_axes(plan: Plan) -> int:
    """Return the number of axes of the array that has most of them."""
    return max((len(entry.shape) for entry in plan.inputs), default=0)


def with_fixed(plan: Plan, options: frozenset[str]) -> Plan:
    """Return the plan in which these parameters are what they are by default, and nothing else."""
    inputs = (replace(e, fixed=e.name in options and is_option(e)) for e in plan.inputs)
    return replace(plan, inputs=tuple(inputs))


def is_option(entry: Input) -> bool:
    """Tell whether a parameter has a default that an option may have."""
    return entry.kind == KEPT and isinstance(literal(entry.text or "''"), bool | int | tuple | None)


def freed(plan: Plan, names: frozenset[str]) -> Plan:
    """Return the plan in which some parameters may be something else again."""
    inputs = (
        replace(e, fixed=False, others=other_axes(e)) if e.name in names else e for e in plan.inputs
    )
    return replace(plan, inputs=tuple(inputs))


def other_axes(entry: Input) -> tuple[str, ...]:
    """Return other values for an option: other axes."""
    if isinstance(literal(entry.text), bool):
        return ()
    return tuple(text for text in AXES if text != entry.text)


def fixed(plan: Plan) -> dict[str, str]:
    """Return the parameters that are fixed, and the texts of their values."""
    return {entry.name: entry.text for entry in plan.inputs if entry.fixed}
