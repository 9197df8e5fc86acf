"""The layers of a graph: each value stands below those that it is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from refactorer.html.graph import GraphNode

Key = tuple[str, int]  # the name of a value, and a layer: its own, or one that a way of it passes
SWEEPS = 4  # down and up again, to bring nearer what belongs together


@dataclass(frozen=True)
class Layers:
    """The keys of each layer from left to right, and the ways from values to what reads them."""

    rows: tuple[tuple[Key, ...], ...]
    ways: Mapping[tuple[str, str], tuple[Key, ...]]


def layers(nodes: Sequence[GraphNode]) -> Layers:
    """Return the layers of a graph; an input stands right above what reads it first."""
    depth = depths(nodes)
    ways = {
        (name, node.name): (
            *((name, k) for k in range(depth[name], depth[node.name])),
            (node.name, depth[node.name]),
        )
        for node in nodes
        for name in sorted(node.reads)
        if depth[name] < depth[node.name]
    }
    rows: list[list[Key]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    passed = (key for way in ways.values() for key in way)
    for key in dict.fromkeys([*((n.name, depth[n.name]) for n in nodes), *passed]):
        rows[key[1]].append(key)
    return Layers(tuple(map(tuple, untangled(rows, [*ways.values()]))), ways)


def depths(nodes: Sequence[GraphNode]) -> dict[str, int]:
    """Return the layer of each value: below all that it reads and that comes before it."""
    found: dict[str, int] = {}
    for node in nodes:
        found[node.name] = 1 + max((found.get(n, -1) for n in node.reads), default=-1)
    for node in nodes:
        if not node.reads:
            below = [found[n.name] for n in nodes if node.name in n.reads]
            found[node.name] = max(0, min(below, default=1) - 1)
    return found


def untangled(rows: Sequence[Sequence[Key]], ways: Sequence[Sequence[Key]]) -> list[list[Key]]:
    """Return layers with each key near the middle of those that it is joined to."""
    links: dict[Key, list[Key]] = {}
    for one, other in joints(ways):
        links.setdefault(one, []).append(other)
        links.setdefault(other, []).append(one)
    found = [[*row] for row in rows]
    for sweep in range(SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        place = {key: (k + 0.5) / len(row) for row in found for k, key in enumerate(row)}
        for row in found[::step]:
            row.sort(key=lambda key: middle(key, links, place, -step))
            place |= {key: (k + 0.5) / len(row) for k, key in enumerate(row)}
    return found


def joints(ways: Sequence[Sequence[Key]]) -> Iterator[tuple[Key, Key]]:
    """Yield the pieces of the ways, each once."""
    yield from dict.fromkeys(pair for way in ways for pair in pairwise(way))


def middle(
    key: Key, links: Mapping[Key, Sequence[Key]], place: Mapping[Key, float], side: int
) -> float:
    """Return the mean of the places that a key is joined to, in the layer above it or below."""
    found = [place[other] for other in links.get(key, ()) if other[1] == key[1] + side]
    return sum(found) / len(found) if found else place[key]
