"""From an expression in index notation to NumPy text: how the axes lie, and where parentheses stand.

Each node is written for a frame: the labels of the whole, from left to right, None for an axis of length one.
What is written broadcasts to the frame; where a value lies otherwise it is viewed (`[:, None]`, `.T`), as late as possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from string import ascii_lowercase

from refactorer.algebra.nodes import (
    Averaged,
    Call,
    Einsum,
    Indicator,
    Inner,
    Layout,
    Matmul,
    Node,
    Number,
    Opaque,
    Product,
    Reduced,
    Ref,
    Summation,
    Total,
    is_one,
    walk,
)

ADD, MULTIPLY, NEGATE, POWER, ATOM = range(5)  # how tightly a text holds together
INFIX = {">", ">=", "<", "<=", "==", "!=", "&", "|", "**"}
DECIMAL = {2, 4, 5, 8, 10}


@dataclass(frozen=True)
class Text:
    """What is written, how tightly it holds together, how its axes lie, and how many views it took."""

    text: str
    level: int = ATOM
    layout: Layout = ()
    views: int = 0

    def at(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


def write(node: Node, frame: Layout) -> Text:
    """The node such that it broadcasts to the frame."""
    compact = tuple(label for label in frame if label is not None and label in node.labels)
    candidates = [write_in(node, frame)]
    if compact != stripped(frame):
        candidates.append(viewed(write_in(node, compact), frame, node.labels))
    return min(candidates, key=lambda t: t.views)


def stripped(frame: Layout) -> Layout:
    start = next((i for i, label in enumerate(frame) if label is not None), len(frame))
    return frame[start:]


def viewed(text: Text, frame: Layout, labels: frozenset[int]) -> Text:
    """The same value with its axes where the frame has them."""
    wanted = stripped(tuple(label if label in labels else None for label in frame))
    have = stripped(text.layout)
    if have == wanted or not labels:
        return text
    order = [label for label in have if label is not None]
    target = [label for label in wanted if label is not None]
    if order != target:
        axes = [text.layout.index(label) for label in target]
        if len(order) == len(text.layout) == 2:
            turned = f"{text.at(ATOM)}.T"
        elif len(order) == len(text.layout):
            turned = f"np.transpose({text.text}, {tuple(axes)})"
        else:
            flat = f"{text.at(ATOM)}[{', '.join(':' if label is not None else '0' for label in text.layout)}]"
            return viewed(Text(flat, ATOM, tuple(order), text.views + 1), frame, labels)
        return viewed(Text(turned, ATOM, tuple(target), text.views + 1), frame, labels)
    return Text(f"{text.at(ATOM)}[{index(have, wanted)}]", ATOM, wanted, text.views + 1)


def index(have: Layout, wanted: Layout) -> str:
    """The subscript that takes one order of axes with axes of length one to another."""
    items, waiting = [], list(have)
    for label in wanted:
        while waiting and waiting[0] is None and label is not None:
            items.append("0")
            waiting.pop(0)
        if label is None and waiting and waiting[0] is None:
            items.append(":")
            waiting.pop(0)
        elif label is None:
            items.append("None")
        else:
            items.append(":")
            waiting.pop(0)
    items += ["0"] * len(waiting)
    return ", ".join(items)


def write_in(node: Node, frame: Layout) -> Text:
    match node:
        case Number(text=text):
            return number(Fraction(text)) if "e" not in text and "." not in text else Text(text)
        case Ref(name=name, layout=layout):
            return viewed(Text(name, ATOM, layout), frame, node.labels)
        case Opaque():
            return viewed(opaque(node), frame, node.labels)
        case Summation():
            return viewed(summation(node, frame), frame, node.labels)
        case Call():
            return call(node, frame)
        case Indicator():
            return indicator(node, frame)
        case Product():
            return product(node, frame)
        case Total():
            return total(node, frame)
    raise TypeError(node)


def number(value: Fraction) -> Text:
    if value.denominator == 1:
        return Text(str(value))
    if value.denominator in DECIMAL:
        return Text(str(float(value)))
    return Text(f"{value.numerator} / {value.denominator}", MULTIPLY)


def union(texts: list[Text], frame: Layout) -> Layout:
    """How a combination of texts that fit a frame lies: as many axes as the longest."""
    length = max((len(stripped(t.layout)) for t in texts), default=0)
    present = {label for t in texts for label in t.layout}
    tail = frame[len(frame) - length :]
    return tuple(label if label in present else None for label in tail)


def opaque(node: Opaque) -> Text:
    text = node.template
    for i, (part, frame) in enumerate(zip(node.arrays, node.frames, strict=True)):
        text = text.replace(f"@{i}", exactly(part, frame))
    return Text(text, ATOM, node.layout)


def exactly(node: Node, frame: Layout) -> str:
    """The node in the very shape of a frame that it fills."""
    written = write(node, frame)
    level = ATOM if isinstance(node, (Ref, Number)) else ADD
    return written.at(level)


def natural(node: Node) -> tuple[int, ...]:
    """The order in which the labels of a node lie in most of what it is made of."""
    match node:
        case Ref(layout=layout) | Opaque(layout=layout):
            return tuple(label for label in layout if label is not None)
        case Matmul(operands=(left, right), bound=bound):
            return tuple(label for label in (*natural(left), *natural(right)) if label not in bound)
    order: list[int] = []
    for part in sorted(node.parts, key=lambda p: -len(p.labels)):
        order += [label for label in natural(part) if label not in order and label in node.labels]
    return tuple(order)


def lies(node: Node) -> Layout:
    """How the axes of a node lie if it is written with the fewest views."""
    layouts = [n.layout for n in walk(node) if isinstance(n, Ref) and n.labels == node.labels]
    upright = tuple(sorted(node.labels, reverse=True))
    frames = [upright, natural(node), *dict.fromkeys(map(stripped, layouts))]
    return min(frames, key=lambda frame: write(node, frame).views)


def summation(node: Summation, frame: Layout) -> Text:
    match node:
        case Reduced(operands=(part,), bound=bound):
            return reduced("mean" if isinstance(node, Averaged) else "sum", part, bound, frame)
        case Inner(operands=(left, right)):
            order = natural(left)
            return Text(f"np.vdot({write(left, order).text}, {write(right, order).text})")
        case Matmul(operands=(left, right), bound=(label,)):
            return min(
                (matmul(a, b, label, frame) for a, b in ((left, right), (right, left))),
                key=lambda t: t.views,
            )
        case Einsum():
            return einsum(node, frame)
    raise TypeError(node)


def reduced(function: str, part: Node, bound: tuple[int, ...], frame: Layout) -> Text:
    order = natural(part)
    inner = write(part, order)
    layout = union([inner], order)
    axes = [i for i, label in enumerate(layout) if label in bound]
    kept = tuple(None if label in bound else label for label in layout)
    dropped = tuple(label for label in layout if label not in bound)
    keepdims = any(label is not None for label in kept) and stripped(kept) == stripped(
        tuple(label if label in kept else None for label in frame)
    )
    keepdims = keepdims and stripped(kept) != dropped
    arguments = (
        [] if len(axes) == len(layout) else [f"axis={axes[0] if len(axes) == 1 else tuple(axes)}"]
    )
    arguments += ["keepdims=True"] if keepdims else []
    layout = kept if keepdims else dropped
    if isinstance(part, Ref) and inner.level == ATOM:
        return Text(f"{inner.text}.{function}({', '.join(arguments)})", ATOM, layout, inner.views)
    return Text(f"np.{function}({', '.join([inner.text, *arguments])})", ATOM, layout, inner.views)


def matmul(left: Node, right: Node, label: int, frame: Layout) -> Text:
    """left @ right, in the orientation asked for; views are counted so that the better one wins."""
    rows = tuple(x for x in natural(left) if x != label)
    columns = tuple(x for x in natural(right) if x != label)
    a = write(left, (*rows, label))
    b = write(right, (label, *columns))
    result = (*rows, *columns)
    wanted = tuple(x for x in frame if x in result)
    turned = len(columns) > 1 or wanted not in ((), result)
    text = f"{a.at(MULTIPLY)} @ {b.at(NEGATE)}"
    return Text(text, MULTIPLY, result, a.views + b.views + 10 * turned)


def einsum(node: Einsum, frame: Layout) -> Text:
    orders = [natural(part) for part in node.operands]
    labels = sorted({label for order in orders for label in order}, reverse=True)
    letters = {label: ascii_lowercase[8 + i] for i, label in enumerate(labels)}
    result = tuple(label for label in frame if label in node.labels)
    inputs = ",".join("".join(letters[label] for label in order) for order in orders)
    output = "".join(letters[label] for label in result if label is not None)
    arrays = ", ".join(
        write(part, order).text for part, order in zip(node.operands, orders, strict=True)
    )
    return Text(f'np.einsum("{inputs}->{output}", {arrays})', ATOM, result)


def call(node: Call, frame: Layout) -> Text:
    texts = [write(argument, frame) for argument in node.arguments]
    layout, views = union(texts, frame), sum(t.views for t in texts)
    if node.function in INFIX:
        left, right = (t.at(POWER if node.function == "**" else ADD + 1) for t in texts)
        return Text(f"{left} {node.function} {right}", ADD - 1, layout, views)
    return Text(f"{node.function}({', '.join(t.text for t in texts)})", ATOM, layout, views)


def indicator(node: Indicator, frame: Layout) -> Text:
    condition = write(node.condition, frame)
    if not node.labels:
        return Text(f"float({condition.text if node.holds else f'not {condition.at(ATOM)}'})")
    test = condition if node.holds else Text(f"~{condition.at(ATOM)}", NEGATE)
    cast = f".astype({node.like}.dtype)" if node.like else " * 1.0"
    level = ATOM if node.like else MULTIPLY
    return Text(f"{test.at(ATOM)}{cast}", level, condition.layout, condition.views)


def product(node: Product, frame: Layout) -> Text:
    texts = [write(part, frame) for part, _ in node.factors]
    layout, views = union(texts, frame), sum(t.views for t in texts)
    above, below = [], []
    for text, (part, exponent) in zip(texts, node.factors, strict=True):
        (above if exponent > 0 else below).append(to_power(text, part, node, abs(exponent)))
    head = scaled(node.coefficient, above)
    if not below:
        return Text(head, MULTIPLY, layout, views)
    tail = (
        below[0].at(NEGATE) if len(below) == 1 else f"({' * '.join(t.at(MULTIPLY) for t in below)})"
    )
    return Text(f"{head} / {tail}", MULTIPLY, layout, views)


def to_power(text: Text, part: Node, whole: Node, exponent: Fraction) -> Text:
    """A quotient of small things is kept together, so that a reader sees what meets the large one."""
    if exponent == 1:
        divides = isinstance(part, Product) and any(e < 0 for _, e in part.factors)
        together = divides and len(part.labels) < len(whole.labels)
        return Text(text.at(ATOM)) if together else text
    if exponent == Fraction(1, 2) and not (isinstance(part, Ref) and part.is_count):
        return Text(f"np.sqrt({text.text})")
    return Text(f"{text.at(ATOM)}**{number(exponent).at(ATOM)}", POWER)


def scaled(coefficient: Fraction, above: list[Text]) -> str:
    """The numbers first: 2 * a * b; a third of it is a * b / 3."""
    if not above:
        return number(coefficient).at(MULTIPLY)
    texts = [above[0].at(MULTIPLY), *(t.at(NEGATE) for t in above[1:])]
    if coefficient == 1:
        return " * ".join(texts)
    if coefficient.numerator == 1 and coefficient.denominator not in DECIMAL:
        return f"{' * '.join(texts)} / {coefficient.denominator}"
    return " * ".join([number(coefficient).at(MULTIPLY), *texts])


def total(node: Total, frame: Layout) -> Text:
    texts = [write(part, frame) for _, part in node.terms]
    layout, views = union(texts, frame), sum(t.views for t in texts)
    if len(texts) == 1:
        ((coefficient, _),) = node.terms
        return Text(negated(texts[0], coefficient), NEGATE, layout, views)
    written = ""
    for text, (coefficient, part) in zip(texts, node.terms, strict=True):
        value = number(abs(coefficient)).text if is_one(part) else times(text, abs(coefficient))
        level_kept = value if text.level > ADD or is_one(part) else f"({value})"
        if not written:
            written = f"-{level_kept}" if coefficient < 0 else value
        else:
            written += f" {'-' if coefficient < 0 else '+'} {level_kept}"
    return Text(written, ADD, layout, views)


def times(text: Text, coefficient: Fraction) -> str:
    return (
        text.text
        if coefficient == 1
        else f"{number(coefficient).at(MULTIPLY)} * {text.at(MULTIPLY)}"
    )


def negated(text: Text, coefficient: Fraction) -> str:
    sign = "-" if coefficient < 0 else ""
    return f"{sign}{Text(times(text, abs(coefficient)), min(text.level, MULTIPLY)).at(MULTIPLY)}"
