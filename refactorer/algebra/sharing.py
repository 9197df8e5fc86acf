"""Work that several expressions have in common is done once, under a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from refactorer.algebra.nodes import Node, Ref, substituted, walk
from refactorer.algebra.write import lies, write

WORTH_A_NAME = 20  # two operations on numbers


@dataclass(frozen=True)
class Shared:
    """Expressions by name, after their common parts were given names of their own, in order of use."""

    roots: Mapping[str, Node]
    parts: Mapping[str, Node]

    @property
    def cost(self) -> int:
        """References to a forward value are paid once, however often it is read."""
        nodes = (*self.roots.values(), *self.parts.values())
        prices = {
            ref.name: ref.price for node in nodes for ref in walk(node) if isinstance(ref, Ref)
        }
        paid = sum(ref.price for node in nodes for ref in walk(node) if isinstance(ref, Ref))
        return sum(node.cost for node in nodes) - paid + sum(prices.values())

    def renamed(self, old: str, new: str) -> Shared:
        """The same with another name for a part."""
        refs = {n for node in (*self.roots.values(), *self.parts.values()) for n in walk(node)}
        names = {r: replace(r, name=new) for r in refs if isinstance(r, Ref) and r.name == old}
        return Shared(
            {key: substituted(node, names) for key, node in self.roots.items()},
            {new if key == old else key: substituted(n, names) for key, n in self.parts.items()},
        )


def share(roots: Mapping[str, Node], names: list[str]) -> Shared:
    """Name the dearest repeated part first, then what is still repeated."""
    parts: dict[str, Node] = {}
    current = dict(roots)
    for name in names:
        repeated = dearest_repeated([*current.values(), *parts.values()])
        if not repeated:
            break
        replacements = {part: Ref(name, lies(part), -1) for part in repeated}
        current = {key: substituted(node, replacements) for key, node in current.items()}
        parts = {key: substituted(node, replacements) for key, node in parts.items()}
        parts[name] = repeated[0]
    return Shared(current, parts)


def dearest_repeated(nodes: list[Node]) -> list[Node]:
    """The nodes that are one dear piece of text, which may stand along different labels."""
    counts = Counter(part for node in nodes for part in walk(node) if own_work(part) > WORTH_A_NAME)
    alike: dict[str, list[Node]] = {}
    for part in counts:
        alike.setdefault(write(part, lies(part)).text, []).append(part)
    repeated = [group for group in alike.values() if sum(counts[part] for part in group) > 1]
    return max(repeated, key=lambda group: (group[0].cost, group[0].key), default=[])


def own_work(node: Node) -> int:
    """Its cost without the price of the names in it."""
    return node.cost - sum(ref.price for ref in walk(node) if isinstance(ref, Ref))
