"""From an expression in index notation to NumPy text.

Each node is written for a frame, a layout of the whole: what is written broadcasts to the frame.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations

from refactorer.algebra.index_notation.assemble import first_order
from refactorer.algebra.index_notation.elementwise import Call, Indicator, Product, Total
from refactorer.algebra.index_notation.nodes import Node, Number, Opaque, Ref
from refactorer.algebra.index_notation.reductions import (
    Einsum,
    Inner,
    Matmul,
    Reduced,
    Summation,
    Trace,
)
from refactorer.algebra.normal_form.layouts import Layout, stripped
from refactorer.algebra.writing import formulas, summations
from refactorer.algebra.writing.text import ATOM, COMPARE, Text, number
from refactorer.algebra.writing.views import exactly, viewed


@dataclass(frozen=True)
class Writer:
    """Writes nodes as text, and remembers what it has written.

    `last_axis` is how the last axis is spelled, if not by its number.
    """

    last_axis: str = ""
    written: dict[tuple[Node, Layout], Text] = field(default_factory=dict)
    lying: dict[Node, Layout] = field(default_factory=dict)

    def write(self, node: Node, frame: Layout) -> Text:
        """The node such that it broadcasts to the frame, viewed as late as possible."""
        if (node, frame) not in self.written:
            compact = tuple(label for label in frame if label in node.labels)
            candidates = [self.written_in(node, frame)]
            orders = {stripped(frame): None, compact: None, node.natural: None}
            candidates += [viewed(self.written_in(node, x), frame) for x in [*orders][1:]]
            self.written[node, frame] = min(candidates, key=lambda t: (t.views, len(t.text)))
        return self.written[node, frame]

    def exact(self, node: Node, layout: Layout) -> Text:
        """The node in the very shape of a layout."""
        return exactly(self.write(node, layout), layout)

    def lies(self, node: Node) -> Layout:
        """How the axes of a node lie if it is written with the fewest views.

        Of two ways it is the one whose rows are those of the first name that a reader expects.
        """
        if node not in self.lying:
            upright = tuple(sorted(node.labels, reverse=True))
            alike = (ref.layout for ref in node.refs if ref.labels == node.labels)
            turned = [upright[::-1]] if len(upright) == 2 else []
            frames = dict.fromkeys([upright, node.natural, *alike, *turned])
            views = {frame: self.exact(node, frame).views for frame in frames}
            self.lying[node] = min(frames, key=lambda f: (views[f], rows_order(node, f)))
        return self.lying[node]

    def written_in(self, node: Node, frame: Layout) -> Text:
        match node:
            case Number(text=text):
                return Text(text) if "." in text or "e" in text else number(Fraction(text))
            case Ref(name=name, layout=layout):
                return viewed(Text(name, ATOM, layout), frame)
            case Opaque():
                return viewed(self.opaque(node, frame), frame)
            case Summation():
                return viewed(self.summation(node, frame), frame)
        texts = [self.write(part, frame) for part in node.parts]
        match node:
            case Call():
                return formulas.call(node, texts)
            case Indicator():
                return formulas.indicator(node, texts[0])
            case Product():
                return formulas.product_text(node, texts)
            case Total():
                return formulas.total(node, texts)
        raise TypeError(node)

    def opaque(self, node: Opaque, frame: Layout) -> Text:
        """The call with its arrays in the very shapes in which they were read.

        What is symmetric lies in any way.
        """
        arrays = [self.exact(*array) for array in zip(node.arrays, node.frames, strict=True)]
        level = ATOM if node.template.startswith("@") else COMPARE  # what is indexed is an operand
        text = re.sub(r"@(\d+)", lambda mark: arrays[int(mark[1])].at(level), node.template)
        turned = node.is_diagonal and stripped(frame) == node.layout[::-1]
        layout = node.layout[::-1] if turned else node.layout
        return Text(text, ATOM, layout, sum(array.views for array in arrays))

    def summation(self, node: Summation, frame: Layout) -> Text:
        match node:
            case Reduced(operands=(part,)):
                # a sum casts what it sums by itself
                summed = part.condition if isinstance(part, Indicator) and part.is_cast else part
                text = self.write(summed, part.natural)
                return summations.reduced(node, text, frame, self.last_axis)
            case Trace(operands=(part,)):
                return summations.trace(self.exact(part, part.natural))
            case Inner():
                left, right = sorted(node.operands, key=first_order)
                order = left.natural
                return summations.inner(self.exact(left, order), self.exact(right, order))
            case Matmul():
                return self.matmul(node, frame)
            case Einsum():
                operands = sorted(node.operands, key=first_order)
                arrays = [self.exact(part, part.natural) for part in operands]
                return summations.einsum(node, arrays, frame)
        raise TypeError(node)

    def matmul(self, node: Matmul, frame: Layout) -> Text:
        """A product of matrices, in the order that takes fewer views, and moves fewer axes."""
        batch = frozenset.intersection(*(part.labels for part in node.operands)) - {*node.bound}
        orders = (pair for pair in permutations(node.operands) if len(pair[1].labels - batch) <= 2)
        texts = (summations.matmul(*self.sides(pair, node.bound), frame) for pair in orders)
        wanted = tuple(label for label in frame if label in node.labels)
        return min(texts, key=lambda text: (text.views, moved(text.layout, wanted)))

    def sides(self, pair: Sequence[Node], bound: tuple[int, ...]) -> tuple[Text, Text]:
        """The rows of one and the columns of the other, which meet at the bound label."""
        batch = tuple(x for x in pair[0].natural if x in pair[1].labels - {*bound})
        inner = {*batch, *bound}
        rows, columns = (tuple(x for x in node.natural if x not in inner) for node in pair)
        left, right = (*batch, *rows, *bound), (*batch, *bound, *columns)
        return self.exact(pair[0], left), self.exact(pair[1], right)


def rows_order(node: Node, frame: Layout) -> int:
    """Where a reader expects the first of the names along the first axis of a frame."""
    first = next((label for label in frame if label is not None), None)
    return min((first_order(part) for part in node.parts if first in part.labels), default=0)


def moved(layout: Layout, wanted: Layout) -> int:
    """How many axes do not lie where they are wanted."""
    return sum(one != other for one, other in zip(layout, wanted, strict=False))
