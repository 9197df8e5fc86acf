"""The tables of derivatives, function by function: as tangent uses them, and after the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from gradients import arrays, check, plain, primal

from refactorer.differentiation.differentiate import differentiate

V, M, S = (3,), (2, 3), ()
PAIRS = [(M, M), (M, V), (V, M), (M, S), (S, M), ((2, 1), V), (M, (2, 1)), ((1, 3), M), (S, S)]
OPERATORS = ["X + Y", "X - Y", "X * Y", "np.maximum(X, Y)", "np.minimum(X, Y)", "np.arctan2(X, Y)"]
FUNCTIONS = ["np.hypot(X, Y)", "np.logaddexp(X, Y)", "np.mod(X, Y)"]
BROADCASTING = [
    *((f"z = {op}", x, y) for op in ("X / Y", "X ** Y", "np.where(X > Y, X, Y)") for x, y in PAIRS),
    *((f"z = {op}", x, y) for op in OPERATORS + FUNCTIONS for x, y in [(M, V), ((2, 1), M)]),
]

PRODUCTS = [
    (f"z = {op}", x, y)
    for op, x, y in [
        *(
            ("X @ Y", x, y)
            for x, y in [(V, V), (M, V), ((2,), M), (M, (3, 5)), ((7, 2, 3), (3, 5))]
        ),
        *(("X @ Y", x, y) for x, y in [((7, 2, 3), V), ((2,), (7, 2, 3)), ((7, 2, 3), (7, 3, 5))]),
        *(("X @ Y", x, y) for x, y in [((1, 2, 3), (7, 3, 5)), (M, (7, 3, 5))]),
        *(
            ("np.dot(X, Y)", x, y)
            for x, y in [(V, V), (M, V), ((2,), M), (M, (3, 5)), (S, M), (M, S)]
        ),
        ("np.outer(X, Y)", V, (2,)),
        ("np.linalg.solve(X, Y)", (3, 3), V),
        ("np.linalg.solve(X, Y)", (3, 3), (3, 2)),
    ]
]

UNARY = [
    *("abs", "fabs", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt"),
    *("square", "reciprocal", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "arcsinh"),
    *(
        "deg2rad",
        "rad2deg",
        "ravel",
        "transpose",
        "sum",
        "mean",
        "prod",
        "var",
        "std",
        "max",
        "min",
    ),
    *("linalg.norm", "cumsum"),
]
AXES = [
    f"z = np.{f}(X, axis={axis}{kept})"
    for f in ("sum", "mean", "prod", "var", "std", "max", "min")
    for axis in (0, -1, (0, 1), (-1, -2), (1, -2))
    for kept in ("", ", keepdims=True")
    if f in ("sum", "max") or axis in (0, (1, -2))
]
SHAPED = [
    "z = np.cumsum(X, axis=1)",
    "z = np.linalg.norm(X, axis=1)",
    "z = np.linalg.norm(X, axis=-1, keepdims=True)",
    "z = np.var(X, axis=0, ddof=1)",
    "z = np.clip(X, 0.8, 1.2)",
    "z = X[1:]",
    "z = X[:, ::-1]",
    "z = X[0]",
    "z = X[:, None]",
    "z = X[..., None, :]",
    "z = X[[0, 1, 1, 0]]",
    "v = X > 1\nz = X[v]",
    "v = np.arange(2)\nz = X[v, v]",
    "v = X[0]\nw = X[1]\nz = v * w",
    "v = X * 2\nw = v[0]\nz = (v, w)",
    "z = np.reshape(X, (3, 2))",
    "z = np.transpose(X, (1, 0))",
    "z = np.expand_dims(X, axis=1)",
    "z = np.swapaxes(X, 0, 1)",
    "z = np.concatenate([X, X], axis=0)",
    "z = np.stack([X, X], axis=1)",
    "z = np.broadcast_to(X, (5, 2, 3))",
    "z = np.tril(X)",
    "z = np.flip(X, axis=1)",
    "v = np.max(X, axis=1)\nw = v[:, None]\nz = X - w",
    "v = X ** 2\nw = X ** -1\nz = v + w",
    "v = X ** 0.5\nz = -v",
]


VECTOR, MATRIX, STACK = arrays(X=(3,)), arrays(X=(2, 3)), arrays(X=(2, 3, 4))
RANKS = [VECTOR, MATRIX, STACK]

# What is done with an array of any rank.
ANY_RANK = [
    *(f"np.{f}(X)" for f in ("cumprod", "nansum", "nanmean", "nanmax", "ptp", "median", "average")),
    *("np.sort(X)", "np.sort(X, axis=0)", "np.sort(X, axis=None)", "np.partition(X, 1)"),
    *("np.median(X, axis=0)", "np.median(X, axis=-1, keepdims=True)", "np.percentile(X, 30)"),
    *("np.quantile(X, 0.3, axis=-1)", "np.cumsum(X, axis=0)", "np.cumprod(X, axis=-1)"),
    *("np.gradient(X, axis=-1)", "np.gradient(X, 0.5, axis=0)", "np.real_if_close(X)"),
    *("np.diff(X)", "np.diff(X, axis=0)", "np.diff(X, n=2)", "np.ptp(X, axis=0)"),
    *("np.tile(X, 2)", "np.tile(X, (2, 1))", "np.tile(X, (2, 3, 1))", "np.repeat(X, 2)"),
    *("np.repeat(X, 2, axis=0)", "np.repeat(X, 3, axis=-1)", "np.roll(X, 1)"),
    *("np.roll(X, -1, axis=0)", "np.pad(X, 1)", "np.pad(X, (1, 2))", "np.pad(X, (0, 2))"),
    *("np.pad(X, 1, mode='edge')", "np.pad(X, (1, 0), mode='reflect')", "np.flip(X)"),
    *("np.flip(X, axis=-1)", "np.take(X, 1, axis=-1)", "np.atleast_2d(X)", "np.atleast_3d(X)"),
    *("np.expand_dims(X, (0, 2))", "np.moveaxis(X, 0, -1)", "np.rollaxis(X, -1)", "np.ravel(X)"),
    *("np.linalg.norm(X, ord=1, axis=-1)", "np.linalg.norm(X, ord=np.inf, axis=0)"),
    *("np.linalg.norm(X, ord=3, axis=-1, keepdims=True)", "np.sinc(X)", "np.nan_to_num(X)"),
    *("np.real(X)", "np.append(X, X, axis=0)", "np.append(X, X)", "np.full_like(X, 2.0) * X"),
    *("np.hstack([X, X])", "np.vstack([X, X])", "np.dstack([X, X])", "np.column_stack([X, X])"),
    *("np.concatenate([X, X], axis=-1)", "np.concatenate([X, X], axis=None)", "np.array([X, X])"),
    *("np.stack([X, X])", "np.stack([X, X], axis=-1)", "np.sum(X, axis=-1, where=X > 1)"),
    *("np.select([X > 1, X > 0.8], [X * X, X], X)", "np.choose((X > 1) * 1, [X, X * X])"),
]

# What is done with the last two axes, which have the same length or not.
TWO_AXES = [
    *("np.trace(X)", "np.trace(X, offset=1)", "np.trace(X, axis1=-1, axis2=0, offset=-1)"),
    *("np.diagonal(X)", "np.diagonal(X, offset=1)", "np.diagonal(X, axis1=-2, axis2=-1)"),
    *("np.diagonal(X, offset=-1, axis1=-1, axis2=0)", "np.rot90(X)", "np.rot90(X, -1, (1, 0))"),
    *("np.fliplr(X)", "np.flipud(X)", "np.tril(X, -1)", "np.triu(X, 1)", "np.swapaxes(X, 0, 1)"),
    *("np.flip(X, axis=(0, 1))", "np.roll(X, (1, 2), axis=(0, 1))", "np.linalg.pinv(X)"),
    *("np.linalg.svd(X, compute_uv=False)", "np.sum(X, axis=(0, -1))"),
]

# What is done with a positive definite matrix.
DEFINITE = [
    *(f"z = np.linalg.{f}(X)" for f in ("inv", "det", "cholesky", "eigvalsh", "pinv")),
    "v = np.linalg.slogdet(X)\nz = v[1]",
    "v = np.linalg.slogdet(X)\na = v[0]\nb = v[1]\nz = a * b",
    "v = np.linalg.eigh(X)\nz = v[0]",
    "v = np.linalg.eigh(X)\nb = v[1]\nz = b * b",
    "v = np.linalg.eigh(X)\na = v[0]\nb = v[1]\nc = b * b\nz = (a, c)",
    "v = np.linalg.svd(X, full_matrices=False)\na = v[1]\nz = a * a",
]

PARTS = [
    ("v = np.split(X, 3, axis=-1)\na = v[0]\nb = v[2]\nz = a * b", (2, 6)),
    ("v = np.split(X, 2)\na = v[0]\nb = v[1]\nz = a * b", (4,)),
    ("v = np.array_split(X, [1], axis=0)\na = v[0]\nb = v[1]\nz = (a, b)", (3, 2)),
    ("v = np.hsplit(X, 3)\na = v[0]\nb = v[2]\nz = a * b", (6,)),
    ("v = np.hsplit(X, 3)\na = v[0]\nb = v[2]\nz = a * b", (2, 6)),
    ("v = np.vsplit(X, 2)\nz = v[1]", (4, 3)),
    ("z = np.diag(X)", (3,)),
    ("z = np.diag(X, 1)", (3,)),
    ("z = np.diag(X)", (2, 3)),
    ("z = np.diag(X, k=-1)", (3, 3)),
    ("z = np.squeeze(X, axis=(0, 2))", (1, 2, 1)),
    ("v = np.sum(X)\nz = np.full((2, 2), v)", (3,)),
    ("z = np.triu(X)", (3,)),
]

PAIRED = [
    *(
        (f"z = np.{f}(X, Y)", x, y)
        for f in ("inner", "outer")
        for x, y in [
            ((), (3,)),
            ((3,), ()),
            ((3,), (3,)),
            ((2, 3), (3,)),
            ((3,), (2, 3)),
            ((2, 3), (4, 3)),
            ((2, 3), (5, 4, 3)),
            ((5, 4, 3), (3,)),
        ]
    ),
    *(
        ("z = np.dot(X, Y)", x, y)
        for x, y in [
            ((2, 3), (5, 3, 4)),
            ((3,), (5, 3, 4)),
            ((5, 4, 3), (2, 3, 6)),
            ((5, 4, 3), (3, 2)),
        ]
    ),
    *(
        (f"z = np.tensordot(X, Y, axes={axes})", x, y)
        for axes, x, y in [
            ("1", (2, 3), (3, 4)),
            ("1", (3,), (3, 4)),
            ("2", (2, 3), (2, 3)),
            ("0", (2, 3), (4,)),
            ("((0, 1), (1, 0))", (2, 3), (3, 2)),
            ("2", (2, 3, 4), (3, 4, 5)),
            ("([1, 2], [1, 0])", (2, 3, 4), (4, 3, 5)),
            ("(1, 1)", (2, 3, 4), (5, 3)),
        ]
    ),
    *(
        ("z = np.kron(X, Y)", x, y)
        for x, y in [
            ((3,), (2,)),
            ((2, 3), (2, 2)),
            ((2,), (2, 3)),
            ((2, 3), (2,)),
            ((2, 3, 1), (1, 2, 2)),
        ]
    ),
    *(("z = np.cross(X, Y)", x, y) for x, y in [((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3))]),
    *(
        (f"z = np.einsum('{spec}', X, Y)", x, y)
        for spec, x, y in [
            ("ij,jk->ik", (2, 3), (3, 4)),
            ("ij,jk", (2, 3), (3, 4)),
            ("i,i->", (3,), (3,)),
            ("i,j", (2,), (3,)),
            ("...ij,...jk->...ik", (5, 2, 3), (5, 3, 4)),
            ("...ij,jk->...ik", (5, 2, 3), (3, 4)),
            ("...i,...i->...", (2, 3), (3,)),
            ("ij,kl->i", (2, 3), (4, 5)),
            ("...,...->...", (2, 1), (1, 3)),
            ("i,i->", (3,), (1,)),
            ("iij,j->i", (3, 3, 2), (2,)),
            ("ij,ji->", (2, 3), (3, 2)),
        ]
    ),
    *(
        (f"z = np.{f}(X, Y)", x, y)
        for f in ("fmod", "copysign", "heaviside", "float_power")
        for x, y in [(M, V), ((), M), ((2, 1), (1, 3))]
    ),
    *(("z = np.append(X, Y)", x, y) for x, y in [((2, 3), (4,)), ((3,), ())]),
    ("z = np.hstack([X, Y])", (2, 3), (2, 1)),
    ("z = np.hstack([X, Y])", (), ()),
    ("z = np.vstack([X, Y, X])", (3,), (2, 3)),
    ("z = np.vstack([Y, X])", (3,), (2, 3)),
    ("z = np.column_stack([X, Y, X])", (3,), (3, 2)),
    ("z = np.concatenate([X, Y, X], axis=1)", (2, 3), (2, 1)),
    ("z = np.full_like(X, Y)", (2, 3), ()),
    ("z = np.linspace(X, Y, 5)", (), ()),
    ("v = np.broadcast_arrays(X, Y)\na = v[0]\nb = v[1]\nz = a * b", (2, 1), (3,)),
    ("z = np.convolve(X, Y)", (5,), (3,)),
    ("z = np.convolve(X, Y, mode='same')", (3,), (4,)),
    ("z = np.correlate(X, Y)", (5,), (3,)),
    ("z = np.linspace(X, Y, 5)", (2, 3), (3,)),
    ("z = np.average(X, axis=0, weights=Y)", (2, 3), (2,)),
    ("z = np.average(X, axis=-1, weights=Y, keepdims=True)", (2, 3), (2, 3)),
    ("z = np.average(X, weights=Y)", (3,), (3,)),
    ("v = np.meshgrid(X, Y)\na = v[0]\nb = v[1]\nz = a * b", (3,), (2,)),
    ("v = np.meshgrid(X, Y, indexing='ij')\na = v[0]\nb = v[1]\nz = a * b", (3,), (2,)),
]

SPECIAL = [
    *("digamma", "entr", "erf", "erfc", "erfcx", "expit", "gamma", "gammaln", "i0", "i1", "j0"),
    *("i0e", "i1e", "j1", "log_expit", "log_ndtr", "logsumexp", "log_softmax", "ndtr", "psi"),
    *("rgamma", "softmax", "y0", "y1", "cbrt", "exp10", "exp2", "expm1", "log1p"),
]
SPECIAL_PAIRS = ["beta", "betaln", "huber", "kl_div", "rel_entr", "xlog1py", "xlogy"]
SPECIAL_FORMS = [
    *(f"z = special.{f}(X)" for f in SPECIAL),
    *(f"v = X / 2\nz = special.{f}(v)" for f in ("erfcinv", "erfinv", "logit", "ndtri")),
    *(f"v = X[0]\nz = special.{f}(X, v)" for f in SPECIAL_PAIRS),
    *(f"z = special.{f}(2, X)" for f in ("gammainc", "gammaincc", "iv", "jv", "polygamma", "yv")),
    *(
        f"z = special.{f}(X, axis={axis})"
        for f in ("logsumexp", "softmax", "log_softmax")
        for axis in (0, -1, (0, 1))
    ),
    "z = special.logsumexp(X, axis=1, keepdims=True)",
    "v = X[0]\nz = special.logsumexp(X, axis=1, b=v)",
]


@pytest.mark.parametrize(("body", "x", "y"), BROADCASTING + PRODUCTS + PAIRED)
def test_rules_of_two_arguments(body: str, x: tuple[int, ...], y: tuple[int, ...]) -> None:
    check(body, arrays(X=x, Y=y))


@pytest.mark.parametrize("body", [*(f"z = np.{f}(X)" for f in UNARY), *AXES, *SHAPED])
def test_rules_of_one_argument(body: str) -> None:
    check(body, arrays(X=M))


@pytest.mark.parametrize("given", RANKS, ids=["vector", "matrix", "stack"])
@pytest.mark.parametrize("call", ANY_RANK)
def test_rules_of_an_array_of_any_rank(call: str, given: dict[str, Any]) -> None:
    check("\n".join(lines(call)), given)


def lines(call: str) -> Iterator[str]:
    """Yield the lines of a call, one operation each."""
    for i, part in enumerate(("(X > 1) * 1", "X > 1", "X > 0.8", "X * X")):
        if part in call:
            yield f"v{i} = {part}"
            call = call.replace(part, f"v{i}")
    yield f"z = {call}"


@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (2, 3, 4)])
@pytest.mark.parametrize("call", TWO_AXES)
def test_rules_of_two_axes(call: str, shape: tuple[int, ...]) -> None:
    check(f"z = {call}", arrays(X=shape))


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3)])
@pytest.mark.parametrize("body", DEFINITE)
def test_rules_of_a_definite_matrix(body: str, shape: tuple[int, ...]) -> None:
    check(body, {"X": definite(shape)})


def definite(shape: tuple[int, ...]) -> Any:
    root = arrays(X=shape)["X"]
    return root @ np.swapaxes(root, -1, -2) + np.eye(shape[-1])


@pytest.mark.parametrize("x", [(3, 3), (2, 3, 3)])
@pytest.mark.parametrize("y", [(3,), (3, 2), (2, 3, 2)])
def test_a_system_of_equations(x: tuple[int, ...], y: tuple[int, ...]) -> None:
    check("z = np.linalg.solve(X, Y)", {"X": definite(x), **arrays(Y=y)})


@pytest.mark.parametrize(("body", "x"), PARTS)
def test_rules_of_parts(body: str, x: tuple[int, ...]) -> None:
    check(body, arrays(X=x))


@pytest.mark.parametrize("body", ["z = np.arcsin(X)", "z = np.arccos(X)", "z = np.arctanh(X)"])
def test_rules_near_zero(body: str) -> None:
    check(body, {"X": np.array([-0.5, 0.2, 0.7])})


@pytest.mark.parametrize("given", RANKS, ids=["vector", "matrix", "stack"])
def test_what_reads_at_indices(given: dict[str, Any]) -> None:
    at = {"I": np.array([0, 1, 1]), "N": np.arange(1, 1 + len(given["X"]))}
    check("z = np.take(X, I)", {**given, "I": at["I"]})
    check("z = np.take(X, I, axis=0)", {**given, "I": at["I"]})
    check("z = np.take(X, I, axis=-1)", {**given, "I": np.array([[0, 1], [1, 2]])})
    check("z = np.repeat(X, N, axis=0)", {**given, "N": at["N"]})
    for axis in range(-given["X"].ndim, given["X"].ndim):
        order = f"v = np.argsort(X, axis={axis})"
        check(f"{order}\nz = np.take_along_axis(X, v, axis={axis})", given)


def test_a_table_that_is_interpolated() -> None:
    places = np.array([0.2, 0.7, 1.1, 1.3])
    for shape in ((4,), (), (2, 3)):
        check("z = np.interp(X, P, F)", {**arrays(X=shape), "P": places, **arrays(F=(4,))})


def test_a_sum_over_products_of_any_number_of_factors() -> None:
    check("z = np.einsum('ij->', X)", arrays(X=(2, 3)))
    check("z = np.einsum('ii', X)", arrays(X=(3, 3)))
    check("z = np.einsum('ii->i', X)", arrays(X=(3, 3)))
    check("z = np.einsum('bi,ij,bj->b', X, Y, X)", arrays(X=(2, 3), Y=(3, 3)))
    check(
        "z = np.einsum('ij,jk,kl->il', X, Y, Z, optimize=True)", arrays(X=V * 2, Y=V * 2, Z=V * 2)
    )


@pytest.mark.parametrize("body", SPECIAL_FORMS)
def test_rules_of_scipy(body: str) -> None:
    special = pytest.importorskip("scipy.special")
    check(body, arrays(X=(3, 3)) if "v = X[0]" in body else arrays(X=M), {"special": special})


SCIPYS = [
    *("inv(X)", "det(X)", "solve(X, X)", "pinv(X)", "solve_triangular(X, X)"),
    *("solve_triangular(X, X, lower=True)", "solve_triangular(X, X, trans=1)"),
]


@pytest.mark.parametrize("function", SCIPYS)
def test_rules_of_scipys_linear_algebra(function: str) -> None:
    linalg = pytest.importorskip("scipy.linalg")
    check(f"z = linalg.{function}", {"X": definite((3, 3))}, {"linalg": linalg})


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("np.sort(X)", "bX = np.zeros_like(X)\nbX[np.argsort(X)] = bz"),
        ("np.take(X, I)", "bX = np.zeros_like(X)\nnp.add.at(bX, I, bz)"),
        ("np.pad(X, (1, 2))", "bX = bz[1:-2]"),
        ("np.roll(X, 1)", "bX = np.roll(bz, -1)"),
        ("np.roll(X, -1)", "bX = np.roll(bz, 1)"),
        ("np.roll(X, len(I))", "bX = np.roll(bz, -len_I)"),
        ("np.einsum('i,i->', X, X)", "bX = 2 * bz * X"),
        ("np.tile(X, 2)", "bX = np.sum(np.reshape(bz, (2, X.shape[0])), axis=0)"),
        ("np.hstack([X, X])", "bX = bz[:X.shape[0]] + bz[X.shape[0]:]"),
    ],
)
def test_the_text_is_what_a_person_would_write(call: str, text: str) -> None:
    given = {**arrays(X=(3,)), "I": np.array([0, 2, 2])}
    adjoint = plain(differentiate(primal(f"z = {call}", "X, I", ("X",)), {}, given))
    shown = [line for line in adjoint.backward.code.splitlines() if not line.startswith("#")]
    assert "\n".join(shown) == text
