"""Expressions by name, with the parts that they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from refactorer.algebra.index_notation.nodes import Node, substitution
from refactorer.algebra.normal_form.layouts import Layout
from refactorer.algebra.once import cached_property


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

    def as_root(self, part: str, name: str, is_turned: bool) -> Shared:
        """The same with a part under the name of the root that it is, which may lie turned."""

        def way(layout: Layout) -> Layout:
            return layout[::-1] if is_turned else layout

        refs = (ref for node in self.nodes for ref in node.refs if ref.name == part)
        after = self.substituted({r: replace(r, name=name, layout=way(r.layout)) for r in refs})
        parts = {name if k == part else k: node for k, node in after.parts.items()}
        frames = {k: frame for k, frame in self.frames.items() if k != part}
        roots = {key: node for key, node in after.roots.items() if key != name}
        return Shared(roots, parts, {**frames, name: way(self.frames[part])})


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
