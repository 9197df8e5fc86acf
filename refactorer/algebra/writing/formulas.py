"""The text of products, sums and functions, given that of their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from refactorer.algebra.index_notation.elementwise import Call, Indicator, Product, Total
from refactorer.algebra.index_notation.nodes import Node, Number, Ref, is_one
from refactorer.algebra.normal_form.conditions import COMPARISONS, LOGIC
from refactorer.algebra.writing.text import (
    ADD,
    ATOM,
    COMPARE,
    DECIMAL,
    MULTIPLY,
    NEGATE,
    POWER,
    Text,
    number,
    together,
)

INFIX = {**dict.fromkeys(COMPARISONS | LOGIC, ADD + 1), "**": POWER}  # what its operands must be


def call(node: Call, texts: Sequence[Text]) -> Text:
    layout, views = together(texts)
    if node.function in INFIX:
        left, right = (t.at(INFIX[node.function]) for t in texts)
        return Text(f"{left} {node.function} {right}", COMPARE, layout, views)
    return Text(f"{node.function}({', '.join(t.text for t in texts)})", ATOM, layout, views)


def indicator(node: Indicator, condition: Text) -> Text:
    """A condition as a number: in NumPy a cast, in Python a call."""
    if not condition.layout:
        return Text(f"float({condition.text if node.holds else f'not {condition.at(ATOM)}'})")
    test = condition.at(ATOM) if node.holds else f"(~{condition.at(ATOM)})"
    layout, views = condition.layout, condition.views
    if node.like:
        return Text(f"{test}.astype({node.like}.dtype)", ATOM, layout, views)
    return Text(f"{test} * 1.0", MULTIPLY, layout, views)


def product_text(node: Product, texts: Sequence[Text]) -> Text:
    """Numbers, numerators, denominators; two denominators stand in one pair of parentheses."""
    layout, views = together(texts)
    above, below = list[Text](), list[Text]()
    for text, (part, exponent) in zip(texts, node.factors, strict=True):
        (above if exponent > 0 else below).append(to_power(text, part, node, abs(exponent)))
    if is_loose(node):
        above[-1] = replace(above[-1], level=NEGATE)
    head = scaled(node.coefficient, above)
    match below:
        case []:
            return Text(head, MULTIPLY, layout, views)
        case [one]:
            return Text(f"{head} / {one.at(NEGATE)}", MULTIPLY, layout, views)
    if len({t.text for t in below}) < len(below):  # apart, since a power of it overflows
        return Text(" / ".join([head, *(t.at(NEGATE) for t in below)]), MULTIPLY, layout, views)
    tail = " * ".join(t.at(MULTIPLY) for t in below)
    return Text(f"{head} / ({tail})", MULTIPLY, layout, views)


def is_loose(node: Product) -> bool:
    """Whether the last numerator is a product that goes on without parentheses: a * b / c."""
    match node.factors:
        case [_, *_, (Product() as last, exponent)] if exponent == 1:
            return last.labels == node.labels and last.coefficient == 1
    return False


def goes_on(node: Product) -> bool:
    """Whether it is one numerator divided by one denominator: d / n / total."""
    return [exponent > 0 for _, exponent in node.factors] == [True, False]


def to_power(text: Text, part: Node, whole: Product, exponent: Fraction) -> Text:
    """A quotient of small things stays together: a reader sees what multiplies the large one."""
    if exponent == 1:
        divides = isinstance(part, Product) and any(e < 0 for _, e in part.factors)
        together = divides and len(part.labels) < len(whole.labels) and not goes_on(whole)
        return Text(text.at(ATOM)) if together else text
    # np.sqrt of a number of Python's would be one of NumPy's, and float32 with it float64.
    if exponent == Fraction(1, 2) and not is_python(part):
        return Text(f"np.sqrt({text.text})")
    return Text(f"{text.at(ATOM)}**{number(exponent).at(ATOM)}", POWER)


def is_python(node: Node) -> bool:
    """Whether it is a number of Python's, or made of such: 2 * np.pi."""
    match node:
        case Product():
            return all(is_python(part) for part, _ in node.factors)
        case Total():
            return all(is_python(part) for _, part in node.terms)
        case Ref():
            return node.is_count
    return isinstance(node, Number)


def scaled(coefficient: Fraction, above: Sequence[Text]) -> str:
    """The numbers first: 2 * a * b; a third of it is a * b / 3."""
    if not above:
        return number(coefficient).at(MULTIPLY)
    head, *rest = above
    text = " * ".join([head.at(MULTIPLY), *(t.at(NEGATE) for t in rest)])
    if coefficient == 1:
        return text
    if coefficient.numerator == 1 and coefficient.denominator not in DECIMAL:
        return f"{text} / {coefficient.denominator}"
    return f"{number(coefficient).at(MULTIPLY)} * {text}"


def total(node: Total, texts: Sequence[Text]) -> Text:
    layout, views = together(texts)
    terms = zip(texts, node.terms, strict=True)
    (sign, first), *others = (term(text, c, part) for text, (c, part) in terms)
    if not others:
        return Text(f"{sign}{first.at(MULTIPLY)}", NEGATE, layout, views)
    head = f"-{first.at(MULTIPLY)}" if sign else first.text
    tail = (f" {sign or '+'} {text.at(MULTIPLY)}" for sign, text in others)
    return Text(head + "".join(tail), ADD, layout, views)


def term(text: Text, coefficient: Fraction, part: Node) -> tuple[str, Text]:
    """The sign of a term, and what it is without."""
    sign, size = "-" if coefficient < 0 else "", abs(coefficient)
    if is_one(part):
        return sign, number(size)
    if size == 1:
        return sign, text
    return sign, Text(f"{number(size).at(MULTIPLY)} * {text.at(MULTIPLY)}", MULTIPLY)
