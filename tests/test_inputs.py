from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from refactorer.arguments import ranks, values
from refactorer.arguments.dims import shape
from refactorer.arguments.hints import unpackings
from refactorer.arguments.hints.shape_annotations import Said, read
from refactorer.arguments.inputs import (
    Input,
    Plan,
    check_sizes,
    draw,
    plan,
    probe_sizes,
    telling_sizes,
)
from refactorer.arguments.likelihood import Likelihood
from refactorer.errors import Refused, Usage

# Users write no types here: mypy would ask them of each example.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False, disallow-untyped-calls=False


@dataclass(frozen=True)
class Parameter:
    name: str


def plans(
    function: Callable[..., Any],
    wrt: tuple[str, ...] = (),
    shapes: Mapping[str, tuple[str, ...]] = {},
    at: Mapping[str, str] = {},
    annotations: Mapping[str, str] = {},
) -> tuple[Plan, ...]:
    parameters = [Parameter(name) for name in inspect.signature(function).parameters]
    wrt = wrt or (parameters[0].name,)
    return plan(function, parameters, wrt, shapes, annotations, at, 0, source_of(function))


def source_of(function: Callable[..., Any]) -> str:
    """The text of a function; there is none of a lambda."""
    return dedent(inspect.getsource(function)) if function.__name__ != "<lambda>" else ""


def shapes_of(found: Plan) -> dict[str, tuple[str, ...]]:
    return {entry.name: entry.shape for entry in found.inputs}


def kinds_of(found: Plan) -> dict[str, str]:
    return {entry.name: entry.kind for entry in found.inputs}


def cosine(X, Y):
    return np.sum(X * Y) / (np.sqrt(np.sum(X * X)) * np.sqrt(np.sum(Y * Y)))


def cross_entropy(logits, labels):
    p = np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def by_position(X, y):
    rows = X.reshape(len(X) * X.shape[1], -1)
    return rows[np.arange(len(rows)), y.reshape(len(rows))]


def two_layers(W1, b1, W2, b2, X, y, scale=1.0):
    scores = np.maximum(0, X @ W1 + b1) @ W2 + b2
    return -np.log(np.exp(scores)[np.arange(len(X)), y]).sum() * scale


def window(x, w):
    out = np.empty(len(x) - len(w) + 1)
    for i in range(len(out)):
        out[i] = x[i : i + len(w)] @ w
    return out


def margins(scores, labels):
    own = scores[np.arange(len(labels)), labels]
    return np.maximum(0, scores - own[:, None] + 1).sum()


def unlikely(function):
    """How unlikely each way to call a function is."""
    return Likelihood(function, source_of(function)).departures


def triplet(a, p, n):
    return np.sum((a - p) ** 2, axis=1) - np.sum((a - n) ** 2, axis=1)


def standardized(x, gamma, beta):
    return gamma * (x - x.mean(axis=0)) / x.std(axis=0) + beta


def contrastive(x1, x2, y):
    squares = np.sum((x1 - x2) ** 2, axis=1)
    return np.mean(y * squares + (1 - y) * np.maximum(1 - np.sqrt(squares), 0) ** 2)


def ridge(w, X, y, lam):
    error = y - X @ w
    return np.mean(error**2) + lam * np.sum(w**2)


def logistic(X, w, b, y):
    return np.mean(np.log1p(np.exp(-y * (X @ w + b))))


def autoregressive(y, phi1, phi2):
    return y[2:] - phi1 * y[1:-1] - phi2 * y[:-2]


def garch(r, omega, alpha, beta):
    h, total = np.var(r), 0.0
    for t in range(len(r)):
        total += np.log(h) + r[t] ** 2 / h
        h = omega + alpha * r[t] ** 2 + beta * h
    return total


def outbreak(beta, S0, I0, seen):
    S, I, total = S0, I0, 0.0  # noqa: E741
    for obs in seen:
        S, I = S - beta * S * I, I + beta * S * I  # noqa: E741
        total += (I - obs) ** 2
    return total


def gated(x, h, Wz, Uz, bz, Wh, Uh, bh):
    z = 1 / (1 + np.exp(-(x @ Wz + h @ Uz + bz)))
    return (1 - z) * h + z * np.tanh(x @ Wh + h @ Uh + bh)


def not_read(w, X, y, B, lr):
    return np.mean((X @ w - y) ** 2)


def heads(X, W, n_heads=2):
    n, d = X.shape
    return (X @ W).reshape(n, n_heads, d // n_heads).sum(axis=2)


def softmax_loss(W, X, y):
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    return -np.log((p / p.sum(axis=1, keepdims=True))[np.arange(len(y)), y]).mean()


def variance(w, S, gamma):
    return gamma * w @ S @ w


def utility(w, mu, S, gamma):
    return w @ mu - 0.5 * gamma * w @ S @ w


def hits(w, x, y):
    total = 0.0
    for i in range(len(y)):
        total += y[i] * np.dot(w, x[i])
    return total


def rows_scaled(x, weight):
    return weight * x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True))


def off_the_curve(theta, t, y):
    return theta[0] * np.exp(-theta[1] * t) - y


def filtered(x, h):
    return np.convolve(x, h)


def factorized(U, V, ratings, mask):
    return np.sum((mask * (ratings - U @ V.T)) ** 2)


def factors_of_three(A, B, C, T):
    return np.sum((T - np.einsum("ir,jr,kr->ijk", A, B, C)) ** 2)


def observed_states(y, F, H, x0):
    x, loss = x0, 0.0
    for t in range(len(y)):
        x = F @ x
        v = y[t] - H @ x
        loss += v @ v
    return loss


def chosen(Q, K, mask):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    scores = np.where(mask, scores, -1e9)
    return np.exp(scores).sum()


def kernel(X, y, lengthscale, variance, jitter):
    distances = ((X[:, None, :] - X[None, :, :]) ** 2).sum(-1)
    K = variance * np.exp(-0.5 * distances / lengthscale**2) + jitter * np.eye(len(X))
    return y @ np.linalg.solve(K, y)


def line_between(P, ts, targets):
    points = (1 - ts)[:, None] * P[0] + ts[:, None] * P[1]
    return np.sum((points - targets) ** 2)


def translated(h, r, t, h_neg, margin=1.0):
    near = np.linalg.norm(h + r - t, axis=1)
    return np.mean(np.maximum(0, margin + near - np.linalg.norm(h_neg + r - t, axis=1)))


def pooled(X, lengths, q):
    out = np.zeros((len(lengths), X.shape[1]))
    start = 0
    for i, length in enumerate(lengths):
        part = X[start : start + length]
        scores = part @ q
        weights = np.exp(scores - scores.max())
        out[i] = weights / weights.sum() @ part
        start += length
    return out


def messages(H, edges, W):
    source, target = edges[:, 0], edges[:, 1]
    out = np.zeros_like(H)
    np.add.at(out, target, H[source] @ W)
    return out


# Ranks and sizes


@pytest.mark.parametrize(
    ("function", "ranks"),
    [
        (contrastive, {"x1": 2, "x2": 2, "y": 1}),
        (ridge, {"w": 1, "X": 2, "y": 1, "lam": 0}),  # a loss is a number
        (logistic, {"X": 2, "w": 1, "b": 0, "y": 1}),  # b belongs to w
        (autoregressive, {"y": 1, "phi1": 0, "phi2": 0}),  # parts of y alone are taken
        (garch, {"r": 1, "omega": 0, "alpha": 0, "beta": 0}),
        (outbreak, {"beta": 0, "S0": 0, "I0": 0, "seen": 1}),  # nothing needs matrices
        (filtered, {"x": 1, "h": 1}),  # no function of numbers
        (triplet, {"a": 2, "p": 2, "n": 2}),  # what is subtracted is alike
        (not_read, {"w": 1, "X": 2, "y": 1, "B": 2, "lr": 0}),  # names alone speak
        (standardized, {"x": 2, "gamma": 1, "beta": 1}),  # axis=0 says that there is another
        (rows_scaled, {"x": 2, "weight": 1}),  # so does axis=-1
        (off_the_curve, {"theta": 1, "t": 1, "y": 1}),  # a curve is fitted to many points
        (variance, {"w": 1, "S": 2, "gamma": 0}),  # a quadratic form is a number
        (utility, {"w": 1, "mu": 1, "S": 2, "gamma": 0}),
        (hits, {"w": 1, "x": 2, "y": 1}),  # a row is a vector
        (factorized, {"U": 2, "V": 2, "ratings": 2, "mask": 2}),  # targets are as predictions are
        (factors_of_three, {"A": 2, "B": 2, "C": 2, "T": 3}),  # np.einsum predicts
        (observed_states, {"y": 2, "F": 2, "H": 2, "x0": 1}),  # a row of targets is a vector
        (chosen, {"Q": 2, "K": 2, "mask": 2}),  # a mask is as what it chooses from
        (kernel, {"X": 2, "y": 1, "lengthscale": 0, "variance": 0, "jitter": 0}),  # beside np.eye
        (translated, {"h": 2, "r": 2, "t": 2, "h_neg": 2}),  # what is added up is alike
        (line_between, {"P": 2, "ts": 1, "targets": 2}),  # words say no rank of their own
    ],
)
def test_ranks_are_those_that_the_function_speaks_of(function, ranks) -> None:
    found = min(plans(function, tuple(ranks)), key=unlikely(function))
    assert {name: len(shapes_of(found)[name]) for name in ranks} == ranks


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        # many arrays of two sizes: those that fail together have one
        (gated, "x n,d; h n,m; Wz d,m; Uz m,m; bz m; Wh d,m; Uh m,m; bh m"),
        (softmax_loss, "W n,d; X m,n; y m"),  # fewer labels than rows would be read, too
        (heads, "X n,2*d; W 2*d,2*d; n_heads "),  # heads have equal parts of the columns
    ],
)
def test_sizes_that_must_be_one_are(function, shapes) -> None:
    wrt = tuple(name for name in inspect.signature(function).parameters if name not in "y n_heads")
    found = min(plans(function, wrt), key=unlikely(function))
    assert "; ".join(f"{i.name} {','.join(i.shape)}" for i in found.inputs) == shapes


@pytest.mark.parametrize(
    ("function", "read", "kind"), [(pooled, "lengths", "lengths"), (messages, "edges", "index")]
)
def test_what_is_read_as_an_index_is_drawn_so(function, read: str, kind: str) -> None:
    wrt = tuple(name for name in inspect.signature(function).parameters if name != read)
    found = min(plans(function, wrt), key=unlikely(function))
    assert kinds_of(found)[read].startswith(kind)


def test_integers_are_one_for_each_row() -> None:
    found = min(plans(margins), key=unlikely(margins))
    assert shapes_of(found) == {"scores": ("n", "d"), "labels": ("n",)}


def test_the_first_plan_is_settled_however_long_its_search_was() -> None:
    every = plans(two_layers, ("W1", "b1", "W2", "b2", "X"))
    found = min(every, key=unlikely(two_layers))
    assert shapes_of(found)["W2"] == ("d", "m")
    assert shapes_of(found)["X"] == ("k", "n")


def test_a_window_is_shorter_than_what_it_slides_over() -> None:
    found = plans(window, ("x", "w"))[0]
    assert shapes_of(found) == {"x": ("n",), "w": ("d",)}
    assert found.sizes["n"] > found.sizes["d"]


def test_vectors_of_one_length_come_first() -> None:
    found = plans(cosine)

    assert shapes_of(found[0]) == {"X": ("n",), "Y": ("n",)}
    assert shapes_of(found[1]) == {"X": ("n", "d"), "Y": ("n", "d")}
    assert shapes_of(found[-1]) == {"X": (), "Y": ()}
    assert {"X": ("n", "d"), "Y": ("d",)} in map(shapes_of, found)
    assert found[0].assumption == "assumed X, Y: vectors of one length n"


@pytest.mark.parametrize(
    ("function", "shapes", "assumption"),
    [
        (lambda X: np.sum(X), {"X": ("n",)}, "assumed X: a vector of length n"),
        (
            lambda X: np.sum(X, axis=1),
            {"X": ("n", "d")},
            "assumed X: a matrix of shape (n, d)",
        ),
        (
            lambda X, W: np.sum(X, axis=1) + np.sum(X @ W, axis=1),
            {"X": ("n", "d"), "W": ("d", "m")},
            "assumed X: a matrix of shape (n, d); W: a matrix of shape (d, m)",
        ),
        (lambda x, A: x @ A @ x, {"x": ("n", "d"), "A": ("d", "n")}, None),
        (lambda x, A: x @ np.linalg.inv(A), {"x": ("n", "d"), "A": ("d", "d")}, None),
        (cross_entropy, {"logits": ("n", "d"), "labels": ("n",)}, None),
        (lambda X: np.einsum("ijk->", X), {"X": ("n", "d", "m")}, None),
        (by_position, {"X": ("n", "d", "m"), "y": ("n", "d")}, None),
        (lambda x: float(x) * 2, {"x": ()}, "assumed x: a scalar"),
        (lambda X: X[:, 4], {"X": ("n", "d")}, None),
    ],
)
def test_the_most_general_sizes_are_found(function, shapes, assumption) -> None:
    found = plans(function)[0]

    assert shapes_of(found) == shapes
    assert assumption in (None, found.assumption)


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (lambda X, W, b: X @ W + b, {"X": ("n", "d"), "W": ("d", "m"), "b": ("m",)}),
        (lambda x, A: x @ A @ x, {"x": ("n",), "A": ("n", "n")}),
        (lambda A, x, b: np.sum((A @ x - b) ** 2), {"A": ("n", "d"), "x": ("d",), "b": ("n",)}),
        (lambda w, X, y: y * (X @ w), {"w": ("n",), "X": ("d", "n"), "y": ("d",)}),
        (lambda mu, Sigma: mu @ Sigma, {"mu": ("n",), "Sigma": ("n", "d")}),
        (lambda m, v: m @ np.sum(v, axis=1), {"m": ("n",), "v": ("n", "d")}),
        (lambda E, rows: E[rows] @ E.T, {"E": ("n", "d"), "rows": ("m",)}),
        (
            lambda P, Q, bu, bi: P @ Q.T + bu[:, None] + bi,
            {"P": ("n", "d"), "Q": ("m", "d"), "bu": ("n",), "bi": ("m",)},
        ),
        # a diagonal is meant of a square matrix, though NumPy takes it of any
        (lambda A, B: np.mean(np.diag(A @ B.T)), {"A": ("n", "d"), "B": ("n", "d")}),
    ],
)
def test_a_capital_is_a_matrix_where_ranks_matter(function, shapes) -> None:
    every = tuple(name for name in inspect.signature(function).parameters if name != "rows")
    assert shapes_of(min(plans(function, every), key=unlikely(function))) == shapes


WEIGHTS = np.ones(3)


def unpacked(state):
    x, y, z, t = state
    return x * y + z * t


def epidemic(y, beta, sigma, gamma):
    s, e, i, _ = y
    return y + np.array([-beta * s * i, beta * s * i - sigma * e, sigma * e - gamma * i, gamma * i])


def pieces(X, W, n_out=4, n_pieces=3):
    return (X @ W.T).reshape(len(X), n_out, n_pieces).max(axis=-1)


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (unpacked, {"state": ("4",)}),
        (epidemic, {"y": ("4",), "beta": (), "sigma": (), "gamma": ()}),
        (lambda p: p @ WEIGHTS, {"p": ("3",)}),
        (pieces, {"X": ("n", "d"), "W": ("12", "d")}),
        (lambda X, w: X @ w[:-1] + w[-1], {"X": ("n", "o"), "w": ("o+1",)}),
        (lambda x, h: np.split(x, 4)[0] * h, {"x": ("4*o",), "h": ("o",)}),
        (lambda r, q: np.cross(r, q), {"r": ("3",), "q": ("3",)}),
    ],
)
def test_sizes_come_from_the_numbers_of_the_function(function, shapes) -> None:
    (found,) = plans(function, tuple(shapes))

    assert shapes_of(found) | shapes == shapes_of(found)
    assert found.assumed == tuple(shapes)


def test_given_shapes_are_taken_and_the_rest_is_fitted() -> None:
    found = plans(lambda X, w: X @ w, shapes={"X": ("n", "d")})

    assert [shapes_of(one)["w"] for one in found] == [("d",), ("d", "k")]
    assert found[0].assumption == "assumed w: a vector of length d"


def test_nothing_is_assumed_where_all_is_said() -> None:
    (found,) = plans(
        lambda X, W, b: np.tanh(X @ W + b),
        shapes={"X": ("n", "i"), "W": ("i", "4*o"), "b": ("4*o",)},
    )

    assert found.assumption == ""
    assert probe_sizes(found) == {"n": 3, "i": 5, "o": 7}


def test_sizes_avoid_the_numbers_that_are_written() -> None:
    (found,) = plans(lambda X: X * X, shapes={"X": ("n", "2", "d")})

    assert probe_sizes(found) == {"n": 3, "d": 5}


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ("Floats1d", Said(("?",))),
        ("thinc.types.Floats2d", Said(("?", "?"))),
        ("'Floats3d'", Said(("?", "?", "?"))),
        ("Ints1d", Said(("?",), ("index",))),
        ('Float[np.ndarray, "n d"]', Said(("n", "d"))),
        ('Float[Array, ""]', Said(())),
        ('Int[Array, "batch"]', Said(("batch",), ("index",))),
        ('Bool[Array, "n _"]', Said(("n", "?"), ("mask",))),
        ('Float[Array, "n 4*o"]', Said(("n", "4*o"))),
        ("Floats2d | None", Said(("?", "?"))),
        ("Optional[Floats2d]", Said(("?", "?"))),
        ("float", Said(())),
        ("int", Said((), ("index",))),
        ('Float[Array, "*batch d"]', None),
        ("np.ndarray", None),
        ("FloatsXd", None),
        ("not python", None),
    ],
)
def test_annotations_are_read(annotation: str, said: Said | None) -> None:
    assert read(annotation) == said


def test_annotations_give_shapes() -> None:
    found = plans(
        lambda X, w, y: np.sum(X @ w - y),
        annotations={"X": 'Float[np.ndarray, "n d"]', "w": "Floats1d", "y": "'Floats1d'"},
    )

    assert list(map(shapes_of, found)) == [{"X": ("n", "d"), "w": ("d",), "y": ("n",)}]
    assert found[0].assumption == ""


def test_the_search_is_bounded() -> None:
    calls = 0

    def many(a, b, c, d, e, f, g, h):
        nonlocal calls
        calls += 1
        return (a @ b * c).sum() * d.mean() + e + f * g.sum() - h

    assert shapes_of(plans(many)[0])["a"] == ("n",)
    assert calls < 1000


def test_equal_ranks_come_first_and_all_scalars_last() -> None:
    found = list(ranks.assignments(2))

    assert found[:2] == [(1, 1), (2, 2)]
    assert found[-1] == (0, 0)
    assert len(found) == len(set(found)) == 9


def test_the_finest_sizes_follow_from_what_runs() -> None:
    same = [(0, 3), (1, 4)]

    def progress(labels: ranks.Labels) -> ranks.Progress:
        """It fails at the first two that differ."""
        wrong = (k for k, (i, j) in enumerate(same) if labels[i] != labels[j])
        return next(((k,) for k in wrong), ranks.DONE)

    assert ranks.finest((0,) * 5, progress) == (0, 1, 2, 0, 1)


# Kinds of values


@pytest.mark.parametrize(
    ("function", "shapes", "kinds"),
    [
        (cosine, {"X": ("n",), "Y": ("n",)}, {"X": "normal", "Y": "normal"}),
        (lambda x, p: x @ np.log(p), {"x": ("n",), "p": ("n",)}, {"x": "normal", "p": "positive"}),
        (
            lambda p, q: np.sum(p * np.log(p / q)),
            {"p": ("n",), "q": ("n",)},
            {"p": "positive", "q": "positive"},
        ),
        (lambda p: np.sum(np.log(1 - p) * np.log(p)), {"p": ("n",)}, {"p": "unit"}),
        (lambda x: np.arccosh(x), {"x": ("n",)}, {"x": "above_one"}),
        (
            lambda table, ids: table[ids].sum(axis=1),
            {"table": ("v", "d"), "ids": ("n", "k")},
            {"table": "normal", "ids": "index v"},
        ),
        (
            cross_entropy,
            {"logits": ("n", "k"), "labels": ("n",)},
            {"logits": "normal", "labels": "index k"},
        ),
        (
            lambda X, counts: X * np.repeat(np.ones(len(counts)), counts) / np.all(counts),
            {"X": ("n",), "counts": ("b",)},
            {"X": "normal", "counts": "lengths n"},
        ),
        (
            lambda A: np.sum(np.log(np.diag(np.linalg.cholesky(A)))),
            {"A": ("n", "n")},
            {"A": "spd"},
        ),
        (
            lambda X, axis: np.sum(X, axis=axis),
            {"X": ("n", "d"), "axis": ()},
            {"X": "normal", "axis": "index 2"},
        ),
        (lambda X, keep: X[~keep], {"X": ("n",), "keep": ("n",)}, None),
    ],
)
def test_the_first_kind_that_runs_is_taken(function, shapes, kinds) -> None:
    (found,) = plans(function, shapes=shapes)

    assert kinds in (None, kinds_of(found))


def test_rows_that_sum_to_one() -> None:
    def entropy(P):
        if not np.allclose(P.sum(axis=-1), 1):
            raise ValueError("rows must sum to 1")
        return -np.sum(P * np.log(P))

    assert kinds_of(plans(entropy, shapes={"P": ("n", "k")})[0]) == {"P": "simplex"}


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("positive", lambda v: (v > 0).all()),
        ("unit", lambda v: ((v > 0) & (v < 1)).all()),
        ("sign", lambda v: (np.abs(v) == 1).all()),
        ("binary", lambda v: np.isin(v, (0.0, 1.0)).all() and v.dtype == float),
        ("mask", lambda v: v.dtype == bool),
        ("index n", lambda v: v.dtype == int and ((v >= 0) & (v < 4)).all()),
        ("simplex", lambda v: np.allclose(v.sum(axis=-1), 1)),
        ("spd", lambda v: np.linalg.cholesky(v).any()),
    ],
)
def test_kinds_are_what_they_say(kind, right) -> None:
    one = Plan((Input("X", ("n", "n"), kind),))

    assert right(draw(one, {"n": 4}, np.random.default_rng(0))["X"])


def test_lengths_add_up() -> None:
    one = Plan((Input("lengths", ("b",), "lengths n"),))
    found = draw(one, {"n": 11, "b": 4}, np.random.default_rng(0))["lengths"]

    assert isinstance(found, np.ndarray)
    assert found.sum() == 11
    assert found.shape == (4,)
    assert (found > 0).all()


def test_draws_are_reproducible_and_of_the_dtype_asked_for() -> None:
    (found,) = plans(cosine, shapes={"X": ("n", "d"), "Y": ("n", "d")})
    one = draw(found, {"n": 3, "d": 2}, np.random.default_rng(5))
    two = draw(found, {"n": 3, "d": 2}, np.random.default_rng(5), "float32")

    assert {name: value.dtype.name for name, value in two.items()} == {  # type: ignore[attr-defined]
        "X": "float32",
        "Y": "float32",
    }
    assert np.array_equal(np.float32(one["X"]), two["X"])  # type: ignore[arg-type]


def test_values_at_which_nothing_overflows_are_preferred() -> None:
    (found,) = plans(lambda x: 1 / (np.exp(1 / (x * x * 2e-3)) + 1), shapes={"x": ("n",)})

    assert kinds_of(found) == {"x": "above_one"}


def test_sizes_at_which_nothing_is_singular_are_preferred() -> None:
    (found,) = plans(lambda X: np.linalg.inv(X.T @ X), shapes={"X": ("n", "d")})

    assert probe_sizes(found)["n"] > probe_sizes(found)["d"]


def test_an_argument_is_not_changed() -> None:
    def first(X):
        Y = X[0]
        Y += 1
        return Y

    assert {len(one.inputs[0].shape) for one in plans(first)} == {1}
    with pytest.raises(Refused, match="it changes its argument `X`"):
        plans(first, shapes={"X": ("n", "d")})


# Defaults and --at


def defaults(
    X, eps=1e-8, k=3, axis=None, mode="sum", keep=True, c=np.inf, dtype=np.float32, weight=None
):
    return X * k + eps


def test_defaults_are_kept_and_floats_are_numbers() -> None:
    (found,) = plans(defaults, shapes={"X": ("n",)})

    assert kinds_of(found) == {
        "X": "normal",
        "eps": "float",
        **dict.fromkeys(("k", "axis", "mode", "keep", "c", "dtype", "weight"), "default"),
    }
    arguments = draw(found, probe_sizes(found), np.random.default_rng(0))
    arguments.pop("X")
    assert arguments == {
        "eps": 1e-8,
        "k": 3,
        "axis": None,
        "mode": "sum",
        "keep": True,
        "weight": None,
    }


def test_a_none_with_a_shape_is_an_array() -> None:
    (found,) = plans(defaults, shapes={"X": ("n",), "weight": ("n",)})

    weight = next(entry for entry in found.inputs if entry.name == "weight")
    assert weight == Input("weight", ("n",), "normal", optional=True)


def test_an_integer_default_to_differentiate_is_a_float() -> None:
    (found,) = plans(defaults, ("X", "k"), shapes={"X": ("n",)})

    assert draw(found, {"n": 2}, np.random.default_rng(0))["k"] == 3.0
    assert kinds_of(found)["k"] == "float"


def test_what_shapes_are_told_by_has_another_number_for_each_size() -> None:
    shapes = {name: (name, f"{name}{name}") for name in "ABCD"}
    (found,) = plans(lambda A, B, C, D: A, shapes=shapes)
    telling = telling_sizes(found)
    assert len(telling) == len({*telling.values()}) == 8


def test_expressions_speak_of_sizes() -> None:
    found = plans(
        cross_entropy,
        shapes={"logits": ("n", "k")},
        at={"labels": "np.arange(n) % k"},
    )[0]

    labels = draw(found, {"n": 5, "k": 3}, np.random.default_rng(0))["labels"]
    assert isinstance(labels, np.ndarray)
    assert labels.tolist() == [0, 1, 2, 0, 1]


def test_expressions_may_draw_and_name_sizes_of_their_own() -> None:
    (found,) = plans(
        lambda x, y: np.sum(x) + y.sum(),
        at={"x": "np.arange(m)", "y": "rng.uniform(size=(m, q)) + [0 for i in range(1)]"},
    )

    assert dict(probe_sizes(found)) == {"m": 3, "q": 5}
    drawn = draw(found, {"m": 4, "q": 1}, np.random.default_rng(0))
    assert drawn["x"].dtype == float  # type: ignore[attr-defined]
    assert drawn["y"].shape == (4, 1)  # type: ignore[attr-defined]


# Errors


def corners(boxes, weights):
    left, top, right, bottom = boxes.T
    return ((right - left) * (bottom - top)).sum()


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        (corners, "--shape x=n,4"),
        (lambda boxes, weights: boxes[0, 8] * weights[0, 0, 0], "--shape x=9"),
    ],
)
def test_the_entries_that_an_axis_lacks_are_told(function, hint) -> None:
    with pytest.raises(Refused) as caught:
        plans(function, shapes={"boxes": ("2", "3"), "weights": ("2", "2", "2")})
    assert hint in caught.value.hint


def test_what_is_zipped_has_one_length() -> None:
    def cosines(X, Y):
        return sum(x @ y for x, y in zip(X, Y))  # noqa: B905

    found = plans(cosines, ("X", "Y"))
    assert {"X": ("n", "d"), "Y": ("n", "d")} in [shapes_of(one) for one in found]
    assert not any(len({entry.shape[:1] for entry in one.inputs}) > 1 for one in found)


def test_what_math_computes_with_is_a_number() -> None:
    source = """
    def path(price, vol, rate, shocks):
        for shock in shocks:
            price = price * math.exp(rate + max(vol, 0.0) * shock)
        return price
    """
    said = unpackings.of_numbers(dedent(source))
    assert said == {"price": (), "vol": (), "rate": (), "shocks": ("?",)}
    assert not unpackings.of_numbers(dedent(source).replace("math.exp", "np.exp"))


def test_the_functions_own_error_is_told() -> None:
    def picky(X):
        raise RuntimeError("only on Sundays")

    with pytest.raises(Refused, match=r"picky runs .* RuntimeError: only on Sundays") as caught:
        plans(picky)
    assert "--shape X=n,d" in caught.value.hint
    assert "--at" in caught.value.hint


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda X: np.log(-X * X), "not finite"),
        (lambda X: np.argmax(X), "no floating-point number"),
        (lambda X: X * 1j, "complex"),
    ],
)
def test_outputs_that_have_no_gradient_are_refused(function, reason) -> None:
    with pytest.raises(Refused, match=reason):
        plans(function)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"shapes": {"Z": ("n",)}}, "--shape: there is no parameter 'Z'"),
        ({"at": {"Z": "1"}}, "--at: there is no parameter 'Z'"),
        ({"at": {"Y": "np.arange("}}, "is no expression"),
        ({"at": {"Y": "ones(n)"}}, "there is no function `ones`"),
        ({"shapes": {"X": ("n/2",)}}, "'n/2' is no size"),
        ({"shapes": {"X": ("0",)}}, "'0' is no size"),
    ],
)
def test_options_that_make_no_sense_are_told(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(Usage, match=reason):
        plans(cosine, **options)


# Plain data, and other sizes


def test_plans_cross_a_pipe() -> None:
    for found in (*plans(cosine), *plans(defaults, shapes={"X": ("n",)})):
        assert Plan.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_sizes_to_check_at() -> None:
    (found,) = plans(lambda X, w: X @ w, shapes={"X": ("n", "d"), "w": ("d",)})
    sizes = check_sizes(found)

    assert probe_sizes(found) not in sizes
    assert any(s["n"] == s["d"] > 1 for s in sizes)
    assert {"n": 1, "d": 1} in sizes
    assert any(s["n"] == 1 < s["d"] for s in sizes)
    assert any(s["d"] == 1 < s["n"] for s in sizes)
    assert max(s["n"] for s in sizes) >= 10
    assert any(s["n"] > s["d"] for s in sizes)


def test_sizes_keep_the_order_in_which_the_function_runs() -> None:
    def means(X, parts):
        if not 0 < len(parts) < len(X):
            raise ValueError("more parts than rows")
        return X.sum() * parts.sum()

    (found,) = plans(means, shapes={"parts": ("b",), "X": ("n", "d")})

    assert probe_sizes(found)["b"] < probe_sizes(found)["n"]
    assert check_sizes(found)[0]["b"] < check_sizes(found)[0]["n"]


def test_products_are_evaluated() -> None:
    assert shape(("4*o", "3", "n+1"), {"o": 2, "n": 5}) == (8, 3, 6)


@pytest.mark.parametrize(
    ("line", "shapes"),
    [
        ("N, _, H, W = x.shape\n    w = w * 2\n    n, d = w.shape", {"x": ("N", "?", "H", "W")}),
        ("a, b, c = w", {"w": ("3",)}),
        ("left, right = x.T", {"x": ("?", "2")}),
        ("return np.einsum('bij,jk->bik', x, w)", {"x": ("b", "i", "j"), "w": ("j", "k")}),
        ("return np.einsum('...i,ij', x, w + 1)", {}),
        ("return x.mean(axis=(2, 3))", {"x": ("?", "?", "?", "?")}),
        ("return np.sum(w, axis=(0, 2), keepdims=True)", {"w": ("?", "?", "?")}),
        ("return x[:, 1:, 0] + w[:, None, None]", {"x": ("?", "?", "?")}),
    ],
)
def test_a_function_says_shapes_by_taking_them_apart(line: str, shapes) -> None:
    assert unpackings.unpacked(f"def f(x, w):\n    {line}\n") == shapes


def looked_up(y, x, q):
    return np.sum(np.interp(q, x, y) ** 2)


def in_bins(x, edges, w):
    return np.sum(w[np.searchsorted(edges, x[0]) % len(w)] * x)


def test_what_a_table_is_looked_up_in_increases() -> None:
    assert kinds_of(plans(looked_up)[0])["x"] == "increasing"
    assert kinds_of(plans(in_bins, ("w",))[0])["edges"] == "increasing"
    rows: Any = values.draw("increasing", (3, 4), {}, np.random.default_rng(0))
    assert (np.diff(rows, axis=-1) > 0).all()
    assert isinstance(values.draw("increasing", (), {}, np.random.default_rng(0)), float)
