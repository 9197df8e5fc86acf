"""Sums over the turns of a loop that are taken at once behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from inspect import cleandoc

import libcst as cst
import numpy as np
import pytest

from refactorer.flow.loops.deferred import deferred
from refactorer.flow.loops.turns import Turns
from refactorer.flow.names import Names
from refactorer.printing.probe import Probe
from refactorer.shapes import Array
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import line

HEADS = (("t", "reversed(range(len(X)))"), ("h_before", "reversed(hs[:-1])"))
MATRICES = {
    "X": (7, 3, 2),
    "W": (2, 5),
    "U": (5, 5),
    "b": (5,),
    "t": (),
    **dict.fromkeys(("d_h", "h", "h_before", "d_a"), (3, 5)),
}
VECTORS = MATRICES | {"X": (7, 2)} | dict.fromkeys(("d_h", "h", "h_before", "d_a"), (5,))


def turns(first: str, body: str) -> Turns:
    return Turns(tuple(lines(first)), HEADS, tuple(lines(body)))


def lines(text: str) -> list[cst.SimpleStatementLine]:
    statements = (line(one) for one in cleandoc(text).splitlines())
    return [cst.ensure_type(s, cst.SimpleStatementLine) for s in statements]


def probe(shapes: Mapping[str, tuple[int, ...]]) -> Probe:
    names = {**shapes, **{f"d{n}": s for n, s in shapes.items() if len(n) == 1}}
    return Probe({n: Array(s, "int" if n == "t" else "float64") for n, s in names.items()})


def text(found: Turns) -> str:
    heads = [f"for {name} in {run_over}" for name, run_over in found.heads]
    body = [f"    {code(s).strip()}" for s in found.body]
    return "\n".join(
        [*(code(s).strip() for s in found.first), *heads, *body]
        + [code(s).strip() for s in found.after]
    )


FIRST = "dX = np.zeros_like(X)\ndW = np.zeros_like(W)\ndU = np.zeros_like(U)\ndb = np.zeros_like(b)"
ROWS = turns(
    FIRST,
    """
    d_a = d_h * (1 - h ** 2)
    dX[t] += d_a @ W.T
    dW += X[t].T @ d_a
    dU -= h_before.T @ d_a
    db += d_a.sum(axis=0)
    d_h = d_a @ U.T
    """,
)
ONE_ROW = turns(
    FIRST,
    """
    d_a = d_h * (1 - h ** 2)
    dX[t] += W @ d_a
    dW += d_a * X[t][:, None]
    dU += d_a * h_before[:, None]
    db += d_a
    d_h = U @ d_a
    """,
)


def test_the_turns_of_a_recurrent_layer() -> None:
    assert text(deferred(ROWS, probe(MATRICES), Names(MATRICES), "np")) == cleandoc(
        """
        d_a = np.empty((len(X), *d_h.shape), d_h.dtype)
        for t in reversed(range(len(X)))
            d_a[t] = d_h * (1 - h ** 2)
            d_h = d_a[t] @ U.T
        dX = d_a @ W.T
        dW = np.tensordot(X, d_a, axes=((0, 1), (0, 1)))
        dU = -np.tensordot(np.array(hs)[:-1], d_a, axes=((0, 1), (0, 1)))
        db = d_a.sum(axis=(0, 1))
        """
    )


def test_a_layer_of_one_row() -> None:
    assert text(deferred(ONE_ROW, probe(VECTORS), Names(VECTORS), "np")) == cleandoc(
        """
        d_a = np.empty((len(X), *d_h.shape), d_h.dtype)
        for t in reversed(range(len(X)))
            d_a[t] = d_h * (1 - h ** 2)
            d_h = U @ d_a[t]
        dX = d_a @ W.T
        dW = X.T @ d_a
        dU = np.array(hs)[:-1].T @ d_a
        db = d_a.sum(axis=0)
        """
    )


@pytest.mark.parametrize(
    "body",
    [
        "d_a = d_h * 2\ndb += d_a.sum(axis=0)\nd_h = d_a @ U.T",
        "d_a = d_h * 2\ndb += d_a.sum(axis=0)\ndU += h_before.T @ d_a\nd_h = d_a @ dU",
        "d_a = d_h * 2\nd_a = d_a + h\ndb += d_a.sum(axis=0)\ndU += h_before.T @ d_a",
        "d_a = d_h * 2\ndb += np.abs(d_a).sum(axis=0)\ndU += h_before.T @ d_a\nd_h = d_a",
    ],
    ids=["one sum alone", "a sum that is read", "what is set twice", "what is not linear"],
)
def test_what_stays_in_the_loop(body: str) -> None:
    before = turns(FIRST, body)
    assert deferred(before, probe(MATRICES), Names(MATRICES), "np") is before


def test_what_changes_in_place_is_kept_when_it_is_whole() -> None:
    given = turns(
        FIRST,
        """
        d_a = np.zeros_like(d_h)
        d_a[1:] = d_h[1:] * h[1:]
        dU += h_before.T @ d_a
        dX[t] += d_a @ W.T
        d_h = d_a @ U.T
        """,
    )
    body = [code(s).strip() for s in deferred(given, probe(MATRICES), Names(MATRICES), "np").body]
    assert body[1:3] == ["d_a[1:] = d_h[1:] * h[1:]", "d_as[t] = d_a"]


def test_of_a_longer_array_the_parts_are_taken_that_have_turns() -> None:
    given = turns(FIRST, "d_a = d_h * 2\ndW += Z[t].T @ d_a\ndb += d_a.sum(axis=0)\nd_h = d_a")
    shapes = {**MATRICES, "Z": (8, 3, 2)}
    behind = [code(s).strip() for s in deferred(given, probe(shapes), Names(shapes), "np").after]
    assert behind[0] == "dW = np.tensordot(Z[:len(X)], d_a, axes=((0, 1), (0, 1)))"


def test_what_follows_the_values_of_all_turns_is_computed_at_once() -> None:
    heads = (HEADS[0], ("h", "reversed(hs[1:])"), HEADS[1])
    found = deferred(replace(ROWS, heads=heads), probe(MATRICES), Names(MATRICES), "np")
    assert text(found) == cleandoc(
        """
        H = np.array(hs)
        d_a = 1 - H[1:] ** 2
        for t in reversed(range(len(X)))
            d_a[t] *= d_h
            d_h = d_a[t] @ U.T
        dX = d_a @ W.T
        dW = np.tensordot(X, d_a, axes=((0, 1), (0, 1)))
        dU = -np.tensordot(H[:-1], d_a, axes=((0, 1), (0, 1)))
        db = d_a.sum(axis=(0, 1))
        """
    )


def test_an_array_is_made_of_what_is_known_where_there_are_no_turns() -> None:
    found = deferred(ROWS, probe(MATRICES), Names(MATRICES), "np", unset=["d_h", "h", "h_before"])
    assert found is ROWS


def test_the_sums_of_several_cotangents_are_taken_behind_the_loop() -> None:
    body = """
    d_a = d_h * (1 - h ** 2)
    dW += X[t].T @ d_a
    db += d_a.sum(axis=0)
    d_c = d_h * h
    dU += h_before.T @ d_c
    dc += d_c.sum(axis=0)
    d_h = d_a @ U.T + d_c
    """
    shapes = {**MATRICES, "c": (5,), "dc": (5,), "d_c": (3, 5)}
    given = turns(f"{FIRST}\ndc = np.zeros_like(c)", body)
    found = deferred(given, probe(shapes), Names(shapes), "np")
    assert [code(s).strip()[:2] for s in found.after] == ["dW", "db", "dU", "dc"]
    assert code(found.body[-1]).strip() == "d_h = d_a[t] @ U.T + d_c[t]"


@pytest.mark.parametrize(
    ("given", "shapes"), [(ROWS, MATRICES), (ONE_ROW, VECTORS)], ids=["rows", "one row"]
)
@pytest.mark.parametrize("count", [0, 1, 4])
def test_the_sums_are_the_same(
    given: Turns, shapes: Mapping[str, tuple[int, ...]], count: int
) -> None:
    rng = np.random.default_rng(0)
    values = {n: rng.normal(size=s) for n, s in shapes.items()}
    values["X"] = values["X"][:count]
    values["hs"] = rng.normal(size=(count + 1, *shapes["h"]))
    found = [
        executed(turn, values)
        for turn in (given, deferred(given, probe(shapes), Names(shapes), "np"))
    ]
    for name in ("dX", "dW", "dU", "db", "d_h"):
        np.testing.assert_allclose(found[0][name], found[1][name], atol=1e-12)


def executed(given: Turns, values: Mapping[str, object]) -> dict[str, np.ndarray]:
    names, heads = zip(*given.heads, strict=True)
    loop = f"for {', '.join(names)}, in zip({', '.join(heads)}):"
    parts = ["\n".join(code(s).strip() for s in part) for part in (given.first, given.after)]
    body = "".join(f"    {code(s).strip()}\n" for s in given.body)
    namespace: dict[str, object] = {"np": np, **values}
    exec(f"{parts[0]}\n{loop}\n{body}\n{parts[1]}", namespace)
    return {n: np.asarray(namespace[n]) for n in ("dX", "dW", "dU", "db", "d_h")}
