"""Which values of a primal carry a cotangent."""

from __future__ import annotations

import ast

import libcst as cst
import numpy as np
import pytest

from refactorer.differentiation.constant_part import (
    constant_lines,
    lines,
    with_lines,
    with_values_given,
)
from refactorer.primal.activity import active, constants

TEST = constants({"np": np}, {np.shape, np.arange})
CODE = """\
def f(X, n):
    rows = np.shape(X)[0]
    half = rows // 2
    v1 = X * n
    mask = v1 > 0
    v2 = v1[half:]
    return v2
"""


@pytest.mark.parametrize(
    ("value", "moves"),
    [
        ("X * 2", True),
        ("(X, 1)[1]", True),
        ("np.r_[0, X]", True),
        ("[x * 2 for x in X]", True),
        ("X > 0", False),
        ("np.shape(X)[0] * n", False),
        ("len(X) + int(X)", False),
        ("np.round(X, 2)", False),
        ("[g(i) for i in range(n)]", False),
        ("n * 2", False),
    ],
)
def test_what_moves_with_an_argument(value: str, moves: bool) -> None:
    line = ("v", ast.parse(value, mode="eval").body)
    assert ("v" in active(("X",), [line], TEST)) is moves


def test_tangent_is_given_constants_as_arguments() -> None:
    names = constant_lines(CODE, ("X",), TEST)
    assert names == {"rows", "half", "mask"}
    text = "def f(X, n, half):\n    v1 = X * n\n    v2 = v1[half:]\n    return v2\n"
    assert with_values_given(CODE, names) == text


def test_lines_come_back_before_they_are_read_or_at_the_end() -> None:
    forward = cst.parse_module("v2 = v1[half:]\n").body
    found = with_lines(CODE, forward, frozenset({"mask"}))
    texts = cst.Module(found).code.splitlines()
    names = ["rows", "half", "v1", "v2", "mask"]
    assert [text.split(" = ")[0] for text in texts] == names


def test_the_lines_of_a_function() -> None:
    assert [name for name, _ in lines(CODE)] == ["rows", "half", "v1", "mask", "v2"]
