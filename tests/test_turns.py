"""How the reverse of a loop is written: its head, its order, its names, and what it sets."""

from __future__ import annotations

from inspect import cleandoc
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType
from typing import Any

import libcst as cst
import numpy as np
import pytest

from refactorer.flow.loops.order import in_any_order
from refactorer.flow.loops.rows import with_rows_set
from refactorer.flow.loops.turns import Heads, Turns
from refactorer.flow.names import Names
from refactorer.flow.structure.lengths import length_of, only_measured, reread
from refactorer.flow.structure.settled import never_meet
from refactorer.flow.structure.visits import visits
from refactorer.flow.tidying.augmented import augmented, changed_with_signs, held_alone
from refactorer.flow.tidying.masks import masked_by_changed
from refactorer.flow.tidying.numbering import renumbered, unnumbered
from refactorer.flow.tidying.rebinding import rebound, set_directly, with_sums_once, without_aliases
from refactorer.judging.verify import judge
from refactorer.pipeline.run import refactor
from refactorer.printing.layout.starts import started_together
from refactorer.request import Request
from refactorer.shapes import Array
from refactorer.syntax.suites import Statement


def lines(text: str) -> list[Statement]:
    body = cst.parse_module(cleandoc(text)).body
    return [s for s in body if isinstance(s, cst.SimpleStatementLine | cst.BaseCompoundStatement)]


def said(statements: list[Statement]) -> str:
    return cst.Module(statements).code.strip()


PRINTED = Path(__file__).parent / "written" / "turns.py"
COUNT = ("t", "reversed(range(len(X)))")
LATER = ("t", "reversed(range(1, len(X)))")
HEADS: list[tuple[str, Heads, str, bool, str]] = [
    ("nothing", (), "d *= 2", False, "for _ in range(n):\n    d *= 2"),
    ("one list", (("x", "reversed(xs)"),), "d += x", False, "for x in reversed(xs):\n    d += x"),
    (
        "what is read once is read by its number",
        (COUNT, ("h", "reversed(hs[1:])"), ("g", "reversed(hs[:-1])")),
        "d = d * h * g",
        False,
        "for t in reversed(range(len(X))):\n    d = d * hs[t + 1] * hs[t]",
    ),
    (
        "numbers may start elsewhere",
        (LATER, ("h", "reversed(hs)"), ("g", "reversed(gs[1:])")),
        "d = d * h * g",
        False,
        "for t in reversed(range(1, len(X))):\n    d = d * hs[t - 1] * gs[t]",
    ),
    (
        "what is long and read again has a name, and a row is taken apart",
        (COUNT, ("slope", "reversed(slopes)"), ("(a, b)", "reversed(steps)")),
        "d = d * slope * a\ne = slope + b",
        False,
        """
        for t in reversed(range(len(X))):
            slope = slopes[t]
            a, b = steps[t]
            d = d * slope * a
            e = slope + b
        """,
    ),
    (
        "turns in order are counted",
        (COUNT, ("a", "reversed(all_a)"), ("b", "reversed(bs)")),
        "d += a * b",
        True,
        "for t, (a, b) in enumerate(zip(all_a, bs)):\n    d += a * b",
    ),
    (
        "or run over",
        (("a", "reversed(all_a)"), ("b", "bs")),
        "d += a * b",
        True,
        "for a, b in zip(all_a, reversed(bs)):\n    d += a * b",
    ),
    (
        "a long row is taken apart inside",
        ((", ".join(f"callback_{k}" for k in range(6)), "reversed(steps)"),),
        "d = callback_0(d)",
        False,
        """
        for step in reversed(steps):
            callback_0, callback_1, callback_2, callback_3, callback_4, callback_5 = step
            d = callback_0(d)
        """,
    ),
]


@pytest.mark.parametrize(
    ("why", "heads", "body", "in_order", "after"), HEADS, ids=[r[0] for r in HEADS]
)
def test_the_head_of_a_reverse(
    why: str, heads: Heads, body: str, in_order: bool, after: str
) -> None:
    found = Turns((), heads, tuple(lines(body))).loop(Names(()), "range(n)", in_order)
    assert said(found) == dedent(after).strip(), why


ORDERS = [
    ("sums", "dw += d_y[i] * x\ndX[i] += d_y[i] * w", True),
    ("a name of the turn", "g = d_y[i] * w\ndX[i] += g", True),
    ("sums at repeated places", "np.add.at(dX, i, d_y)", True),
    ("a sum that is read", "dw += x\ndX[i] += dw", False),
    ("what the last turn left", "d_h = d_h * w", False),
    ("what lasts", "d_v = d_y[i]", False),
    ("an item that is replaced", "d_y[i] = 0", False),
    ("a name that one way sets", "if c:\n    g = w\ndX[i] += g", False),
    ("a loop with its own", "g = d_y[i]\nfor k in ks:\n    g = g * k\ndX[i] += g", True),
    ("what is not known", "update(dX)", False),
]


@pytest.mark.parametrize(("why", "body", "free"), ORDERS, ids=[row[0] for row in ORDERS])
def test_whether_turns_may_run_in_any_order(why: str, body: str, free: bool) -> None:
    assert in_any_order(lines(body), {"d_v"}) is free, why


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("dX[t] += g", "dX[t] = g"),
        ("dX[t, 0] -= g - h", "dX[t, 0] = -(g - h)"),
        ("dX[s] += g", "dX[s] += g"),
        ("dX[t] += g\ndX[0] += h", "dX[t] += g\ndX[0] += h"),
        ("dY[t] += g", "dY[t] += g"),
        ("dX[s : s + n] += g\ns += n", "dX[s : s + n] = g\ns += n"),
        ("dX[s : s + n] += g\ns += n - 1", "dX[s : s + n] += g\ns += n - 1"),
        ("n = m\ndX[s : s + n] += g\ns += n", "n = m\ndX[s : s + n] += g\ns += n"),
        ("s += n\ndX[s : s + n] += g", "s += n\ndX[s : s + n] += g"),
    ],
    ids=[
        *("its own place", "taken away", "another place", "two places", "not of zeros"),
        *("from where the last ended", "an overlap", "another length", "the next part"),
    ],
)
def test_what_belongs_to_one_turn_is_set(body: str, after: str) -> None:
    first = lines("dX = np.zeros_like(X)\ndY = d_out.copy()")
    found = with_rows_set(Turns(tuple(first), (COUNT,), tuple(lines(body))))
    assert said([*found.body]) == after


def test_numbers_go_where_names_are_free() -> None:
    text = lines("a_2 = x\nb_2s = [a_2]\nfor i in r:\n    dw_2 = i\n    dw += dw_2\na = a_2")
    made = {"a", "a_2", "b_2s", "dw_2"}
    names = renumbered(text, made, {"x", "r", "i", "dw"}, {"dw_2", "dw"})
    assert names == {"a_2": "a", "a": "a_2", "b_2s": "bs", "dw_2": "dw_t"}
    assert unnumbered("h_kept") == "h_before"


REBOUND = [
    (
        "a cotangent that grows",
        "T = d_h + g * w\ne += T * 2\nd_h = T @ U",
        "d_h = d_h + g * w\ne += d_h * 2\nd_h = d_h @ U",
    ),
    (
        "what sets it anew may wait",
        "T = d_c - g\nd_c = T * f\nd_f = T * c",
        "d_c = d_c - g\nd_f = d_c * c\nd_c = d_c * f",
    ),
    (
        "what reads it may come before",
        "T = d_h + g\ns = d_h * q\nd_h = T",
        "s = d_h * q\nd_h = d_h + g",
    ),
    ("one that is read later stays", *["T = d_h + g\ne += d_h * T\nd_h = T @ U"] * 2),
    ("one that is not set anew stays", *["T = d_h + g\ne += T"] * 2),
    ("one that is no sum stays", *["T = d_h * g\nd_h = T @ U"] * 2),
]


@pytest.mark.parametrize(("why", "before", "after"), REBOUND, ids=[row[0] for row in REBOUND])
def test_a_cotangent_keeps_its_name(why: str, before: str, after: str) -> None:
    assert said(rebound(lines(before), {"d_h", "d_c"})) == after, why


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = b\nf(b)\na = a + c", "f(b)\na = b + c"),
        ("a = b\nb = c\na = a + c", "a = b\nb = c\na = a + c"),
        ("a = b\na += c", "a = b\na += c"),
        ("a = b\ne = 2 * a", "a = b\ne = 2 * a"),
    ],
    ids=["set anew", "the other changes", "changed in place", "it lasts"],
)
def test_other_names_for_cotangents(before: str, after: str) -> None:
    assert said(without_aliases(lines(before))) == after


def test_a_sum_that_is_often_read_has_a_name() -> None:
    found = with_sums_once(lines("a += x * (c + d)\nb += y * (c + d)\nc = c + d"), Names("abcdxy"))
    assert said(found) == "d_total = c + d\na += x * d_total\nb += y * d_total\nc = d_total"
    twice = lines("a += x * (c + d)\nc = c + d")
    assert with_sums_once(twice, Names("abcdxy")) == twice


def test_the_length_of_a_slice() -> None:
    assert length_of(cst.parse_expression("X[start : start + n]")) == "n"
    assert length_of(cst.parse_expression("X[start : stop + n]")) == ""
    assert only_measured(lines("d = np.zeros_like(a)\ne = np.full_like(b, g) * b")) == {"a"}
    assert reread("range(len(out) - k)") == (frozenset({"range", "len", "k"}), frozenset({"out"}))


def test_what_the_user_counts_is_counted() -> None:
    text = "n += a\nm = m + a\nm += 1\nk -= a * b"
    assert changed_with_signs(text) == {"n", "k"}
    found = augmented(lines("n = n + a\nk = k - a * b\nm = m + a"), {"n", "k"})
    assert said(found) == "n += a\nk -= a * b\nm = m + a"


@pytest.mark.parametrize(
    ("body", "alone"),
    [
        ("y = np.zeros(3)\ny = y + a\nreturn np.exp(y), y[0], y", True),
        ("y = a @ b\nfor t in r:\n    y = y + a\nz = y * y.size - y.sum() + np.sum(y)", True),
        ("y = a\ny = y + b", False),
        ("y = np.asarray(a)\ny = y + b", False),
        ("y = a * b\nys = [y]\ny = y + b", False),
        ("y = a * b\nys.append(y)\ny = y + b", False),
        ("y = a * b\nz, pull = f(y)\ny = y + b", False),
        ("y = a * b\nz = y[1:]\ny = y + b", False),
    ],
    ids=[
        *("of NumPy's", "of a product", "another's", "maybe another's"),
        *("in a list", "appended", "given to a function", "seen from elsewhere"),
    ],
)
def test_what_is_changed_in_place_nothing_else_holds(body: str, alone: bool) -> None:
    assert held_alone(lines(body), {"y"}, "np") == ({"y"} if alone else set())


MASKS = [
    ("zero there", "D[i, j] = 0\nS = np.where(B > 0, D, 0)", True),
    ("zero elsewhere", "D[i] = 0\nS = np.where(B > 0, D, 0)", False),
    ("not zero", "D[i, j] = 1\nS = np.where(B > 0, D, 0)", False),
    ("zero no more", "D[i, j] = 0\nD[i] += 1\nS = np.where(B > 0, D, 0)", False),
    ("read for more", "D[i, j] = 0\nS = np.where(B > 0, D, 0) * B", False),
    ("a mask of its sum", "D[i, j] = 0\nS = np.where(np.sum(B) > 0, D, 0)", False),
    ("a row", "R[i, j] = 0\nS = np.where(B > 0, R, 0)", False),
    ("another index", "i = k\nD[i, j] = 0\nS = np.where(B > 0, D, 0)", False),
]


@pytest.mark.parametrize(("why", "backward", "free"), MASKS, ids=[row[0] for row in MASKS])
def test_a_mask_is_read_from_what_was_changed(why: str, backward: str, free: bool) -> None:
    forward = lines("A = X @ W\nB = A.copy()\nA[i, j] = 0")
    shapes = {name: Array((2, 3), "float64") for name in "ABD"} | {"R": Array((1, 3), "float64")}
    found, after = masked_by_changed(forward, lines(backward), shapes.get)
    assert said(found) == ("A = X @ W\nA[i, j] = 0" if free else said(forward)), why
    assert said(after) == (backward.replace("B", "A") if free else backward)


def test_numbers_that_start_above_others() -> None:
    least = MappingProxyType({"t": 1})
    assert never_meet("t", "0", least)
    assert not never_meet("t", "1", least)
    assert not never_meet("t - 1", "0", least)


def test_what_keeps_its_shape() -> None:
    def f(n: int) -> object:
        x, y = np.ones(n), np.ones(1)
        for k in range(2):
            y = np.ones(k + 1)
        return x, y

    found = visits(f, [{"n": 2}, {"n": 3}])
    assert found.is_steady("x")
    assert not found.is_steady("y")
    assert not found.is_steady("unknown")


def test_cotangents_start_together() -> None:
    before = "a = 0.0\nb = 0.0\nc = np.zeros_like(x)\nd = np.zeros_like(y)\ne = 2"
    after = "a = b = 0.0\nc, d = np.zeros_like(x), np.zeros_like(y)\ne = 2"
    assert said(started_together(lines(before))) == after
    three = "\n".join(f"{name} = np.zeros_like(x)" for name in "abc")
    assert said(started_together(lines(three))) == three


def test_a_loop_is_quoted_once_above_its_reverse() -> None:
    shapes = {"w": ("d",), "X": ("n", "d"), "y": ("n",), "lr": (), "beta": ()}
    request = Request(str(PRINTED), "momentum", ("all",), shapes, comments=True)
    rows = [row.strip() for row in refactor(request, lambda event: None).text.splitlines()]
    quoted = "# Grad of: for _ in range(steps):"
    assert rows.count(quoted) == 1
    assert rows[rows.index(quoted) + 1] == "for i in reversed(range(len(ws))):"


TEXTS = {
    "rolling": """
        d_out = d_out.copy()
        for t in reversed(range(1, len(x))):
            d_out_t = d_out[t]
    """,
    "windows": """
        for i in range(len(out)):
            d_out_i = d_out[i]
            dx[i : i + len(w)] += d_out_i * w
    """,
    "ragged": """
        dX = np.zeros_like(X)
        start = 0
        for i, length in enumerate(lengths):
            dX[start : start + length] = d_Y[i] / length
            start += length
        return dX
    """,
    "momentum": """
        for i in reversed(range(len(ws))):
            d_v = d_v - lr * dw
            d_v = beta * d_v
            d_lr -= np.vdot(dw, vs[i + 1])
    """,
    "nested_sums": """
        for t, normalised in zip(range(p, len(x)), normaliseds):
    """,
    "descent": """
        scaled_XT = X.T / lr
        for w_t, tanh_Xw in zip(reversed(ws), reversed(tanh_Xws)):
            d_Xw = dw @ scaled_XT * (tanh_Xw**2 - 1)
    """,
}
SHAPES: dict[str, dict[str, tuple[str, ...]]] = {
    "rolling": {"x": ("n",), "alpha": ()},
    "windows": {"x": ("7",), "w": ("3",)},
    "ragged": {"X": ("n", "d"), "lengths": ("b",)},
    "momentum": {"w": ("d",), "X": ("n", "d"), "y": ("n",), "lr": (), "beta": ()},
    "nested_sums": {"x": ("t",), "phi": ("p",), "sigma": ()},
    "descent": {"w": ("d",), "X": ("n", "d"), "lr": ()},
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_loop_is_printed_as_a_person_writes_it(name: str) -> None:
    wrt = ("X",) if name == "ragged" else ("all",)
    draft = refactor(Request(str(PRINTED), name, wrt, SHAPES[name]), lambda event: None)
    ruling = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert ruling.right, ruling.reason
    for line in filter(str.strip, cleandoc(TEXTS[name]).splitlines()):
        assert line.strip() in [own.strip() for own in draft.text.splitlines()]


def test_what_is_handed_on_gets_its_last_name_at_once() -> None:
    before = "x = g + dP\ndq += x\ndP = x\ndr += x"
    after = "dP = g + dP\ndq += dP\ndr += dP"
    assert said(set_directly(lines(before), {"dP"})) == after
    read = "x = g + dP\ndq += dP\ndP = x"
    assert said(set_directly(lines(read), {"dP"})) == read
    anew = "x = g + dP\ndP = x\ndP = 2 * dP\ndr += x"
    assert said(set_directly(lines(anew), {"dP"})) == anew


def test_a_loop_that_never_turns_needs_nothing_that_its_turns_set() -> None:
    draft = refactor(Request(str(PRINTED), "descent", ("all",), SHAPES["descent"]), lambda e: None)
    names: dict[str, Any] = {}
    exec(draft.text, names)
    w, X = np.ones(2), np.ones((3, 2))
    out, backprop = names["descent"](w, X, 0.1, steps=0)
    dw, dX, d_lr = backprop(out)
    assert (dw == out).all()
    assert not dX.any()
    assert not d_lr


def test_what_is_needed_for_its_shape_alone_is_not_kept() -> None:
    request = Request(str(PRINTED), "two_gates", ("all",), {"X": ("t", "n", "d"), "h": ("n", "d")})
    draft = refactor(request, lambda event: None)
    assert "np.zeros_like(gates)" in draft.text
    assert "gates.append" not in draft.text
