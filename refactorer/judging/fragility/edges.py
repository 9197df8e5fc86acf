"""Values at which functions are fragile: zeros, ties, tiny and huge values, axes of one or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from refactorer.arguments.plans import Input, Plan, draw, typed
from refactorer.execution.evaluation import Arguments, Floats
from refactorer.judging.cases import every_size

FRAGILE = ("normal", "positive", "unit", "above_one")  # kinds of values that may be others as well
UNBOUNDED = ("normal", "positive")
ABOVE_ZERO = ("positive", "unit", "above_one")
MOST = 4  # inputs that are tried one by one
SINGLE = "float32"
Entries = tuple[int, ...]


@dataclass(frozen=True)
class Edge:
    """Arguments at the edge of a function's domain, and their description.

    `words` have a place for `name`, which is what is special. Where the function may have a kink,
    `entries` of the input `moved` meet there: with what `bound` says, or with one another if that
    is empty. What holds on both `sides`, where these entries are less and more, is said otherwise
    if it is not about them. Values that are `far` are hardly ever met.
    """

    words: str
    name: str
    arguments: Arguments
    moved: str = ""
    entries: Entries = ()
    bound: str = ""
    far: bool = False
    sides: tuple[str, ...] = ()

    @property
    def both_sides(self) -> tuple[str, ...]:
        """What holds below and above a bound, for a reader; nothing where entries are equal."""
        if self.sides or not self.bound:
            return self.sides
        return f"{self.moved} < {self.bound}", f"{self.moved} > {self.bound}"

    @property
    def narrow(self) -> bool:
        """Whether the floats are of float32."""
        return SINGLE in self.words


def none(_: Floats) -> Entries:
    """Return that no entries meet."""
    return ()


def where_all(holds: Callable[[Floats], NDArray[np.bool_]]) -> Callable[[Floats], Entries]:
    """Return what finds the entries for which something holds."""
    return lambda x: tuple(np.flatnonzero(holds(x)).tolist())


@dataclass(frozen=True)
class Kind:
    """Special values of one input: in words, how they are made, and which entries are equal.

    Those that are `far` are hardly ever met.
    """

    words: str
    make: Callable[[Floats], Floats]
    rank: int = 0
    meets: Callable[[Floats], Entries] = none
    bound: str = ""
    kinds: Sequence[str] = FRAGILE
    far: bool = False


def with_first(value: float) -> Callable[[Floats], Floats]:
    """Return what gives the first entry a value."""
    return lambda x: np.where(np.arange(x.size).reshape(x.shape), x, value)


def twice(most: Callable[[Floats], np.intp]) -> Callable[[Floats], Floats]:
    """Return what gives an entry's neighbours along each axis the same value."""

    def made(x: Floats) -> Floats:
        found = np.array(x)
        place = np.unravel_index(most(x), x.shape)
        for axis, size in enumerate(x.shape):
            index = [*place]
            index[axis] = np.intp((place[axis] + 1) % size)
            found[tuple(index)] = x[place]
        return found

    return made


def about(factor: float, words: str = "", *, far: bool = False) -> Kind:
    """Return the kind of values that are about as large as a number, of either sign."""

    def made(x: Floats) -> Floats:
        return np.asarray(factor * np.sign(x) * (0.9 + 0.1 * np.abs(x) / np.abs(x).max()))

    number = f"{factor:g}".replace("+", "")
    return Kind(f"{{}} is about {number}{words}", made, kinds=UNBOUNDED, far=far)


def middle(x: Floats) -> np.intp:
    """Return where the entry is that is neither among the largest nor among the least."""
    return np.asarray(np.argsort(x, axis=None))[x.size // 2]  # type: ignore[no-any-return]


def in_the_middle(x: Floats) -> Entries:
    """Return the entries that are equal in the middle; none where they are the largest or least."""
    value = x.flat[middle(x)]
    return () if value in (x.max(), x.min()) else tuple(np.flatnonzero(x == value).tolist())


IN_SINGLE = f" in {SINGLE}"
FIRST = where_all(lambda x: np.arange(x.size) == 0)
KINDS = (
    Kind("an entry of {} is 0", with_first(0.0), 1, FIRST, "0"),
    Kind("an entry of {} is 1", with_first(1.0), 1, FIRST, "1"),
    Kind("an entry of {} is -2", with_first(-2.0), kinds=ABOVE_ZERO),
    Kind("a row of {} is 0", lambda x: np.concatenate([0 * x[:1], x[1:]]), 2),
    Kind("{} is 0", np.zeros_like, 0, lambda x: () if x.ndim else (0,), "0"),
    Kind("two rows of {} are equal", lambda x: np.concatenate([x[-1:], x[1:]]), 2),
    Kind("all entries of {} are equal", lambda x: np.full_like(x, x.flat[0]), 1),
    Kind("two entries of {} are equal", twice(middle), 1, in_the_middle),
    Kind(
        "the largest entries of {} are equal",
        twice(np.argmax),
        1,
        where_all(lambda x: x == x.max()),
    ),
    Kind(
        "the least entries of {} are equal", twice(np.argmin), 1, where_all(lambda x: x == x.min())
    ),
    *(about(1e3), about(1e2, IN_SINGLE), about(1e-30, far=True), about(1e30, far=True)),
    *(about(1e-15, IN_SINGLE, far=True), about(1e15, IN_SINGLE, far=True)),
)


def edges(plan: Plan, wrt: Sequence[str], seed: int) -> Iterator[Edge]:
    """Yield the edges of a plan, those first that are met most."""
    sizes = every_size(plan)[1]
    try:
        plain = drawn(plan, sizes, seed)
    except ValueError:  # some kind has no values at these sizes
        return
    inputs = {entry.name: entry for entry in plan.inputs if entry.kind in FRAGILE}
    chosen = [inputs[name] for name in sorted(inputs, key=lambda name: name not in wrt)[:MOST]]
    for kind in KINDS:
        for entry in chosen:
            yield from of_kind(kind, entry, plain)
    yield from together(chosen, plain)
    yield from of_sizes(plan, sizes, seed)


def drawn(plan: Plan, sizes: Mapping[str, int], seed: int) -> dict[str, object]:
    """Return arguments of a plan."""
    return draw(plan, sizes, np.random.default_rng([seed, len(sizes)]))


def of_kind(kind: Kind, entry: Input, plain: Arguments) -> Iterator[Edge]:
    """Yield the edge at which one input has values of a kind, if it can have them."""
    name, value = entry.name, np.asarray(plain[entry.name], dtype=float)
    if value.ndim < kind.rank or not value.size or entry.kind not in kind.kinds:
        return
    made = np.asarray(kind.make(value))
    given = {**plain, name: made if made.ndim else float(made)}
    if SINGLE in kind.words:
        given = {one: typed(value, SINGLE) for one, value in given.items()}
    yield Edge(kind.words, name, given, name, kind.meets(made), kind.bound, kind.far)


def together(inputs: Sequence[Input], plain: Arguments) -> Iterator[Edge]:
    """Yield the edges at which two inputs are equal, and at which all of them are zero."""
    for one, other in combinations(inputs, 2):
        if one.shape == other.shape:
            both, given = f"{one.name} and {other.name}", {**plain, one.name: plain[other.name]}
            yield Edge("{} are equal", both, given, one.name, (0,), other.name)
    if len(inputs) > 1:
        *most, last = (entry.name for entry in inputs)
        zeros = {i.name: np.zeros_like(plain[i.name]) if i.shape else 0.0 for i in inputs}
        yield Edge("{} are 0", f"{', '.join(most)} and {last}", {**plain, **zeros})


def of_sizes(plan: Plan, sizes: Mapping[str, int], seed: int) -> Iterator[Edge]:
    """Yield the edges at which an axis has one entry, and at which it has none."""
    for size in (1, 0):
        for name in sizes:
            try:
                given = drawn(plan, {**sizes, name: size}, seed)
            except (ValueError, IndexError, ZeroDivisionError):  # there are no such arguments
                continue
            yield Edge(f"{{}} is {size}", name, given)
