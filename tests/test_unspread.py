"""Arrays filled with what may stay a number: each reader is as large, or they stay."""

from __future__ import annotations

import libcst as cst
import pytest

from refactorer.flow.tidying.unspread import unspread
from refactorer.printing.probe import Probe
from refactorer.shapes import Array
from refactorer.syntax.suites import Statement

SHAPES = {
    **dict.fromkeys(("x", "d", "w", "out"), Array((5,), "float64")),
    "single": Array((5,), "float32"),
    "rows": Array((3, 5), "float64"),
    "mask": Array((5,), "bool"),
    "g": Array((), "float64"),
}
WAYS = """if mean:
    d = np.full_like(x, g / x.size)
elif total:
    d = np.full_like(x, g)
else:
    d = g
"""


def statements(text: str) -> list[Statement]:
    body = cst.parse_module(text).body
    return [s for s in body if isinstance(s, cst.SimpleStatementLine | cst.BaseCompoundStatement)]


def after(text: str, *returned: str) -> str:
    return cst.Module(unspread(statements(text), returned, Probe(SHAPES).array)).code


def test_a_number_stays_one_and_ways_that_are_the_same_then_are_one() -> None:
    read = "if given:\n    d = d * w\nout = -d * (x - w)\n"
    shorter = "if mean:\n    d = g / x.size\nelse:\n    d = g\n"
    assert after(WAYS + read) == shorter + read


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param("out = d + x", id="a sum"),
        pytest.param("out = x / d", id="a divisor"),
        pytest.param("out = d.sum()", id="a reduction"),
        pytest.param("out = d", id="another name"),
        pytest.param("out = d * g", id="a number"),
        pytest.param("out = d * rows", id="a larger array"),
        pytest.param("out = d * single", id="another kind of float"),
        pytest.param("out = d * mask", id="a condition, which would make it a float64"),
        pytest.param("out = d * unknown", id="what is not known"),
        pytest.param("d *= w\nout = d * w", id="what is changed in place"),
    ],
)
def test_what_is_read_as_an_array_stays_one(reader: str) -> None:
    text = f"{WAYS}{reader}\n"
    assert after(text) == text


def test_what_is_returned_stays_an_array() -> None:
    text = f"{WAYS}out = d * w\n"
    assert after(text, "d") == text
    assert after(text) != text
