"""Items of arrays in a callback stand in order."""

from __future__ import annotations

import libcst as cst
import pytest

from refactorer.printing.layout.items import items_in_order
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement


def statements(text: str) -> list[Statement]:
    """Return lines of code."""
    body = cst.parse_module(text).body
    return [cst.ensure_type(s, cst.SimpleStatementLine) for s in body]


ITEMS = [
    ("some", "a = x * 2\nd = d_out[2]\nc = d_out[0]", 3, "c = d_out[0]\nd = d_out[2]\na = x * 2"),
    ("all", "d = d_out[1]\ny = d * x\nc = d_out[0]", 2, "c, d = d_out\ny = d * x"),
    ("unknown length", "d = d_out[1]\nc = d_out[0]", 0, "c = d_out[0]\nd = d_out[1]"),
    ("one", "a = x * 2\nd = d_out[1]", 2, "a = x * 2\nd = d_out[1]"),
    (
        "a name set again",
        "c = d_out[0]\nd = d_out[1]\nc = d",
        2,
        "c = d_out[0]\nd = d_out[1]\nc = d",
    ),
    ("what is put", "dp[1] = a\ndp[0] = b", 0, "dp[0] = b\ndp[1] = a"),
    ("what is put twice", "dp[1] = a\ndp[0] = b\ndp[1] = c", 0, "dp[1] = a\ndp[0] = b\ndp[1] = c"),
    ("what is read", "dp[1] = a\ndp[0] = dp[1]", 0, "dp[1] = a\ndp[0] = dp[1]"),
    ("what is added", "dp[1] += a\ndp[0] = b", 0, "dp[1] += a\ndp[0] = b"),
]


@pytest.mark.parametrize(("why", "before", "count", "after"), ITEMS, ids=[r[0] for r in ITEMS])
def test_items_stand_in_order(why: str, before: str, count: int, after: str) -> None:
    found = items_in_order(statements(before), "d_out", count)
    assert "".join(map(code, found)).strip() == after, why
