"""A graph as a picture: boxes in layers, and curves between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from refactorer.html.graph import GraphNode
from refactorer.html.layers import Key, Layers, layers

LETTER, PADDING, HEIGHT = 8.0, 28.0, 32.0  # of a box, in pixels
GAP = 8.0  # that a way takes which passes a layer
ACROSS, DOWN = 22.0, 40.0  # between boxes
BOW = 20.0  # beside a box, for what is read in the next turn of a loop
MARGIN = 6.0
TITLE = "The values of the function, and which of them are read by which"


@dataclass(frozen=True)
class Box:
    """The room of a node, or of a way past a layer: its middle, and its half of either length."""

    x: float
    y: float
    width: float
    height: float

    @property
    def head(self) -> str:
        """The point where ways come in."""
        return f"{self.x:.1f} {self.y - self.height:.1f}"

    @property
    def foot(self) -> str:
        """The point where ways go out."""
        return f"{self.x:.1f} {self.y + self.height:.1f}"


def drawing(nodes: Sequence[GraphNode], side: str) -> str:
    """Return the picture of a graph as SVG; nothing where there is none.

    The ids of its lines start with the letter of a side.
    """
    found = layers(nodes)
    if not found.ways:
        return ""
    named = {(node.name, k) for node in nodes for k in [level(node, found)]}
    rooms = boxes(found.rows, named)
    width = max(box.x + box.width for box in rooms.values()) + MARGIN + BOW
    height = max(box.y + box.height for box in rooms.values()) + MARGIN
    edges = "".join(curves(found, rooms)) + "".join(bows(nodes, found, rooms))
    drawn = "".join(shape(node, rooms[node.name, level(node, found)], side) for node in nodes)
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="group" '
        f'aria-label="{TITLE}">{edges}{drawn}</svg>'
    )


def level(node: GraphNode, found: Layers) -> int:
    """Return the layer in which a node stands: the first that has its name."""
    return next(k for k, row in enumerate(found.rows) if any(key[0] == node.name for key in row))


def boxes(rows: Sequence[Sequence[Key]], named: set[Key]) -> dict[Key, Box]:
    """Return the rooms of all keys: each layer in the middle."""
    widths = [[PADDING + LETTER * len(k[0]) if k in named else GAP for k in row] for row in rows]
    totals = [sum(row) + ACROSS * (len(row) - 1) for row in widths]
    found: dict[Key, Box] = {}
    for number, (row, sizes, total) in enumerate(zip(rows, widths, totals, strict=True)):
        left = MARGIN + BOW + (max(totals) - total) / 2
        y = MARGIN + HEIGHT / 2 + number * (HEIGHT + DOWN)
        for key, width in zip(row, sizes, strict=True):
            found[key] = Box(left + width / 2, y, width / 2, HEIGHT / 2)
            left += width + ACROSS
    return found


def shape(node: GraphNode, box: Box, side: str) -> str:
    """Return a box with its name; one that lines belong to can be reached by the keyboard."""
    ids = " ".join(f"{side}{n}" for n in sorted(node.lines))
    kind = "value" if ids else "input"
    linked = f' tabindex="0" data-of="{ids}"' if ids else ""
    said = f"{node.name}, from {', '.join(sorted(node.reads))}" if ids else node.name
    radius = 6 if ids else box.height
    return (
        f'<g class="node {kind}" data-name="{escape(node.name)}"{linked} role="img" '
        f'aria-label="{escape(said)}">'
        f'<rect x="{box.x - box.width:.1f}" y="{box.y - box.height:.1f}" rx="{radius:.0f}" '
        f'width="{2 * box.width:.1f}" height="{2 * box.height:.0f}"/>'
        f'<text x="{box.x:.1f}" y="{box.y + 4.5:.1f}">{escape(node.name)}</text></g>'
    )


def curves(found: Layers, rooms: Mapping[Key, Box]) -> Iterator[str]:
    """Yield a curve from each value to each that reads it."""
    for way in found.ways.values():
        path = f"M{rooms[way[0]].foot}"
        for above, key in pairwise(way):
            start, end = rooms[above], rooms[key]
            bend = (end.y - end.height + start.y + start.height) / 2
            path += f"C{start.x:.1f} {bend:.1f} {end.x:.1f} {bend:.1f} {end.head}"
            path += f"L{end.foot}" if key != way[-1] else ""
        yield edge(way[0][0], way[-1][0], path)


def bows(nodes: Sequence[GraphNode], found: Layers, rooms: Mapping[Key, Box]) -> Iterator[str]:
    """Yield a bow to what is read in the next turn of a loop: at the side of the values."""
    places = {node.name: rooms[node.name, level(node, found)] for node in nodes}
    for node in nodes:
        for name in sorted(node.reads):
            if (name, node.name) not in found.ways:
                yield edge(name, node.name, bow(places[name], places[node.name]))


def bow(start: Box, end: Box) -> str:
    """Return the way from the right of one box to the right of another that is no lower."""
    right = max(start.x + start.width, end.x + end.width) + BOW
    return (
        f"M{start.x + start.width:.1f} {start.y + 5:.1f}C{right:.1f} {start.y + 5:.1f} "
        f"{right:.1f} {end.y - 5:.1f} {end.x + end.width:.1f} {end.y - 5:.1f}"
    )


def edge(start: str, end: str, path: str) -> str:
    """Return a curve from one node to another."""
    ends = f'data-start="{escape(start)}" data-end="{escape(end)}"'
    return f'<path class="edge" {ends} d="{path}"/>'
