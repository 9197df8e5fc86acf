"""Arrays that are filled by index: which assignments overwrite values, and which values last."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import libcst as cst

from refactorer.flow.names import expression, followed, parsed
from refactorer.flow.structure.heads import items
from refactorer.flow.structure.regions import (
    Branch,
    Loop,
    Pick,
    Plain,
    Put,
    Region,
    Straight,
    Suite,
    inner,
    read,
    written,
)
from refactorer.syntax.expressions import code

Places = tuple[tuple[str, float] | None, ...]


@dataclass(frozen=True)
class Items:
    """What is known of arrays that are filled by index. A "put" is `array[index] = value`, or `+=`.

    `wiping` are the puts that overwrite a value with a cotangent; `settled` are the arrays whose
    items are set once, before they are read; `views` maps names to the arrays that they are views
    of.
    """

    wiping: frozenset[Put] = frozenset()
    settled: frozenset[str] = frozenset()
    arrays: frozenset[str] = frozenset()
    views: Mapping[str, str] = field(default_factory=dict)

    def is_fluid(self, name: str) -> bool:
        """Tell whether a name may hold something else when an item is put later."""
        return name in self.views or (name in self.arrays and name not in self.settled)


@dataclass(frozen=True)
class Seen:
    """A region, and the loops around it."""

    region: Region
    around: tuple[Loop, ...]


def items_of(suite: Suite, active: Collection[str], is_view: Callable[[Pick], bool]) -> Items:
    """Return the facts about arrays that are filled by index."""
    found = [*seen(suite, ())]
    puts = [one for one in found if isinstance(one.region, Put)]
    arrays = frozenset(one.region.array for one in puts if isinstance(one.region, Put))
    started = {name for name in arrays if has_cotangent(name, found, active)}
    wiping = {p.region for p in puts if wipes(p, puts, started, active)}
    settled = frozenset(n for n in arrays - started if is_settled(n, found))
    picks = [one.region for one in found if isinstance(one.region, Pick)]
    views = {p.target: p.array for p in picks if p.array in arrays - settled and is_view(p)}
    return Items(frozenset(wiping), settled, arrays, views)  # type: ignore[arg-type]


def seen(suite: Suite, around: tuple[Loop, ...]) -> Iterator[Seen]:
    """Yield the regions of a suite, in the order of the text."""
    for region in suite:
        yield Seen(region, around)
        within = (*around, region) if isinstance(region, Loop) else around
        for part in inner(region):
            yield from seen(part, within)


def has_cotangent(name: str, found: Sequence[Seen], active: Collection[str]) -> bool:
    """Tell whether an array has a cotangent before anything is put into it."""
    values = [
        s.body[0].value
        for one in found
        if isinstance(one.region, Straight)
        for s in one.region.statements
        if isinstance(s, cst.SimpleStatementLine)
        and isinstance(s.body[0], cst.Assign)
        and any(code(t.target) == name for t in s.body[0].targets)
    ]
    plain = [one for one in found if name in plainly_set(one.region)]
    follows = any(not followed(parsed(v)).isdisjoint(active) for v in values)
    return follows or not (values or plain)


def plainly_set(region: Region) -> frozenset[str]:
    """Return the names that a statement without a cotangent sets."""
    return written(region) if isinstance(region, Plain) else frozenset()


def wipes(
    put: Seen, puts: Sequence[Seen], started: Collection[str], active: Collection[str]
) -> bool:
    """Tell whether a put replaces what has a cotangent."""
    own = put.region
    assert isinstance(own, Put)
    if own.adds:
        return False
    others = [p for p in puts if p is not put and is_source(p, own.array, active)]
    again = own.value in active and not is_distinct(put)
    before = [p for p in others if puts.index(p) < puts.index(put) or {*p.around} & {*put.around}]
    least = {n: k for loop in put.around for n, k in first_numbers(loop)}
    clashing = [p for p in before if not never_meet(own.index, p.region.index, least)]  # type: ignore[union-attr]
    return own.array in started or again or bool(clashing)


def is_source(put: Seen, array: str, active: Collection[str]) -> bool:
    """Tell whether a put gives an array something that has a cotangent."""
    region = put.region
    return isinstance(region, Put) and region.array == array and region.value in active


def is_distinct(put: Seen) -> bool:
    """Tell whether each turn of the loops around puts at another place."""
    assert isinstance(put.region, Put)
    names = {place[0] for place in places(put.region.index) if place is not None}
    return all(not names.isdisjoint(counters(loop)) for loop in put.around)


def counters(loop: Loop) -> set[str]:
    """Return the names that count the turns of a loop."""
    found = items(loop.statement) if isinstance(loop.statement, cst.For) else ()
    return {item.target for item in found if item.counts}


def is_settled(name: str, found: Sequence[Seen]) -> bool:
    """Tell whether the items of an array are set once, and read only after that."""
    puts = [one for one in found if isinstance(one.region, Put) and one.region.array == name]
    if any(isinstance(p.region, Put) and p.region.adds for p in puts):
        return False
    last = found.index(puts[-1])
    if any(name in written(one.region) for one in found[last + 1 :]):
        return False  # the name is another array's then
    main = [p for p in puts if p.around] or puts[-1:]
    if len(main) != 1 or not is_distinct(main[0]):
        return False
    inside = [one for one in found if {*one.around} & {*main[0].around} and one is not main[0]]
    before = [one for one in found[:last] if one not in [*inside, *puts]]
    return not any(name in own_reads(one.region) for one in before) and not any(
        reads_early(name, one.region, main[0]) for one in inside
    )


def reads_early(name: str, region: Region, put: Seen) -> bool:
    """Tell whether a region in the loop of a put may read an item of the array before it is set."""
    assert isinstance(put.region, Put)
    if isinstance(region, Pick) and region.array == name:
        return not earlier(region.index, put.region.index, put.around)
    if isinstance(region, Branch):
        return reads_others(region.statement.test, name, put)
    return not isinstance(region, Loop | Pick) and name in own_reads(region)


def reads_others(test: cst.BaseExpression, name: str, put: Seen) -> bool:
    """Tell whether a condition reads items of an array that may be put only after it."""
    assert isinstance(put.region, Put)
    nodes = [*ast.walk(parsed(test))]
    read = sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
    parts = [n for n in nodes if isinstance(n, ast.Subscript) and ast.unparse(n.value) == name]
    index = put.region.index
    known = [n for n in parts if earlier(ast.unparse(n.slice), index, put.around)]
    return read > len(known)


def own_reads(region: Region) -> frozenset[str]:
    """Return the names that a region without a body reads."""
    return frozenset() if any(True for _ in inner(region)) else read(region)


def earlier(index: str, put: str, around: Sequence[Loop]) -> bool:
    """Tell whether the item at an index was put in a turn before this one, whatever turn it is."""
    lagging = False
    for one, other in zip(places(index), places(put), strict=False):
        if one is None or other is None or one[0] != other[0]:
            continue
        sign = next((s for loop in around for n, s in steps(loop) if n == one[0]), 0)
        step = (other[1] - one[1]) * sign
        if step < 0:
            return False
        lagging = lagging or step > 0
    return lagging


def steps(loop: Loop) -> Iterator[tuple[str, int]]:
    """Yield the names that count the turns of a loop, and whether they go up (1) or down (-1)."""
    assert isinstance(loop.statement, cst.For)
    for item in items(loop.statement):
        if item.counts:
            arguments = expression(item.elements)
            given = arguments.args if isinstance(arguments, ast.Call) else []
            falls = len(given) == 3 and ast.unparse(given[2]).startswith("-")
            yield item.target, -1 if falls != item.falls else 1


def never_meet(one: str, other: str, least: Mapping[str, int] = MappingProxyType({})) -> bool:
    """Tell whether two indices are never the same place; names are no less than their `least`."""
    pairs = [*zip(places(one), places(other), strict=False)]
    lower = [
        a[0] in least and not b[0] and 0 <= b[1] < least[a[0]] + a[1] for a, b in pairs if a and b
    ]
    return any(a and b and a[0] == b[0] and a[1] != b[1] for a, b in pairs) or any(lower)


def first_numbers(loop: Loop) -> Iterator[tuple[str, int]]:
    """Yield the names that count the turns of a loop upwards, and their first values."""
    for item in items(loop.statement) if isinstance(loop.statement, cst.For) else ():
        match expression(item.elements) if item.counts else None:
            case ast.Call(args=[_]):
                yield item.target, 0
            case ast.Call(args=[ast.Constant(int(first)), _]):
                yield item.target, first


def places(index: str) -> Places:
    """Return the parts of an index as names with offsets; None for what is neither."""
    tree = expression(f"_[{index}]")
    assert isinstance(tree, ast.Subscript)
    parts = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
    return tuple(map(name_and_offset, parts))


def name_and_offset(part: ast.expr) -> tuple[str, float] | None:
    """Return a part of an index as a name ("" for none) and an offset."""
    match part:
        case ast.Constant(value=int(number)):
            return "", number
        case ast.Name(id=name):
            return name, 0
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int(n))):
            inside = name_and_offset(left)
            sign = 1 if isinstance(op, ast.Add) else -1
            return (inside[0], inside[1] + sign * n) if inside else None
    return None
