"""Two texts side by side, as `diff --side-by-side` shows them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, OTHER, LEFT, RIGHT = " ", "|", "<", ">"


def in_columns(left: str, right: str, left_name: str, right_name: str) -> Iterator[str]:
    """Yield the lines of two texts beside each other, marked where they differ."""
    one, other = left.strip("\n").splitlines(), right.strip("\n").splitlines()
    width = max(map(len, [*one, left_name]))
    rule = "-" * width, "-" * max(map(len, [*other, right_name]))
    rows = [(left_name, SAME, right_name), (rule[0], SAME, rule[1]), *aligned(one, other)]
    for mine, mark, theirs in rows:
        yield f"{mine:<{width}} {mark} {theirs}".rstrip()


def aligned(one: list[str], other: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield lines of both texts with a mark, those that are alike in one row."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, i, j, k, end in matcher.get_opcodes():
        mark = SAME if tag == "equal" else OTHER
        for mine, theirs in zip_longest(one[i:j], other[k:end]):
            if mine is None:
                yield "", RIGHT, theirs
            elif theirs is None:
                yield mine, LEFT, ""
            else:
                yield mine, mark, theirs
