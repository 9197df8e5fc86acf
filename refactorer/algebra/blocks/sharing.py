"""Work that several expressions have in common is done once, under a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from refactorer.algebra.blocks.common_factors import factored, ungrouped
from refactorer.algebra.blocks.shared import Shared, occurrences
from refactorer.algebra.index_notation.assemble import Scaled, flat_product, flat_total
from refactorer.algebra.index_notation.elementwise import Call, Product, Total
from refactorer.algebra.index_notation.nodes import Node, Opaque, Ref
from refactorer.algebra.index_notation.reductions import Averaged
from refactorer.algebra.normal_form.layouts import Layout, long, stripped
from refactorer.algebra.normal_form.terms import ONE
from refactorer.algebra.writing.write import Writer

WORTH_A_NAME = 20  # two operations on numbers


@dataclass(frozen=True)
class Naming:
    """How parts are called: as the cotangent that they are, by its text, or by a new name.

    Beside a cotangent stands whether it lies the other way round than its text.
    """

    cotangents: Callable[[], Mapping[str, tuple[str, bool]]]
    others: Iterator[str]

    def cotangent(self, *texts: str) -> tuple[str, bool] | None:
        cotangents = self.cotangents()
        return next((cotangents[text] for text in texts if text in cotangents), None)


def share(
    roots: Mapping[str, Node], frames: Mapping[str, Layout], naming: Naming, writer: Writer
) -> Shared:
    """Name the costliest repeated part first, then what is still repeated."""
    shared = factored(summed_once(Shared(roots, {}, frames)))
    while repeated := dearest_repeated(shared.counts, writer):
        first, *_ = repeated
        known = naming.cotangent(own_text(first, writer), own_text(ungrouped(first), writer))
        name, is_turned = known or (next(naming.others, None), False)
        if name is None:
            break
        layouts = {p: writer.lies(p)[::-1] if is_turned else writer.lies(p) for p in repeated}
        if known is None:
            layouts |= lying(repeated, shared.nodes) or framed(layouts, shared.counts)
        ways = [layouts] if known else both_ways(layouts)
        named = [with_name(shared, name, first, way) for way in ways]
        shared = min(named, key=lambda shared: views(shared, writer)) if ways[1:] else named[0]
    return shared.substituted({node: sum_ for node in shared.counts if (sum_ := opened(node))})


def with_name(shared: Shared, name: str, part: Node, layouts: Mapping[Node, Layout]) -> Shared:
    """The same with a name for a part, read in each layout in place of the node that lies so."""
    after = shared.substituted({p: Ref(name, layout, -1) for p, layout in layouts.items()})
    frames = {**shared.frames, name: layouts[part]}
    return Shared(after.roots, {**after.parts, name: part}, frames)


def both_ways(layouts: Mapping[Node, Layout]) -> list[Mapping[Node, Layout]]:
    """How nodes may lie: of matrices the other way round, too."""
    are_matrices = all(len(way) == len(long(way)) == 2 for way in layouts.values())
    turned = {node: way[::-1] for node, way in layouts.items()}
    return [layouts, turned] if are_matrices else [layouts]


def views(shared: Shared, writer: Writer) -> int:
    """How many views the texts of all expressions have; a root lies as it has the fewest."""
    roots = (writer.exact(node, writer.lies(node)).views for node in shared.roots.values())
    parts = (writer.exact(n, shared.frames[k]).views for k, n in shared.parts.items())
    return sum(roots) + sum(parts)


def summed_once(shared: Shared) -> Shared:
    """The same with the mean of what is summed too as that sum by the number of its terms."""
    nodes = shared.counts
    means = (n for n in nodes if isinstance(n, Averaged) and n.count and n.total in nodes)
    below = {n: [(node, -exponent) for node, exponent in n.count] for n in means}
    if not below:
        return shared
    return shared.substituted({n: flat_product(ONE, [(n.total, ONE), *below[n]]) for n in below})


def opened(node: Node) -> Node | None:
    """A sum with the terms of the sums in it as its own: a - (b - c) is a - b + c.

    None for what is no such sum. One that runs along fewer axes is added up by itself.
    """
    if not isinstance(node, Total) or not any(map(partial(is_nested, node), node.terms)):
        return None
    terms = list[Scaled]()
    for number, part in node.terms:
        inner = opened(part) or part
        match inner:
            case Total() if is_nested(node, (number, part)):
                terms += ((number * c, each) for c, each in inner.terms)
            case _:
                terms.append((number, inner))
    return flat_total(terms)


def is_nested(node: Total, term: Scaled) -> bool:
    """Whether a term of a sum is a sum that runs along the same axes."""
    number, part = term
    return isinstance(part, Total) and abs(number) == 1 and part.labels == node.labels


def own_text(node: Node, writer: Writer) -> str:
    """The text of a node that stands alone."""
    return writer.exact(node, writer.lies(node)).text


def dearest_repeated(counts: Mapping[Node, int], writer: Writer) -> list[Node]:
    """The nodes of the costliest text that is repeated; they may run along different labels."""
    alike: dict[str, list[Node]] = {}
    for node in counts:
        if node.work >= WORTH_A_NAME:
            alike.setdefault(own_text(node, writer), []).append(node)
    repeated = [group for group in alike.values() if sum(counts[node] for node in group) > 1]
    return max(repeated, key=lambda group: (group[0].cost, group[0].key), default=[])


def lying(repeated: Sequence[Node], nodes: Sequence[Node]) -> dict[Node, Layout]:
    """How the nodes of one text lie where each reader would make them columns, say."""
    spread = {node: spread_out(node, nodes) for node in repeated}
    ways = {tuple(label is None for label in layout) for layout in spread.values()}
    return spread if len(ways) == 1 and () not in ways else {}


def framed(layouts: Mapping[Node, Layout], nodes: Iterable[Node]) -> dict[Node, Layout]:
    """How nodes lie where calls read them, if that is the other way round in all that do."""
    calls = (call for call in nodes if isinstance(call, Opaque))
    read = (pair for call in calls for pair in zip(call.arrays, call.frames, strict=True))
    frames = {(node, stripped(frame)) for node, frame in read if node in layouts}
    turned: dict[Node, Layout] = {n: way[::-1] for n, way in layouts.items() if len(way) == 2}
    return turned if frames and all(turned.get(n) == frame for n, frame in frames) else {}


def spread_out(node: Node, nodes: Sequence[Node]) -> Layout:
    """How a node lies in all that it is multiplied with or added to, if that is one way.

    () if it is not, or if it lies there as it is.
    """
    readers = [reader for reader in occurrences(nodes) if node in reader.parts]
    if node in nodes or not all(isinstance(r, Product | Total | Call) for r in readers):
        return ()
    frames = {stripped(tuple(x if x in node.labels else None for x in r.natural)) for r in readers}
    (frame, *others) = frames
    return () if others or None not in frame else frame
