"""How the arguments of a function are drawn, as plain data that crosses a pipe."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

import numpy as np

from refactorer.arguments import dims, values
from refactorer.arguments.dims import Dims

KEPT, AT, FLOAT = "default", "at", "float"
OF_SHAPE = "shape "  # before the sizes to which a change sets those of an array
INTEGERS = ("index", "lengths")  # kinds of values


@dataclass(frozen=True)
class Input:
    """How one parameter is drawn.

    `shape` holds texts of sizes. `kind` is a kind of values ("normal", "index n", ...), or
    "float": the default, a Python float; "default": another default; "at": an expression over the
    named sizes, np and rng. `text` is the expression or the default's literal; a default without a
    literal has an empty text, and the argument is left out. `optional` says that the default is
    None, though an array was asked for; `others` are literals that it may be instead, and what is
    `fixed` is never anything else.
    """

    name: str
    shape: Dims = ()
    kind: str = "normal"
    text: str = ""
    optional: bool = False
    others: tuple[str, ...] = ()
    fixed: bool = False


@dataclass(frozen=True)
class Plan:
    """How all arguments are drawn, the sizes to run at, and the inputs whose rank was assumed.

    `reaches` are changes to some inputs, to another kind of values, shape or literal, without which
    some side of a branch is not reached.
    """

    inputs: tuple[Input, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    reaches: tuple[Mapping[str, str], ...] = ()

    @property
    def dims(self) -> Dims:
        """The texts of all sizes."""
        return tuple(dim for entry in self.inputs for dim in entry.shape)

    @property
    def assumption(self) -> str:
        """One line that says what was assumed, such as "assumed X, Y: vectors of one length n"."""
        shapes = [(entry.name, entry.shape) for entry in self.inputs if entry.name in self.assumed]
        parts = [described([name for name, _ in group], shape) for shape, group in alike(shapes)]
        return f"assumed {'; '.join(parts)}" if parts else ""

    def changed(self, change: Mapping[str, str]) -> Plan:
        """Return the plan after one of the changes."""
        inputs = (changed(entry, change.get(entry.name)) for entry in self.inputs)
        return replace(self, inputs=tuple(inputs))

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Return the plan that `as_json` wrote, also where lists came back for tuples."""
        lists = ("shape", "others")
        rows = ({**row, **{key: tuple(row[key]) for key in lists}} for row in data["inputs"])
        inputs = (Input(**row) for row in rows)
        return cls(
            tuple(inputs), dict(data["sizes"]), tuple(data["assumed"]), tuple(data["reaches"])
        )


def changed(entry: Input, said: str | None) -> Input:
    """Return an input with another literal, shape, or kind of values, if one is said."""
    if said is None:
        return entry
    if said.startswith(OF_SHAPE):
        return replace(entry, shape=tuple(said.removeprefix(OF_SHAPE).split(",")))
    fixed = entry.kind in (KEPT, FLOAT)
    return replace(entry, text=said) if fixed else replace(entry, kind=said)


def alike(shapes: list[tuple[str, Dims]]) -> list[tuple[Dims, list[tuple[str, Dims]]]]:
    """Return names and shapes, grouped by shape where neighbours are alike."""
    return [(shape, list(group)) for shape, group in groupby(shapes, key=lambda pair: pair[1])]


def described(names: list[str], shape: Dims) -> str:
    """Return what names are, in words."""
    many = len(names) > 1
    match shape:
        case ():
            what = "scalars" if many else "a scalar"
        case (n,):
            what = f"vectors of one length {n}" if many else f"a vector of length {n}"
        case (n, d):
            what = f"matrices of one shape ({n}, {d})" if many else f"a matrix of shape ({n}, {d})"
        case _:
            one = ", ".join(shape)
            what = f"arrays of one shape ({one})" if many else f"an array of shape ({one})"
    return f"{', '.join(names)}: {what}"


def draw(
    plan: Plan, sizes: Mapping[str, int], rng: np.random.Generator, dtype: str = "float64"
) -> dict[str, object]:
    """Return arguments: arrays whose floats have the dtype, Python numbers, defaults as they are.

    ValueError where a kind has no values at these sizes; the errors of an expression pass through.
    """
    drawn = {
        entry.name: drawn_input(entry, sizes, rng)
        for entry in plan.inputs
        if entry.kind != KEPT or entry.text
    }
    return {name: typed(value, dtype) for name, value in drawn.items()}


def drawn_input(entry: Input, sizes: Mapping[str, int], rng: np.random.Generator) -> object:
    """Return one argument."""
    if entry.kind in (KEPT, FLOAT):
        return literal(entry.text)
    if entry.kind == AT:
        return evaluated(entry.text, sizes, rng)
    return values.draw(entry.kind, dims.shape(entry.shape, sizes), sizes, rng)


def literal(text: str) -> object:
    """Return the value of a literal."""
    value: object = ast.literal_eval(text)
    return value


def evaluated(text: str, sizes: Mapping[str, int], rng: np.random.Generator) -> object:
    """Return the value of an expression over sizes, np and rng; its errors pass through."""
    value: object = eval(text, {"np": np, "rng": rng, **sizes})
    return value


def typed(value: object, dtype: str) -> object:
    """Return a value whose floats, if it is an array of float64, have the dtype."""
    if isinstance(value, np.ndarray) and value.dtype == np.float64 != np.dtype(dtype):
        return value.astype(dtype)
    return value


TELLING = (13, 19, 29, 37, 43, *(prime for prime in dims.PRIMES if prime >= 53))


def probe_sizes(plan: Plan) -> Mapping[str, int]:
    """Return distinct small primes for the named sizes, none of them written in a shape."""
    return plan.sizes or dims.primes(plan.dims)


def telling_sizes(plan: Plan) -> Mapping[str, int]:
    """Return larger primes in the same order, the first ones far apart.

    No literal size is likely to be one of them, nor the size of a slice like that of another axis.
    """
    probe = probe_sizes(plan)
    names = sorted(probe, key=probe.__getitem__)
    found = dict(zip(names, TELLING, strict=False))
    return {name: found.get(name, probe[name]) for name in probe}


def check_sizes(plan: Plan) -> tuple[Mapping[str, int], ...]:
    """Return other sizes to verify at: larger primes, equal ones, ones of 1, and large ones."""
    probe = probe_sizes(plan)
    names = sorted(probe, key=probe.__getitem__)  # the order in which the function is known to run
    if not names:
        return ()
    other = dict(zip(names, dims.primes(names, start=5).values(), strict=True))
    large = dict(zip(reversed(names), (6, 8, 9, 10, *range(12, 40)), strict=False))
    large[names[0]] = 13
    single = [{**probe, name: 1} for name in names[:4] if len(names) > 1]
    found = [other, dict.fromkeys(names, 3), *single, dict.fromkeys(names, 1), large]
    return tuple({name: sizes[name] for name in probe} for sizes in found)
