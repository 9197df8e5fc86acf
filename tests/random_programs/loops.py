"""Loops over rows, indices and counts: what they add up, carry on, and collect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from .branches import branch, condition
from .elementwise import fitted
from .items import zeros
from .program import SIZES, Program, Shape, Value, together
from .reductions import total

State = Iterator[None]


@dataclass(frozen=True)
class Turn:
    """How a loop turns: its head, what each turn may read, and the last line of a turn.

    `of` is what has a row for each turn, `index` the name of the turn's number; "" for none.
    `inner` is the head of a loop that is all of its body.
    """

    head: str
    bound: dict[str, Shape] = field(default_factory=dict)
    of: str = ""
    index: str = ""
    last: str = ""
    inner: str = ""

    @property
    def row(self) -> str:
        """What one turn is of."""
        return next(iter(self.bound))


def rows(p: Program) -> Value:
    """Return what has rows."""
    name, shape = p.pick(1)
    if shape[0] not in SIZES or not name.isidentifier():
        raise LookupError
    return name, shape


def over_rows(p: Program) -> Turn:
    name, (_, *rest) = rows(p)
    row = p.name("row")
    return Turn(f"for {row} in {name}:", {row: tuple(rest)}, name)


def over_range(p: Program) -> Turn:
    name, (_, *rest) = rows(p)
    index = p.name("i")
    steps = p.choice(f"len({name})", f"{name}.shape[0]", f"1, len({name})", f"len({name}) - 1")
    bound = {f"{name}[{index}]": tuple(rest)}
    if steps.startswith("1,"):
        bound[f"{name}[{index} - 1]"] = tuple(rest)
    if steps.endswith("- 1"):
        bound[f"{name}[{index} + 1]"] = tuple(rest)
    way = p.choice("range({})", "range({})", "reversed(range({}))").format(steps)
    return Turn(f"for {index} in {way}:", bound, name, index)


def over_pairs(p: Program) -> Turn:
    name, (size, *rest) = rows(p)
    others = [n for n, s in p.values.items() if s[:1] == (size,) and n.isidentifier()]
    other = p.choice(*others)
    one, two = p.name("row"), p.name("row")
    bound = {one: tuple(rest), two: p.values[other][1:]}
    return Turn(f"for {one}, {two} in zip({name}, {other}):", bound, name)


def over_numbered(p: Program) -> Turn:
    name, (_, *rest) = rows(p)
    index, row = p.name("i"), p.name("row")
    return Turn(f"for {index}, {row} in enumerate({name}):", {row: tuple(rest)}, name, index)


def over_numbered_pairs(p: Program) -> Turn:
    name, (size, *rest) = rows(p)
    others = [n for n, s in p.values.items() if s[:1] == (size,) and n.isidentifier()]
    other = p.choice(*others)
    index, one, two = p.name("i"), p.name("row"), p.name("row")
    bound = {one: tuple(rest), two: p.values[other][1:]}
    return Turn(
        f"for {index}, ({one}, {two}) in enumerate(zip({name}, {other})):", bound, name, index
    )


def backwards(p: Program) -> Turn:
    """Over rows or their numbers, from the last one."""
    name, (_, *rest) = rows(p)
    if p.maybe(0.5):
        row = p.name("row")
        head = p.choice(f"reversed({name})", f"{name}[::-1]")
        return Turn(f"for {row} in {head}:", {row: tuple(rest)}, name)
    index = p.name("i")
    head = f"for {index} in range(len({name}) - 1, -1, -1):"
    return Turn(head, {f"{name}[{index}]": tuple(rest)}, name, index)


def over_some(p: Program) -> Turn:
    """Over every second row, or all but the first."""
    name, (_, *rest) = rows(p)
    if p.maybe(0.5):
        row = p.name("row")
        return Turn(f"for {row} in {name}[{p.choice('1:', '::2', ':-1')}]:", {row: tuple(rest)})
    index = p.name("i")
    head = f"for {index} in range(0, len({name}), 2):"
    return Turn(head, {f"{name}[{index}]": tuple(rest)}, index=index)


def over_grid(p: Program) -> Turn:
    """Over rows and columns, one loop in the other."""
    name, (size, *_) = p.of([2])
    row, column = p.name("i"), p.name("j")
    if size not in SIZES or p.values[name][1] not in SIZES or not name.isidentifier():
        raise LookupError
    outer = f"for {row} in range({name}.shape[0]):"
    inner = f"for {column} in range({name}.shape[1]):"
    return Turn(outer, {f"{name}[{row}, {column}]": ()}, inner=inner)


def over_columns(p: Program) -> Turn:
    name, (*_, size) = p.of([2])
    index = p.name("j")
    if size not in SIZES or not name.isidentifier():
        raise LookupError
    head = f"for {index} in range({name}.shape[1]):"
    return Turn(head, {f"{name}[:, {index}]": p.values[name][:1]})


def repeated(p: Program) -> Turn:
    """A count that is written down, or an argument by default."""
    name, shape = p.pick()
    times = p.choice("2", "3", "steps")
    if times == "steps":
        p.flags["steps"] = "3"
    return Turn(f"for _ in range({times}):", {name: shape})


def counted(p: Program) -> Turn:
    """A while with a counter."""
    index = p.name("i")
    p.line(f"{index} = 0")
    if p.maybe(0.5):
        name, (_, *rest) = rows(p)
        bound = {f"{name}[{index}]": tuple(rest)}
        return Turn(f"while {index} < len({name}):", bound, name, index, f"{index} += 1")
    name, shape = p.pick()
    return Turn(f"while {index} < 3:", {name: shape}, index=index, last=f"{index} += 1")


def summed(p: Program, turn: Turn) -> State:
    """A sum of what each turn has."""
    shape = p.choice((), turn.bound[turn.row])
    name = p.name()
    p.set(name, start(p, turn, shape), shape)
    yield
    term = fitted(p, shape, bounded=True) if shape else total(p)
    p.line(p.choice(f"{name} += {term}", f"{name} = {name} + {term}", f"{name} -= {term}"))
    yield


def multiplied(p: Program, _: Turn) -> State:
    """A product of numbers near one."""
    name = p.name()
    p.set(name, "1.0", ())
    yield
    p.line(f"{name} {p.choice('*=', '/=')} 1.2 + 0.1 * {total(p)}")
    yield


def carried(p: Program, turn: Turn) -> State:
    """A state that each turn makes from the one before."""
    shape = p.choice(turn.bound[turn.row], p.pick()[1])
    name = p.name()
    p.set(name, start(p, turn, shape), shape)
    yield
    others = [n for n in p.values if together(p.values[n], shape) == shape]
    near = turn.row if turn.row in others else p.choice(*others)
    square = [n for n, s in p.values.items() if len(s) == 2 and s == shape[-1:] * 2]
    mixed = f"{name} @ {p.choice(*square)}" if square else f"0.7 * {name}"
    forms = (
        *(f"np.tanh({mixed} + {near})", f"0.5 * {name} + np.tanh({near})"),
        *(f"np.tanh({name}) * np.cos({near})", fitted(p, shape, bounded=True, of=name)),
        *(f"np.maximum(0.9 * {name}, np.sin({near}))", f"{name} + 0.1 * np.sin({name} + {near})"),
    )
    p.set(name, p.choice(*forms), shape)
    yield


def listed(p: Program, turn: Turn) -> State:
    """A list to which each turn appends, and what is made of it."""
    shape = turn.bound[turn.row]
    name = p.name("found")
    p.line(f"{name} = []")
    yield
    chosen = turn.bound and p.maybe(0.1)
    line = f"{name}.append({fitted(p, shape, bounded=True)})"
    if chosen:
        with p.block(f"if {condition(p)}:"):
            p.line(line)
    else:
        p.line(line)
    yield
    whole = turn.of and not any(mark in turn.head for mark in ("1", "[", "2", "reversed"))
    size = p.values[turn.of][0] if whole else ""
    forms: list[Value] = [(f"sum({name})", shape), (f"{name}[-1]", shape), (f"{name}[0]", shape)]
    if size:
        forms += [(f"np.stack({name})", (size, *shape)), (f"np.array({name})", (size, *shape))]
        forms += [(f"np.mean({name}, axis=0)", shape)]
        forms += [(f"np.stack({name}, axis=-1)", (*shape, size))]
        forms += [(f"np.array({name}) * len({name})", (size, *shape))]
    if len(shape) == 1:
        forms += [(f"np.concatenate({name})", (f"?*{shape[0]}",))]
    p.bind(*p.choice(*forms))


def stored(p: Program, turn: Turn) -> State:
    """An array whose rows each turn sets."""
    if not turn.index or not turn.of:
        raise LookupError
    shape = p.values[turn.of]
    name, index = p.name(), turn.index
    p.set(name, zeros(p, shape), shape)
    p.fixed.add(name)
    yield
    own = fitted(p, shape[1:], bounded=True) if shape[1:] else total(p)
    forms = (
        *(f"{name}[{index}] = {own}", f"{name}[{index}] += {own}"),
        *(f"{name}[{index}] = {own} + 0.5 * {name}[{index} - 1]", f"{name}[-1] += {own}"),
        *(f"{name}[{index}] *= {own}", f"{name}[{index} // 2] += {own}", f"{name}[0] -= {own}"),
    )
    p.line(p.choice(*forms))
    yield


def start(p: Program, turn: Turn, shape: Shape) -> str:
    """Return a value for the first turn."""
    if not shape:
        return p.choice("0.0", "0.0", "1.0")
    if turn.of and shape == p.values[turn.of][1:]:
        return p.choice(f"np.zeros({turn.of}.shape[1:])", f"np.zeros_like({turn.of}[0])")
    return zeros(p, shape) if p.maybe(0.5) else fitted(p, shape)


TURNS: tuple[Callable[[Program], Turn], ...] = (
    *(over_rows, over_rows, over_range, over_range, over_pairs, over_numbered, over_columns),
    *(repeated, counted, over_numbered_pairs, backwards, over_some, over_grid),
)
STATES: tuple[Callable[[Program, Turn], State], ...] = (
    *(summed, summed, carried, carried, carried, listed, listed, stored, stored, multiplied),
)


def loop(p: Program) -> None:
    """A loop with one or two things that it makes, now and then with a branch."""
    turn = p.choice(*TURNS)(p)
    states = [state(p, turn) for state in p.rng.sample(STATES, p.choice(1, 1, 2))]
    for state in states:
        next(state)
    with ExitStack() as blocks:
        blocks.enter_context(p.block(turn.head, **turn.bound))
        if turn.inner:
            blocks.enter_context(p.block(turn.inner))
        p.turns += [turn.index] * bool(turn.index)
        inside(p, turn)
        for state in states:
            next(state)
        if turn.last:
            p.line(turn.last)
        p.turns = p.turns[:-1] if turn.index else p.turns
    for state in states:
        next(state, None)


def inside(p: Program, turn: Turn) -> None:
    """What a turn does beside."""
    if p.maybe(0.3):
        shape = p.values[turn.row]
        p.bind(fitted(p, shape, of=turn.row), shape)
    if p.maybe(0.15):
        branch(p)
    if p.maybe(0.06) and not turn.last:
        with p.block(f"if {condition(p)}:"):
            p.line(p.choice("continue", "break"))
    if p.maybe(0.08) and p.depth == 1:
        loop(p)


def halved(p: Program) -> None:
    """A while that ends when a value is small enough."""
    name, shape = p.pick()
    own = p.name()
    p.set(own, f"2 * np.tanh({name})", shape)
    size = f"abs({own})" if not shape else p.choice("np.max(np.abs({}))", "np.sum({0} ** 2)")
    with p.block(f"while {size.format(own)} > 0.5:"):
        p.set(own, p.choice("0.5 * {}", "np.sin({}) * 0.7", "{} / 3").format(own), shape)


def gathered(p: Program) -> Value:
    """A comprehension over rows."""
    name, (size, *rest) = rows(p)
    row, shape = p.name("row"), tuple(rest)
    with p.aside(**{row: shape}):
        text = fitted(p, shape, bounded=True, of=row)
    forms: tuple[Value, ...] = (
        (f"np.array([{text} for {row} in {name}])", (size, *shape)),
        (f"np.stack([{text} for {row} in {name}])", (size, *shape)),
        (f"sum({text} for {row} in {name})", shape),
        (f"np.mean([{text} for {row} in {name}], axis=0)", shape),
        (f"np.stack([{text} for {row} in {name}], axis=-1)", (*shape, size)),
        (f"sum([{text} for {row} in {name}]) / len({name})", shape),
    )
    return p.choice(*forms)
