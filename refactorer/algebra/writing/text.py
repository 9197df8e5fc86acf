"""Pieces of NumPy text, and how they are put into others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from refactorer.algebra.normal_form.layouts import Layout

COMPARE, ADD, MULTIPLY, NEGATE, POWER, ATOM = range(6)  # how tightly a text holds together
DECIMAL = {2, 4, 5, 8, 10}  # what may stand below the line of a fraction that is written 0.25


@dataclass(frozen=True)
class Text:
    """A piece of text: how tightly its operator binds, how its axes lie, how many views it took."""

    text: str
    level: int = ATOM
    layout: Layout = ()
    views: int = 0

    def at(self, level: int) -> str:
        """The text as an operand of what holds its operands together so tightly."""
        return self.text if self.level >= level else f"({self.text})"


def number(value: Fraction) -> Text:
    if value.denominator == 1:
        return Text(str(value))
    if value.denominator in DECIMAL:
        return Text(str(float(value)))
    return Text(f"{value.numerator} / {value.denominator}", MULTIPLY)


def together(texts: Sequence[Text]) -> tuple[Layout, int]:
    """How a combination of texts lies, as NumPy broadcasts, and the views that it took."""
    rank = max((len(t.layout) for t in texts), default=0)
    padded = ((None,) * (rank - len(t.layout)) + t.layout for t in texts)
    columns = zip(*padded, strict=True)
    layout = tuple(next((x for x in axis if x is not None), None) for axis in columns)
    return layout, sum(t.views for t in texts)
