"""Vectors that parameters are packed into: their length is a sum of products of other sizes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np

from refactorer.arguments import dims
from refactorer.arguments.fitting import choices, fitting
from refactorer.arguments.hints.unpackings import with_items
from refactorer.arguments.plans import AT, Input, Plan, draw
from refactorer.arguments.slots import Slot
from refactorer.arguments.tape import LONG, Tape
from refactorer.arguments.trials import LONGEST, Trials
from refactorer.execution.evaluation import Arguments, Function, bound, copied

FEW = 4  # named sizes; beyond that, too many products are possible
MOST_PLANS = 30
MOST_NAMES = 3
LARGEST = 64  # of a number in a length
SAMPLES = 40  # more than the 15 products of four sizes


def unpacking(
    slots: Sequence[Slot], function: Function, trials: Callable[[], Trials], source: str, seed: int
) -> tuple[Plan, ...]:
    """Return the plans that run when one vector is as long as the function reads it.

    Whole numbers that are no arrays are sizes of their own.
    """
    arrays = {ast.unparse(v) for node in ast.walk(ast.parse(source)) for v in with_items(node)}
    counted = [as_size(slot) if is_count(slot, arrays) else slot for slot in slots]
    for name in sliced(source)[:MOST_NAMES]:
        if any(slot.name == name and len(slot.shape or "?") == 1 for slot in slots):
            measuring = Measuring(function, name, seed)
            others = [long(slot) if slot.name == name else slot for slot in counted]
            found = fitting(others, measuring.trials(trials()), source)[:MOST_PLANS]
            packed = [plan for one in found if (plan := measuring.with_length(one))]
            ways = (trials().settle(p, choices(counted, p, tuple(p.sizes))) for p in packed)
            if plans := tuple(plan for plan in ways if plan and trials().everywhere(plan)):
                return plans
    return ()


def is_count(slot: Slot, arrays: Collection[str]) -> bool:
    """Tell whether an argument is a whole number that may be any."""
    return slot.open and not slot.differentiable and slot.name not in arrays


def as_size(slot: Slot) -> Slot:
    """Return an argument that is a size of its own name."""
    return replace(slot, fixed=Input(slot.name, (), AT, slot.name))


def long(slot: Slot) -> Slot:
    """Return an argument that is longer than what is read of it."""
    return replace(slot, shape=(str(LONG),), kinds=("normal",))


def sliced(source: str) -> list[str]:
    """Return the names of which slices are taken, or which are given to `np.split` or a helper."""
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(ast.Name(name), ast.Slice()):
                found[name] = None
            case ast.Call(ast.Name() | ast.Attribute(attr="split"), [ast.Name(name), *_]):
                found[name] = None
    return [*found]


class Measuring:
    """Runs of a function in which one of its arguments is measured."""

    def __init__(self, function: Function, name: str, seed: int) -> None:
        self.run = bound(function, LONGEST)
        self.name = name
        self.rng = np.random.default_rng(seed)
        self.tape = Tape.new(self.rng)

    def call(self, arguments: Arguments) -> object:
        """Call the function with a vector whose reads are noted."""
        self.tape = Tape.new(self.rng)
        given = {name: copied(value) for name, value in arguments.items()}
        return self.run({**given, self.name: self.tape})

    def trials(self, trials: Trials) -> Trials:
        """Return trials that call the function so."""
        trials.call = self.call
        return trials

    def with_length(self, plan: Plan) -> Plan | None:
        """Return a plan with the length of the vector, None if there is no formula for it."""
        text = formula([*self.lengths(plan)]) if 0 < len(plan.sizes) <= FEW else ""
        if not text:
            return None
        inputs = (replace(i, shape=(text,)) if i.name == self.name else i for i in plan.inputs)
        return replace(plan, inputs=tuple(inputs), assumed=self.assumed(plan))

    def assumed(self, plan: Plan) -> tuple[str, ...]:
        """Return the names of what was assumed, in the order of the arguments."""
        return tuple(i.name for i in plan.inputs if i.name in (*plan.assumed, self.name))

    def lengths(self, plan: Plan) -> Iterator[tuple[Mapping[str, int], int]]:
        """Yield sizes, and how much is read at them."""
        for _ in range(SAMPLES):
            drawn = self.rng.integers(2, 9, size=len(plan.sizes))
            sizes = dict(zip(plan.sizes, map(int, drawn), strict=True))
            try:
                self.call(draw(plan, sizes, self.rng))
            except Exception:  # the user's own: it need not run at these sizes
                continue
            if self.tape.reads:
                yield sizes, self.tape.reads.length


def formula(measured: Sequence[tuple[Mapping[str, int], int]]) -> str:
    """Return the sum of products of sizes that all lengths are; "" if there is none."""
    names = [*measured[0][0]] if measured else []
    monomials = [(a, b) for a, b in combinations_with_replacement(["1", *names], 2)]
    rows = [[value(pair, sizes) for pair in monomials] for sizes, _ in measured]
    if len(rows) < len(monomials) + 2:
        return ""
    found, *_ = np.linalg.lstsq(np.array(rows, float), [n for _, n in measured], rcond=None)
    times = np.rint(found).astype(int)
    exact = all(np.dot(times, row) == n for row, (_, n) in zip(rows, measured, strict=True))
    if not exact or min(times) < 0 or max(times) > LARGEST or not times[1:].any():
        return ""
    pairs = [*zip(times, monomials, strict=True)]
    return "+".join(term(count, pair) for count, pair in [*pairs[1:], pairs[0]] if count)


def value(pair: tuple[str, str], sizes: Mapping[str, int]) -> int:
    """Return the product of two sizes."""
    (count,) = dims.shape(("*".join(pair),), sizes)
    return count


def term(count: int, pair: tuple[str, str]) -> str:
    """Return the text of a product of a number and sizes."""
    factors = [*([str(count)] if count > 1 else []), *(name for name in pair if name != "1")]
    return "*".join(factors) or "1"
