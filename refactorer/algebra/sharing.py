"""Work that several expressions have in common is done once, under a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refactorer.algebra.nodes import Node, Ref, substituted
from refactorer.algebra.write import Writer

WORTH_A_NAME = 20  # two operations on numbers


@dataclass(frozen=True)
class Shared:
    """Expressions by name, after the parts that they have in common were given names."""

    roots: Mapping[str, Node]
    parts: Mapping[str, Node]

    @property
    def nodes(self) -> list[Node]:
        return [*self.roots.values(), *self.parts.values()]

    @property
    def work(self) -> int:
        return sum(node.work for node in self.nodes)

    @property
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
        return Shared(roots, {key: node for key, node in found.items() if key not in roots})

    def substituted(self, replacements: Mapping[Node, Node]) -> Shared:
        roots = {key: substituted(node, replacements) for key, node in self.roots.items()}
        return Shared(roots, {k: substituted(n, replacements) for k, n in self.parts.items()})

    def renamed(self, old: str, new: str) -> Shared:
        """The same with another name for a part."""
        refs = (ref for node in self.nodes for ref in node.refs if ref.name == old)
        after = self.substituted({ref: replace(ref, name=new) for ref in refs})
        return Shared(after.roots, {new if k == old else k: n for k, n in after.parts.items()})


@dataclass(frozen=True)
class Naming:
    """How parts are called: as the cotangent that they are, by its text, or by a new name."""

    cotangents: Mapping[str, str]
    others: Iterator[str]

    def name(self, text: str) -> str | None:
        return self.cotangents.get(text) or next(self.others, None)


def share(roots: Mapping[str, Node], naming: Naming, writer: Writer) -> Shared:
    """Name the dearest repeated part first, then what is still repeated."""
    shared = Shared(roots, {})
    while repeated := dearest_repeated(shared.nodes, writer):
        first, *_ = repeated
        name = naming.name(own_text(first, writer))
        if name is None:
            break
        shared = shared.substituted({p: Ref(name, writer.lies(p), -1) for p in repeated})
        shared = Shared(shared.roots, {**shared.parts, name: first})
    return shared


def own_text(node: Node, writer: Writer) -> str:
    """The text of a node that stands alone."""
    return writer.exact(node, writer.lies(node)).text


def dearest_repeated(nodes: Iterable[Node], writer: Writer) -> list[Node]:
    """The nodes that are one dear piece of text, which may stand along different labels."""
    counts = occurrences(nodes)
    alike: dict[str, list[Node]] = {}
    for node in counts:
        if node.work >= WORTH_A_NAME:
            alike.setdefault(own_text(node, writer), []).append(node)
    repeated = [group for group in alike.values() if sum(counts[node] for node in group) > 1]
    return max(repeated, key=lambda group: (group[0].cost, group[0].key), default=[])


def occurrences(nodes: Iterable[Node]) -> Counter[Node]:
    """How often each node stands in others, each of which counts once."""
    counts = Counter[Node]()

    def visit(node: Node) -> None:
        counts[node] += 1
        if counts[node] == 1:
            for part in node.parts:
                visit(part)

    for node in nodes:
        visit(node)
    return counts
