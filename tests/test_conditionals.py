"""Branches that choose the value of one name are printed on one line, others as they are."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from refactorer.printing.layout.conditionals import on_one_line

JOINED = {
    "one way leaves a name as it is": (
        "if mean:\n    d = g / n\nelse:\n    d = g",
        "d = g / n if mean else g",
    ),
    "one way is a number": (
        "if mean:\n    d = 0.0\nelse:\n    d = g * g",
        "d = 0.0 if mean else g * g",
    ),
    "inside a loop": (
        "for x in xs:\n    if mean:\n        d = g / n\n    else:\n        d = g",
        "for x in xs:\n    d = g / n if mean else g",
    ),
}
LEFT = {
    "both ways compute something": "if mean:\n    d = g / n\nelse:\n    d = g * n",
    "two names": "if mean:\n    d = g / n\nelse:\n    e = g",
    "one way does more": "if mean:\n    d = g\nelse:\n    h = g * g\n    d = h",
    "there is no other way": "if mean:\n    d = g / n",
    "a third way": "if mean:\n    d = g / n\nelif half:\n    d = g / 2\nelse:\n    d = g",
    "the line is too long": "if the_mean_is_asked_for:\n    d = g / number\nelse:\n    d = g",
    "it is too long inside a loop": """
        for x in xs:
            if mean_is_asked_for:
                d = g / n
            else:
                d = g
    """,
    "a remark": "if mean:\n    # each counts\n    d = g / n\nelse:\n    d = g",
    "a change in place": "if mean:\n    d += g\nelse:\n    d = g",
}


def printed(text: str) -> str:
    body = cst.parse_module(text).body
    return cst.Module(on_one_line(body, 36)).code.strip()


@pytest.mark.parametrize("why", JOINED)
def test_on_one_line(why: str) -> None:
    before, after = JOINED[why]
    assert printed(before) == after


@pytest.mark.parametrize("why", LEFT)
def test_left_as_it_is(why: str) -> None:
    text = dedent(LEFT[why]).strip()
    assert printed(text) == text
