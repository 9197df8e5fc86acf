"""What two products of matrices have in common, as one factor of both."""

from __future__ import annotations

from itertools import combinations

from refactorer.algebra.blocks.shared import Shared
from refactorer.algebra.index_notation.assemble import Power, flat_product
from refactorer.algebra.index_notation.elementwise import Product
from refactorer.algebra.index_notation.nodes import Node
from refactorer.algebra.normal_form.terms import ONE

MOST_COMPARED = 40  # products


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
