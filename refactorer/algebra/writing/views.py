"""Texts of the same values with their axes elsewhere: `.T`, `[:, None]`."""

from __future__ import annotations

from refactorer.algebra.normal_form.layouts import Layout, long, stripped
from refactorer.algebra.writing.text import ATOM, Text


def viewed(text: Text, frame: Layout) -> Text:
    """The text such that it broadcasts to a frame."""
    wanted = stripped(tuple(label if label in text.layout else None for label in frame))
    return text if stripped(text.layout) == wanted else exactly(text, wanted)


def exactly(text: Text, layout: Layout) -> Text:
    """The text with just these axes, which have the same labels."""
    have = text.layout
    if have == layout:
        return text
    if not have:
        changed = f"np.full({(1,) * len(layout)}, {text.text})"
    elif len(have) == 2 and have[::-1] == layout:
        changed = f"{text.at(ATOM)}.T"
    elif long(have) == long(layout):
        changed = f"{text.at(ATOM)}[{index(have, layout)}]"
    else:
        return exactly(transposed(text, long(layout)), layout)
    return Text(changed, ATOM, layout, text.views + 1)


def transposed(text: Text, order: tuple[int, ...]) -> Text:
    """The text with its long axes in this order, and no others."""
    have = long(text.layout)
    if have != text.layout:
        return transposed(exactly(text, have), order)
    axes = tuple(have.index(label) for label in order)
    turned = f"{text.at(ATOM)}.T" if len(axes) == 2 else f"np.transpose({text.text}, {axes})"
    return Text(turned, ATOM, order, text.views + 1)


def index(have: Layout, wanted: Layout) -> str:
    """The subscript that takes one layout to another with the same labels in the same order."""
    items, waiting = list[str](), list(have)
    for label in wanted:
        while label is not None and waiting[0] is None:
            items.append("0")
            waiting.pop(0)
        if label is None and (not waiting or waiting[0] is not None):
            items.append("None")
        else:
            items.append(":")
            waiting.pop(0)
    return ", ".join([*items, *("0" for _ in waiting)])
