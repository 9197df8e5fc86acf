"""Finds the product that a name holds within another product."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from refactorer.algebra.normal_form.terms import Factor, Monomial

LARGEST_POWER = 3


def useful_powers(own: Monomial, monomial: Monomial) -> list[int]:
    """The whole powers of a definition that can be taken out of a product and shorten it."""
    powers = {k: None for f, e in own.powers for k in nearer_to_zero(monomial, f, e)}
    return [k for k in powers if shrinks(monomial, own, k)]


def nearer_to_zero(monomial: Monomial, factor: Factor, exponent: Fraction) -> Iterator[int]:
    """How often `factor**exponent` can be taken out until as much again would be left."""
    ratio = monomial.exponents.get(factor, Fraction(0)) / exponent
    largest = min(int(abs(ratio) + Fraction(1, 2)), LARGEST_POWER)
    return (k if ratio > 0 else -k for k in range(1, largest + 1))


def shrinks(monomial: Monomial, own: Monomial, k: int) -> bool:
    """Whether monomial / own**k multiplies or divides by nothing new.

    A division that was not there could be by zero. The length of an axis never is: beside other
    factors it may come in.
    """
    others = [(f, e) for f, e in own.powers if f.atom.kind != "size"]
    return all(
        0 <= 1 - k * e / monomial.exponents.get(f, -k * e) <= 1 for f, e in others or own.powers
    )


def mappings(own: Monomial, monomial: Monomial) -> Iterator[dict[int, int]]:
    """The ways to lay a definition's labels onto those of a monomial.

    Each of its labels comes from a factor that both have.
    """
    if not own.labels:
        yield {}
        return
    seen: set[tuple[tuple[int, int], ...]] = set()
    for mapping in extended({}, own, monomial):
        marks = tuple(sorted(mapping.items()))
        if marks not in seen:
            seen.add(marks)
            yield mapping


def extended(
    mapping: dict[int, int], own: Monomial, monomial: Monomial
) -> Iterator[dict[int, int]]:
    if own.labels <= mapping.keys():
        yield mapping
        return
    for factor, _ in own.powers:
        if set(factor.labels) <= mapping.keys():
            continue
        for other, _ in monomial.powers:
            if other.atom.key == factor.atom.key:
                wider = {**mapping, **dict(zip(factor.labels, other.labels, strict=True))}
                consistent = all(wider[label] == to for label, to in mapping.items())
                if consistent and len(set(wider.values())) == len(wider):
                    yield from extended(wider, own, monomial)
