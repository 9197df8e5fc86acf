"""The body of a function as a tree: straight lines, loops, branches, and calls between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst

from refactorer.flow.names import loads, stores
from refactorer.syntax.suites import Statement

Suite: TypeAlias = "tuple[Region, ...]"


@dataclass(frozen=True, eq=False)
class Straight:
    """Assignments to names, one after the other; `line` is where the first one stands."""

    statements: tuple[Statement, ...]
    line: int


@dataclass(frozen=True, eq=False)
class Plain:
    """A statement through which no cotangent flows."""

    statement: Statement


@dataclass(frozen=True, eq=False)
class Call:
    """`targets = helper(arguments)`: a call of a function of the user's."""

    statement: Statement
    helper: str
    arguments: tuple[cst.Arg, ...]
    targets: tuple[str, ...]
    line: int


@dataclass(frozen=True, eq=False)
class Put:
    """`array[index] = value`, or `+=`; the value is a name or has no cotangent."""

    statement: Statement
    array: str
    index: str
    value: str
    adds: bool
    line: int


@dataclass(frozen=True, eq=False)
class Pick:
    """`target = array[index]`, the index being of numbers, slices, or a mask."""

    statement: Statement
    target: str
    array: str
    index: str
    line: int


@dataclass(frozen=True, eq=False)
class Append:
    """`sequence.append(value)`, the value being a name."""

    statement: Statement
    sequence: str
    value: str


@dataclass(frozen=True, eq=False)
class Listed:
    """`sequence = [a, b]`: a list that is appended to, and the names that it starts with."""

    statement: Statement
    sequence: str
    items: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Gather:
    """`target = np.stack(sequence)`: an array of the values in a list, or their sum.

    `how` is what the function is called, which `axis` may be given to.
    """

    statement: Statement
    target: str
    sequence: str
    how: str
    axis: int


@dataclass(frozen=True, eq=False)
class Loop:
    """A `for` or a `while` around its body; `line` is where its head stands."""

    statement: cst.For | cst.While
    body: Suite
    line: int


@dataclass(frozen=True, eq=False)
class Branch:
    """Two ways; where the first one jumps, the second is what follows the `if` in the text.

    `line` is where the `if` stands.
    """

    statement: cst.If
    then: Suite
    orelse: Suite
    line: int
    jumps: bool = False


@dataclass(frozen=True, eq=False)
class Jump:
    """`break` or `continue`."""

    statement: Statement


Region: TypeAlias = (
    Straight | Plain | Call | Put | Pick | Append | Listed | Gather | Loop | Branch | Jump
)


def inner(region: Region) -> Iterator[Suite]:
    """Yield the suites inside a region."""
    match region:
        case Loop(body=body):
            yield body
        case Branch(then=then, orelse=orelse):
            yield from (then, orelse)


def every(suite: Suite) -> Iterator[Region]:
    """Yield the regions of a suite and all that are inside them, in the order of the text."""
    for region in suite:
        yield region
        for part in inner(region):
            yield from every(part)


def written(region: Region) -> frozenset[str]:
    """Return the names that a region binds, or whose value it changes."""
    own: frozenset[str] = frozenset()
    match region:
        case Straight(statements=statements):
            own = frozenset().union(*map(stores, statements))
        case Loop(statement=cst.For(target=target)):
            own = stores(target)
        case Put(array=array):
            own = frozenset({array})
        case Append(sequence=sequence):
            own = frozenset({sequence})
        case Listed(sequence=name) | Gather(target=name) | Pick(target=name):
            own = frozenset({name})
        case Plain(statement=statement) | Call(statement=statement):
            own = stores(statement)
    return own.union(*(written_by(part) for part in inner(region)))


def written_by(suite: Sequence[Region]) -> frozenset[str]:
    """Return the names that any of the regions binds."""
    return frozenset().union(*map(written, suite))


def asked(suite: Suite) -> frozenset[str]:
    """Return the names that conditions read."""
    nodes = [region.statement for region in every(suite) if isinstance(region, Branch | Loop)]
    return frozenset().union(*(loads(n.test) for n in nodes if isinstance(n, cst.If | cst.While)))


def read(region: Region) -> frozenset[str]:
    """Return the names that a region reads, inside and in its head."""
    return read_here(region).union(*(read_by(part) for part in inner(region)))


def read_here(region: Region) -> frozenset[str]:
    """Return the names that a region reads, if it has a body in its head alone."""
    match region:
        case Straight(statements=statements):
            return frozenset().union(*map(loads, statements))
        case Loop(statement=cst.For(iter=head)) | Loop(statement=cst.While(test=head)):
            return loads(head)
        case Branch(statement=statement):
            return loads(statement.test)
        case Jump():
            return frozenset()
    return loads(region.statement)


def read_by(suite: Sequence[Region]) -> frozenset[str]:
    """Return the names that any of the regions reads."""
    return frozenset().union(*map(read, suite))


def blocks(suite: Suite) -> Iterator[Suite]:
    """Yield a suite and those inside it."""
    yield suite
    for region in suite:
        for part in inner(region):
            yield from blocks(part)
