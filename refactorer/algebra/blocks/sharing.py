"""Work that several expressions have in common is done once, under a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from refactorer.algebra.index_notation.assemble import Power, Scaled, flat_product, flat_total
from refactorer.algebra.index_notation.elementwise import Call, Product, Total
from refactorer.algebra.index_notation.nodes import Node, Opaque, Ref, substitution
from refactorer.algebra.index_notation.reductions import Averaged
from refactorer.algebra.normal_form.layouts import Layout, stripped
from refactorer.algebra.normal_form.terms import ONE
from refactorer.algebra.once import cached_property
from refactorer.algebra.writing.write import Writer

WORTH_A_NAME = 20  # two operations on numbers
MOST_COMPARED = 40  # products


@dataclass(frozen=True)
class Shared:
    """Expressions by name, after the parts that they have in common were given names.

    `frames` tell how the axes of a part lie where it is read.
    """

    roots: Mapping[str, Node]
    parts: Mapping[str, Node]
    frames: Mapping[str, Layout]

    @cached_property
    def nodes(self) -> list[Node]:
        return [*self.roots.values(), *self.parts.values()]

    @cached_property
    def counts(self) -> Counter[Node]:
        """How often each node stands in others."""
        return occurrences(self.nodes)

    @cached_property
    def work(self) -> int:
        return sum(node.work for node in self.nodes)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(node.names for node in self.nodes))

    def of(self, results: Sequence[str], cuts: Collection[str]) -> Shared:
        """What the results read; of that, what is no cut is a part."""
        known, found, waiting = {**self.roots, **self.parts}, dict[str, Node](), [*results]
        while waiting:
            name = waiting.pop()
            if name in known and name not in found:
                found[name] = known[name]
                waiting += sorted(known[name].names)
        roots = {key: node for key, node in found.items() if key in cuts or key in results}
        parts = {key: node for key, node in found.items() if key not in roots}
        return Shared(roots, parts, self.frames)

    def substituted(self, replacements: Mapping[Node, Node]) -> Shared:
        substituted = substitution(replacements)
        roots = {key: substituted(node) for key, node in self.roots.items()}
        parts = {key: substituted(node) for key, node in self.parts.items()}
        return Shared(roots, parts, self.frames)

    def renamed(self, old: str, new: str) -> Shared:
        """The same with another name for a part."""
        refs = (ref for node in self.nodes for ref in node.refs if ref.name == old)
        after = self.substituted({ref: replace(ref, name=new) for ref in refs})
        parts = {new if k == old else k: n for k, n in after.parts.items()}
        frames = {new if k == old else k: frame for k, frame in self.frames.items()}
        return Shared(after.roots, parts, frames)


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
        shared = shared.substituted({p: Ref(name, layouts[p], -1) for p in repeated})
        frames = {**shared.frames, name: layouts[first]}
        shared = Shared(shared.roots, {**shared.parts, name: first}, frames)
    return shared.substituted({node: sum_ for node in shared.counts if (sum_ := opened(node))})


def summed_once(shared: Shared) -> Shared:
    """The same with the mean of what is summed too as that sum by the number of its terms."""
    nodes = shared.counts
    means = (n for n in nodes if isinstance(n, Averaged) and n.count and n.total in nodes)
    below = {n: [(node, -exponent) for node, exponent in n.count] for n in means}
    if not below:
        return shared
    return shared.substituted({n: flat_product(ONE, [(n.total, ONE), *below[n]]) for n in below})


def factored(shared: Shared) -> Shared:
    """The same with what two products of matrices have in common as one factor of both."""
    for _ in range(MOST_COMPARED):
        products = [n for n in shared.counts if isinstance(n, Product) and n.labels]
        pairs = combinations(products[:MOST_COMPARED], 2)
        found = (common for pair in pairs if (common := in_common(*pair)) is not None)
        common = max(found, key=lambda node: (node.own_cost, node.key), default=None)
        if common is None:
            break
        changed = ((p, with_factor(p, common)) for p in products)
        shared = shared.substituted({p: other for p, other in changed if p != other})
    return shared


def in_common(one: Product, other: Product) -> Node | None:
    """The product of what two products have in common, if that is worth a name: of matrices."""
    if one.labels != other.labels or len(one.labels) < 2:
        return None
    powers = [power for power in one.factors if power in other.factors]
    common = flat_product(ONE, powers)
    full = [node for node, _ in powers if node.labels == common.labels]
    above = any(exponent > 0 for _, exponent in powers)
    return common if common.labels == one.labels and above and len(full) > 1 else None


def with_factor(product: Product, part: Node) -> Node:
    """A product with a part of it as one factor; itself if it has no such part or is it."""
    assert isinstance(part, Product)
    rest = [power for power in product.factors if power not in part.factors]
    if product == part or len(rest) + len(part.factors) != len(product.factors):
        return product
    return flat_product(product.coefficient, [(part, ONE), *rest])


def ungrouped(node: Node) -> Node:
    """A node without the common factors that products in it were given."""
    node = node.with_parts(tuple(map(ungrouped, node.parts)))
    if not isinstance(node, Product):
        return node
    factors = list[Power]()
    for part, exponent in node.factors:
        match part:
            case Product(scale, inner) if scale == exponent == 1 and part.labels == node.labels:
                factors += inner
            case _:
                factors.append((part, exponent))
    return flat_product(node.coefficient, factors)


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


def occurrences(nodes: Iterable[Node]) -> Counter[Node]:
    """How often each node stands in others, each of which counts once."""
    counts = Counter[Node]()

    def visit(node: Node) -> None:
        times = counts[node] = counts.get(node, 0) + 1
        if times == 1:
            for part in node.parts:
                visit(part)

    for node in nodes:
        visit(node)
    return counts
