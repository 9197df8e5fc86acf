"""The small parts of `refactorer.flow`, each on a few lines of code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import libcst as cst
import numpy as np
import pytest

from refactorer.errors import Refused
from refactorer.flow.loops.rerun import RerunLine, sunk
from refactorer.flow.names import Names, followed, loads, parsed, reads_first, stores
from refactorer.flow.statements.active import active
from refactorer.flow.statements.aranges import with_rows_named
from refactorer.flow.statements.canonical import Canonical
from refactorer.flow.statements.exits import ManyExits, one_exit
from refactorer.flow.statements.lists import gathered, read_back, singular
from refactorer.flow.statements.with_blocks import put_together, with_settings_marked
from refactorer.flow.structure.heads import items
from refactorer.flow.structure.regions import Loop
from refactorer.flow.structure.settled import earlier, never_meet, places
from refactorer.flow.structure.visits import END, visits
from refactorer.flow.tidying.copies import aliased, copied_once, twins
from refactorer.flow.tidying.folding import folded, plainly
from refactorer.flow.tidying.loop_names import separated
from refactorer.flow.tidying.numbering import renumbered
from refactorer.flow.tidying.set_once import set_once
from refactorer.flow.weaving.assembly import accumulated
from refactorer.pipeline.run import refactor, silent
from refactorer.printing.layout.signs import signed
from refactorer.request import Request
from refactorer.syntax.expressions import without_sign
from refactorer.syntax.suites import Statement


def statements(text: str) -> list[Statement]:
    body = cst.parse_module(text).body
    return [s for s in body if isinstance(s, cst.SimpleStatementLine | cst.BaseCompoundStatement)]


def text(lines: Sequence[Statement]) -> str:
    return cst.Module(list(lines)).code.strip()


def loop(head: str) -> cst.For:
    return cst.ensure_type(cst.parse_statement(f"{head}:\n    pass\n"), cst.For)


EXITS = [
    ("a name that every return has stays", "y = x\nreturn y", "y = x", ("y",)),
    ("an expression gets one", "return x * 2", "out = x * 2", ("out",)),
    (
        "what follows an early return is its other way",
        "if flag:\n    return x\ny = x * 2\nreturn y",
        "if flag:\n    out = x\nelse:\n    y = x * 2\n    out = y",
        ("out",),
    ),
    (
        "a raise is an end",
        "if flag:\n    return 2 * x\nraise ValueError(flag)",
        "if flag:\n    out = 2 * x\nelse:\n    raise ValueError(flag)",
        ("out",),
    ),
    ("each part has one", "return x, x * 2", "out = x * 2", ("x", "out")),
]


@pytest.mark.parametrize(("why", "before", "after", "parts"), EXITS, ids=[row[0] for row in EXITS])
def test_a_function_has_one_exit(why: str, before: str, after: str, parts: tuple[str, ...]) -> None:
    found = one_exit(cst.IndentedBlock(statements(before)), Names({"x", "flag"}), "out")
    assert (text(found.statements), found.parts) == (after, parts), why


def test_a_loop_is_left_where_it_returned() -> None:
    before = "for a in x:\n    if a > 0:\n        return a\nreturn y"
    found = one_exit(cst.IndentedBlock(statements(before)), Names({"x", "y"}), "out")
    after = "found = False\nfor a in x:\n    if a > 0:\n        out = a\n        found = True\n"
    after += "        break\nif not found:\n    out = y"
    assert cst.Module(found.statements).code.strip() == after


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("y = x", "it returns nothing"),
        ("for a in x:\n    for b in a:\n        return b\nreturn x", "from inside two loops"),
        ("if flag:\n    return x\nreturn x, x", "it returns different numbers of values"),
    ],
)
def test_exits_that_cannot_be_brought_together(before: str, reason: str) -> None:
    with pytest.raises(ManyExits, match=reason):
        one_exit(cst.IndentedBlock(statements(before)), Names(()), "out")


CANONICAL = [
    ("a call stands on a line of its own", "y = 2 * f(x)", "f_x = f(x)\ny = 2 * f_x"),
    (
        "a conditional expression is a choice",
        "y = x if flag else z",
        "if flag:\n    y = x\nelse:\n    y = z",
    ),
    (
        "a comprehension is a loop",
        "ys = [x * a for a in x]",
        "ys = []\nfor a in x:\n    xa = x * a\n    ys.append(xa)",
    ),
    ("what is put has a name", "A[i] = x * 2", "A_i = x * 2\nA[i] = A_i"),
    ("an index that is computed has one", "A[A < 0] = 0", "mask = A < 0\nA[mask] = 0"),
    (
        "what is read of an array that changes has one",
        "y = x * A[i]",
        "A_i = A[i]\ny = x * A_i",
    ),
    (
        "slices of one array stand on lines of their own",
        "y = x[1:] - x[:-1]",
        "x_part = x[1:]\nx_part_2 = x[:-1]\ny = x_part - x_part_2",
    ),
    ("what has no derivative stays", "n = len(w) + 1", "n = len(w) + 1"),
]


@pytest.mark.parametrize(("why", "before", "after"), CANONICAL, ids=[row[0] for row in CANONICAL])
def test_statements_are_taken_apart(why: str, before: str, after: str) -> None:
    names = Names({"x", "z", "A", "i", "y", "ys", "a", "f"})
    canonical = Canonical(names, {"f"}, {"x", "z", "A", "y"}, {"A"})
    assert text([*canonical.all(statements(before))]) == after, why


def test_a_derivative_flows_through_what_is_taken_apart() -> None:
    names = Names({"x", "f", "g"})
    canonical = Canonical(names, {"f", "g"}, {"x"})
    found = text([*canonical.all(statements("y = f(2 * g(x))"))])
    assert found == "g_x = g(x)\ntwice_g_x = 2 * g_x\ny = f(twice_g_x)"


def test_a_derivative_flows_through_values_but_not_through_shapes() -> None:
    body = statements("n = x.shape[0]\ny = x * 2\nz = np.zeros_like(y)\nz[0] = y\nk = y > 0")
    assert active(body, ["x"]) == {"x", "y", "z"}


def test_what_is_read_before_it_is_set() -> None:
    assert reads_first("x", statements("y = x\nx = 2"))
    assert reads_first("x", statements("if a:\n    x = x + 1\nelse:\n    x = 2"))
    assert not reads_first("x", statements("if a:\n    x = 2\n    y = x"))
    assert not reads_first("x", statements("x = 2\ny = x"))


def test_names_that_are_read_set_and_followed() -> None:
    assert loads("x += y") == {"x", "y"}
    assert stores("(a, b)") == {"a", "b"}
    assert followed(parsed("x * len(y) + z[k]")) == {"x", "z"}


HEADS = [
    ("for i in range(n)", [("i", "range(n)", "reversed(range(n))")]),
    ("for x in reversed(xs)", [("x", "xs", "xs")]),
    (
        "for i, x in enumerate(xs)",
        [("i", "range(len(xs))", "reversed(range(len(xs)))"), ("x", "xs", "reversed(xs)")],
    ),
    ("for x, y in zip(xs, ys)", [("x", "xs", "reversed(xs)"), ("y", "ys", "reversed(ys)")]),
]


@pytest.mark.parametrize(("head", "found"), HEADS, ids=[row[0] for row in HEADS])
def test_what_a_head_gives(head: str, found: list[tuple[str, str, str]]) -> None:
    assert [(i.target, i.elements, i.backwards) for i in items(loop(head))] == found


def test_a_sum_starts_where_there_is_none_and_is_added_to_after() -> None:
    lines, state = accumulated([], {"x": "2 * g", "y": "-g"}, {"y": True}, {"x": "dx", "y": "dy"})
    assert text(lines) == "dx = 2 * g\ndy -= g"
    assert state == {"y": True, "x": True}


def test_a_sum_that_another_may_hold_is_made_anew() -> None:
    lines, _ = accumulated([], {"x": "g"}, {"x": False}, {"x": "dx"})
    assert text(lines) == "dx = dx + g"


def test_cotangents_that_trade_places_are_set_at_once() -> None:
    lines, _ = accumulated([], {"x": "dy", "y": "dx"}, {}, {"x": "dx", "y": "dy"})
    assert text(lines) == "dx, dy = dy, dx"


@pytest.mark.parametrize(("value", "positive"), [("-g * x", "g * x"), ("g - x", ""), ("-2", "2")])
def test_what_is_negative_is_taken_away(value: str, positive: str) -> None:
    assert without_sign(value) == positive


def test_what_is_added_to_items_is_taken_away_where_it_is_negative() -> None:
    rows = statements("dx[1:] += -(g / n) * x\ndx[0] -= -g\ny = -g\nd += -(a + b)")
    found = text([signed(row) for row in rows])
    assert found == "dx[1:] -= (g / n) * x\ndx[0] -= -g\ny = -g\nd -= a + b"


def test_a_negative_sum_is_taken_away_whole() -> None:
    lines, _ = accumulated([], {"x": "-(g + h)"}, {"x": False}, {"x": "dx"})
    assert text(lines) == "dx = dx - (g + h)"


def test_copies_of_one_value_are_one() -> None:
    assert twins(statements("a = x\nb = x\nx = 2\nc = x"), {"a", "b", "c"}) == {"b": "a"}
    assert text(aliased(statements("dy = dx\ndz = 2 * dy"), {"dy"})) == "dz = 2 * dx"
    changed = "dy = dx\ndx += 1\ndz = 2 * dy"
    assert text(aliased(statements(changed), {"dy"})).startswith("dy = dx")
    assert text(copied_once(statements("a = b\nb = c\na = a.copy()"))) == "a = b.copy()\nb = c"
    changed = "a = b\nb += c\na = a.copy()"
    assert text(copied_once(statements(changed))) == changed
    assert text(copied_once(statements("a = -b\na = a.copy()"))) == "a = -b"
    assert text(copied_once(statements("a = b\na = a.copy()"))) == "a = b.copy()"
    made = "a = np.zeros_like(x)\nb = 2 * x"
    assert text(copied_once(statements(f"{made}\na = a.copy()"))) == made
    held = "a = np.zeros_like(x)\nb = a\na = a.copy()"
    assert text(copied_once(statements(held))) == held


def test_what_the_index_of_a_put_counts_is_counted_once() -> None:
    puts = "u = s[np.arange(n), k]\nm[np.arange(n), k] = 0\nn = 2\nv = np.arange(n)"
    named = "rows = np.arange(n)\nu = s[rows, k]\nm[rows, k] = 0\nn = 2\nv = np.arange(n)"
    assert text(with_rows_named(statements(puts), Names({"u", "s", "n", "k", "m"}))) == named
    others = "u = s[np.arange(n)]\nm[k] = 0"
    assert text(with_rows_named(statements(others), Names(set()))) == others


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 2 * x\nb = y\na += x @ y", "b = y\na = x @ y + 2 * x"),
        ("a = -2 * x\na += x @ y", "a = x @ y - 2 * x"),
        ("a = 2 * x\na -= x - y", "a = 2 * x - (x - y)"),
        ("a = 2 * x\nb = a\na += y", ""),
        ("a = 2 * x\nx = y\na += y", ""),
        ("a = 2 * x\na[0] = y\na += y", ""),
        ("a = np.zeros_like(x)\na += y", ""),
        ("a = 2 * x\nfor y in z:\n    a += y", ""),
    ],
)
def test_a_sum_is_set_once(before: str, after: str) -> None:
    assert text(set_once(statements(before))) == (after or before)


def test_a_name_for_the_next_line_alone_is_put_back() -> None:
    assert text(folded(statements("a = x + 1\ny = 2 * a"), {"a"})) == "y = 2 * (x + 1)"
    apart_ = "a = x + 1\nx = 2\ny = 2 * a"
    assert text(folded(statements(apart_), {"a"})) == apart_
    added = "d = np.full_like(X[i], g)\ndX[i] += d"
    assert text(plainly(statements(added), {"d"})) == "dX[i] += g"


def test_a_loop_hides_nothing_that_is_read_behind_it() -> None:
    found = separated(statements("for x in xs:\n    d += x\ny = d * x"), {"d"}, Names({"x"}))
    assert text(found) == "for x_t in xs:\n    d += x_t\ny = d * x"


def test_a_loop_in_a_branch_hides_nothing_that_is_read_around_it() -> None:
    before = "dx = d_y * x\nif flag:\n    for x in xs:\n        dx += x"
    found = separated(statements(before), ["dx"], Names({"x", "xs"}))
    assert text(found) == "dx = d_y * x\nif flag:\n    for x_t in xs:\n        dx += x_t"


def test_blocks_that_are_settings_are_taken_apart_and_put_together() -> None:
    block = (
        "y = 2\n# quiet\nwith np.errstate(all='ignore'), errstate(over='ignore'):\n    x = x / y"
    )
    found = with_settings_marked(statements(block))
    marks = ["(np.errstate(all='ignore'), errstate(over='ignore'),)", "(np.errstate, errstate,)"]
    assert text(found) == f"y = 2\n# quiet\n{marks[0]}\nx = x / y\n{marks[1]}"
    assert text(put_together(found)) == block
    other = "with open(name) as file:\n    x = x / y"
    assert text(with_settings_marked(statements(other))) == other


def test_a_line_that_one_way_reads_stands_there() -> None:
    rows = [RerunLine(statements("a = X[i]")[0], guarded=True)]
    found = sunk(rows, statements("if i > 0:\n    dx += a\nelse:\n    dy += 1"))
    assert text(found) == "if i > 0:\n    a = X[i]\n    dx += a\nelse:\n    dy += 1"
    assert text(sunk(rows, statements("dx += a"))) == "a = X[i]\ndx += a"


GATHERED = [
    ("np.stack(hs)", ("hs", "stack", 0)),
    ("np.concatenate(hs, axis=1)", ("hs", "concatenate", 1)),
    ("sum(hs)", ("hs", "sum", 0)),
    ("np.sum(hs)", None),
    ("np.stack(xs)", None),
]


@pytest.mark.parametrize(("value", "found"), GATHERED, ids=[row[0] for row in GATHERED])
def test_what_is_made_of_a_list(value: str, found: tuple[str, str, int] | None) -> None:
    assert gathered(cst.parse_expression(value), {"hs"}) == found


def test_the_last_value_of_a_list_has_a_name() -> None:
    before = "ys = [x]\nfor _ in range(n):\n    ys.append(2 * ys[-1])"
    after = """last_y = x
ys = [last_y]
for _ in range(n):
    last_y = 2 * last_y
    ys.append(last_y)"""
    assert text(read_back(statements(before), Names(()))) == after
    assert text(read_back(statements("y.append(x)\nz = np.array(y[::-1])"), Names(()))).endswith(
        "z = np.array(y)[::-1]"
    )


@pytest.mark.parametrize(
    ("many", "one"), [("losses", "loss"), ("xs", "x"), ("bodies", "body"), ("out", "out_item")]
)
def test_one_of_several(many: str, one: str) -> None:
    assert singular(many) == one


def test_where_items_are_put() -> None:
    assert places("i + 1, 0, :") == (("i", 1), ("", 0), None)
    assert never_meet("t + 1", "t")
    assert not never_meet("t", "k")
    up, down = (loop("for t in range(n)"),), (loop("for t in range(n, 0, -1)"),)
    assert [bool(f) for f in (earlier_in("t", up), earlier_in("t", down))] == [True, False]


def earlier_in(index: str, around: tuple[cst.For, ...]) -> bool:
    return earlier(index, "t + 1", [Loop(one, (), 1) for one in around])


def test_what_names_hold_at_each_line() -> None:
    def f(x: float) -> float:
        y = x
        for _ in range(2):
            y = y * 2
        return y

    found = visits(f, [{"x": 1.5}])
    assert found.last("y") == 6.0
    assert found.holds_floats("y")
    assert [row["y"] for row in found.at[END]] == [6.0]
    ints = visits(lambda n: n, [{"n": np.int64(3)}])
    assert not ints.holds_floats("n")


def test_a_function_that_calls_itself_is_refused_at_the_call(tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text(
        "def f(x, n=3):\n    if n == 0:\n        return x\n    return x * f(x, n - 1)\n"
    )
    with pytest.raises(Refused, match=r"f\.py:4:16: `f` calls itself"):
        refactor(Request(str(file), "f"), lambda event: None)


def test_names_with_more_or_fewer_numbers_stay_apart() -> None:
    lines = statements("mask_2_2 = a\nmask = b\nmask_2 = c\n")
    made = {"mask", "mask_2", "mask_2_2"}
    found = renumbered(lines, made, set(), set())
    assert {found.get(name, name) for name in made} == {"mask", "mask_2", "mask_3"}


@pytest.mark.parametrize("change", ["out.insert(0, v)", "out.append(v)\n        out.reverse()"])
def test_a_list_that_is_turned_round_is_refused_with_a_way_out(change: str) -> None:
    text = f"""import numpy as np


def f(x):
    out = []
    for v in x:
        {change}
    return np.array(out)
"""
    with pytest.raises(Refused, match=r"`np\.array\(out\)\[::-1\]`"):
        refactor(Request("f.py", "f", text=text), silent)


def test_a_table_is_looked_up_where_it_is_in_order() -> None:
    text = """import numpy as np


def f(y, x, q):
    return np.sum(np.interp(q, x, y) ** 2)
"""
    assert "np.add.at(dy" in refactor(Request("f.py", "f", ("y", "q"), text=text), silent).text
