"""The pieces of a formula, as MathML: symbols, bars, powers and fences."""

from __future__ import annotations

import re
from html import escape

Markup = str

LETTERS = "alpha beta gamma delta epsilon eps zeta eta theta kappa lam mu nu xi pi rho sigma tau"
GREEK = dict(
    zip(
        f"{LETTERS} phi chi psi omega".split(),
        "αβγδεεζηθκλμνξπρστφχψω",
        strict=True,
    )
)


def symbol(name: str) -> Markup:
    """Return a name as a symbol: `X_norm` is X with an index, `alpha` a Greek letter."""
    stem, _, index = name.partition("_") if name.count("_") == 1 else (name, "", "")
    digits = re.fullmatch(r"([A-Za-z]+?)(\d+)", stem)
    if digits and not index:
        stem, index = digits.groups()
    if not stem or not index:
        return letter(name)
    return f"<msub>{letter(stem)}{letter(index)}</msub>"


def letter(text: str) -> Markup:
    """Return a text as one identifier: a single letter slants, a word does not."""
    if text.isdigit():
        return f"<mn>{text}</mn>"
    return f"<mi>{escape(GREEK.get(text, text))}</mi>"


def barred(markup: Markup) -> Markup:
    """Return a symbol with a bar: the cotangent of what it stands for.

    It is drawn as a line above the text, which needs no font for mathematics.
    """
    return markup.replace("<mi>", '<mi class="over">', 1)


def row(*parts: Markup) -> Markup:
    """Return pieces of a formula as one."""
    return f"<mrow>{''.join(parts)}</mrow>"


def operator(text: str) -> Markup:
    """Return an operator."""
    return f"<mo>{text}</mo>"


def raised(base: Markup, exponent: Markup) -> Markup:
    """Return a power, whose exponent stands above the index of a symbol."""
    indexed = re.fullmatch(r"<msub>((?:(?!<msub>).)*)</msub>", base)
    if indexed:
        return f"<msubsup>{indexed[1]}{exponent}</msubsup>"
    return f"<msup>{base}{exponent}</msup>"


def fenced(inside: Markup, pair: str = "()") -> Markup:
    """Return something in parentheses, or in other fences, as high as it is."""
    stretchy = "true" if re.search("<m(frac|table|sqrt)", inside) else "false"
    left, right = (
        f'<mo fence="true" form="{form}" stretchy="{stretchy}">{fence}</mo>'
        for form, fence in zip(FORMS, pair, strict=True)
    )
    return row(left, inside, right)


FORMS = ("prefix", "postfix")
