"""A program as it grows: its text, and what its names hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

Shape = tuple[str, ...]
Value = tuple[str, Shape]
SHAPES: tuple[Shape, ...] = (
    *((), ("n",), ("d",), ("n", "d"), ("n", "d"), ("d", "k")),
    *(("n", "k"), ("d", "d"), ("b", "n", "d"), ("b", "d", "k"), ("n", "1"), ("1", "d")),
)
SIZES = ("n", "d", "k", "b")  # that differ, and are not one
INDENT = "    "
ANY: Shape = ("*",)  # of an array of whatever shape
T = TypeVar("T")


@dataclass
class Program:
    """The lines of a function, and the shapes of the values that its names hold where it goes on.

    `flags` are the texts of the parameters that no gradient is asked of, `helpers` those of the
    functions above. `returned` is the shape of what was returned early, `turns` are the numbers of
    the loops around, `fixed` the arrays whose items are set; `depth` counts the blocks around.
    """

    rng: Random
    values: dict[str, Shape] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    helpers: list[str] = field(default_factory=list)
    arguments: tuple[str, ...] = ()
    returned: Shape | None = None
    turns: list[str] = field(default_factory=list)
    fixed: set[str] = field(default_factory=set)
    depth: int = 0
    named: int = 0

    def copied(self) -> Program:
        """Return the program as it is now, to go back to."""
        return replace(
            self,
            values=dict(self.values),
            lines=[*self.lines],
            flags=dict(self.flags),
            helpers=[*self.helpers],
            turns=[*self.turns],
            fixed={*self.fixed},
        )

    def maybe(self, share: float) -> bool:
        """Tell, true in this share of all cases."""
        return self.rng.random() < share

    def choice(self, *forms: T) -> T:
        """Return one of some."""
        return self.rng.choice(forms)

    def name(self, start: str = "v") -> str:
        """Return a name that is new."""
        self.named += 1
        return f"{start}{self.named}"

    @property
    def locals(self) -> list[str]:
        """The names that the function has bound."""
        return [n for n in self.values if n.isidentifier() and n.startswith("v")]

    def of(self, ranks: Sequence[int]) -> Value:
        """Return a value of one of these ranks, later ones more often."""
        found = [(n, s) for n, s in self.values.items() if len(s) in ranks]
        if not found:
            raise LookupError
        return found[max(self.rng.randrange(len(found)), self.rng.randrange(len(found)))]

    def pick(self, rank: int = 0) -> Value:
        """Return a value of at least this rank."""
        return self.of(range(rank, 10))

    def line(self, text: str) -> None:
        """Add a line where the program is."""
        self.lines.append(INDENT * self.depth + text)

    def bind(self, text: str, shape: Shape) -> str:
        """Assign to a new name, or to one of the locals again, and return it.

        In a block, a name keeps its shape: what follows reads it, whether the block ran or not.
        """
        taken = [n for n in self.locals if not self.depth or self.values[n] == shape]
        again = taken and self.maybe(0.15)
        name = self.rng.choice(taken) if again else self.name()
        self.set(name, text, shape)
        return name

    def bind_constant(self, start: str, text: str) -> str:
        """Assign what no slope goes through to a new name, and return it."""
        name = self.name(start)
        self.line(f"{name} = {text}")
        return name

    def set(self, name: str, text: str, shape: Shape) -> None:
        """Assign to a name, unless the value is too large."""
        if len(shape) > 3 or sum(map(len, shape)) > 12:
            raise LookupError
        self.values.pop(name, None)
        self.values[name] = shape
        self.line(f"{name} = {text}")

    @contextmanager
    def block(self, head: str, **bound: Shape) -> Iterator[None]:
        """Add what is drawn inside as a block, in which these names are bound, too."""
        before = dict(self.values)
        self.line(head)
        self.depth += 1
        self.values |= bound
        yield
        self.depth -= 1
        self.values = before

    @contextmanager
    def aside(self, **bound: Shape) -> Iterator[None]:
        """Draw with some more names, inside an expression."""
        before = dict(self.values)
        self.values |= bound
        yield
        self.values = before

    def result(self) -> str:
        """Return what is returned in the end: the last values, or what has the shape they had."""
        last = self.locals[-3:] or list(self.arguments)
        number = " + ".join(f"np.sum(np.tanh({n}))" for n in last)
        if self.returned is not None:
            same = [n for n in self.arguments if self.values[n] == self.returned]
            return f"{same[0]} * np.tanh({number})" if self.returned else number
        if self.maybe(0.25) and len(last) > 1:
            return ", ".join(last[-self.choice(2, 2, 3) :])
        return number if self.maybe(0.4) else last[-1]


def together(left: Shape, right: Shape) -> Shape | None:
    """Return the shape that two broadcast to; None where their sizes differ."""
    rank = max(len(left), len(right))
    pairs = zip(
        ("1",) * (rank - len(left)) + left, ("1",) * (rank - len(right)) + right, strict=True
    )
    found = tuple(b if a == "1" else a if b in ("1", a) else "" for a, b in pairs)
    return None if "" in found else found
