"""Every row of the tables against differences, at drawn shapes, axes and dtypes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from refactorer.differentiation.differentiate import compiled
from refactorer.differentiation.engine import tangent_with_rules
from refactorer.vjps import SCIPY, VJPS, elementwise, sequences, special, stats
from refactorer.vjps.notation import VJP

tangent_with_rules()
OFTEN = settings(max_examples=20, deadline=None, derandomize=True)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=4)
ARRAYS = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)
SEEDS = st.integers(0, 1000)


class Plain(ast.NodeTransformer):
    """Writes `d_x` for tangent's `d[x]`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name("d"), slice=ast.Name(name)):
                return ast.Name(f"d_{name}", node.ctx)
        return node


def pulled(rule: VJP, z: Any, g: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cotangents that a rule gives the arguments that are arrays of floats."""
    tree = Plain().visit(ast.parse(rule.source))
    function = tree.body[0]
    function.args.args.insert(0, ast.arg("d_z"))
    found = {name: f"d_{name}" for name in rule.formulas if is_active(arguments.get(name))}
    # the rows of what is no array, such as the operands that a call leaves out, are not asked for
    function.body = [
        s
        for s in function.body
        if not (t := ast.unparse(s.targets[0])).startswith("d_") or t in found.values()
    ]
    shown = ", ".join(f"{name!r}: {text}" for name, text in found.items())
    function.body.append(ast.parse(f"return {{{shown}}}").body[0])
    cotangents: dict[str, Any] = compiled(ast.unparse(tree), {})(g, z, **arguments)
    return cotangents


def is_active(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(isinstance(p, np.ndarray | np.floating) and p.dtype.kind == "f" for p in parts)


def expect_right(function: Callable[..., Any], rule: VJP, arguments: dict[str, Any]) -> None:
    """Hold the cotangents of a rule against the slope in a drawn direction."""
    rng = np.random.default_rng(0)
    z = function(**arguments)
    g = drawn_like(z, rng)
    found = pulled(rule, z, g, arguments)
    assert found
    for name, cotangent in found.items():
        v = drawn_like(arguments[name], rng)
        ends = [function(**{**arguments, name: moved(arguments[name], s, v)}) for s in (1, -1)]
        slope = (inner(g, ends[0]) - inner(g, ends[1])) / (2 * STEP)
        assert shapes(cotangent) == shapes(arguments[name])
        np.testing.assert_allclose(inner(cotangent, v), slope, rtol=1e-4, atol=1e-5)


STEP = 1e-6


def parts(value: Any) -> list[Any]:
    return [*value] if isinstance(value, tuple | list) else [value]


def shapes(value: Any) -> list[tuple[int, ...]]:
    return [np.shape(part) for part in parts(value)]


def drawn_like(value: Any, rng: np.random.Generator) -> Any:
    drawn = [rng.normal(size=np.shape(part))[()] for part in parts(value)]
    return drawn if isinstance(value, tuple | list) else drawn[0]


def moved(value: Any, sign: int, direction: Any) -> Any:
    ends = [p + sign * STEP * v for p, v in zip(parts(value), parts(direction), strict=True)]
    return ends if isinstance(value, list) else ends[0]


def inner(a: Any, b: Any) -> float:
    return float(sum(np.sum(x * y) for x, y in zip(parts(a), parts(b), strict=True)))


def named(function: Callable[..., Any], rule: VJP) -> Callable[..., Any]:
    """Return a function that takes its arguments by the names that a rule gives them."""
    order = rule.parameters

    def call(**arguments: Any) -> Any:
        said = {k: v for k, v in arguments.items() if k in OPTIONS}
        return function(*(arguments[k] for k in order if k in arguments and k not in said), **said)

    return call


OPTIONS = {
    "axis",
    "initial",
    "where",
    "axis1",
    "axis2",
    "keepdims",
    "n",
    "axes",
    "offset",
    "mode",
    "ord",
    "rowvar",
    "bias",
}


def draw_array(data: st.DataObject, shape: tuple[int, ...], low: float = 0.2) -> Any:
    """Return distinct elements, so that nothing ties, none of them at a kink."""
    rng = np.random.default_rng(data.draw(SEEDS))
    return (low + 0.7 * rng.permutation(np.prod(shape, dtype=int)).reshape(shape) / 64 + 0.003)[()]


def check(data: st.DataObject, function: Any, rule: VJP, arguments: dict[str, Any]) -> None:
    expect_right(named(function, rule), rule, arguments)
    single = {k: np.float32(v) if is_active(v) else v for k, v in arguments.items()}
    z = named(function, rule)(**single)
    if np.asarray(z).dtype == np.float32:
        g = np.float32(drawn_like(z, np.random.default_rng(1)))
        assert {v.dtype.name for v in pulled(rule, z, g, single).values()} == {"float32"}


def scipy_function(name: str) -> Any:
    return getattr(pytest.importorskip("scipy.special"), name)


ABOVE_ONE = {np.arccosh: 1.1}


@pytest.mark.parametrize("function", elementwise.UNARY, ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_functions_of_one_element(function: Any, data: st.DataObject) -> None:
    x = draw_array(data, data.draw(SHAPES), ABOVE_ONE.get(function, 0.2))
    check(data, function, VJPS[function], {"x": x})


BINARY = [function for function in elementwise.BINARY if isinstance(function, np.ufunc)]


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_functions_of_two_elements(function: Any, data: st.DataObject) -> None:
    if function is np.ldexp:  # its second argument is an integer
        return
    x, y = drawn_pair(data)
    check(data, function, VJPS[function], {"x": x, "y": y})


def drawn_pair(data: st.DataObject) -> tuple[Any, Any]:
    pair = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
    return draw_array(data, pair.input_shapes[0]), draw_array(data, pair.input_shapes[1], 0.21)


@pytest.mark.parametrize("name", special.UNARY)
@OFTEN
@given(data=st.data())
def test_special_functions_of_one_element(name: str, data: st.DataObject) -> None:
    rule = SCIPY[f"scipy.special.{name}"]
    expect_right(
        named(scipy_function(name), rule), rule, {"x": draw_array(data, data.draw(SHAPES))}
    )


@pytest.mark.parametrize("name", special.BINARY)
@OFTEN
@given(data=st.data())
def test_special_functions_of_two_elements(name: str, data: st.DataObject) -> None:
    x, y = drawn_pair(data)
    rule = SCIPY[f"scipy.special.{name}"]
    expect_right(named(scipy_function(name), rule), rule, {"x": x, "y": y})


def axes_of(rank: int) -> st.SearchStrategy[Any]:
    """Every form of axis: none, one, also counted from the end, and several."""
    one = st.integers(-rank, rank - 1)
    several = st.lists(one, min_size=1, max_size=rank, unique_by=lambda i: i % rank).map(tuple)
    return st.none() | one | several


REDUCTIONS = [
    np.sum,
    np.mean,
    np.prod,
    np.var,
    np.std,
    np.max,
    np.min,
    np.ptp,
    np.nansum,
    np.nanmean,
]


@pytest.mark.parametrize("function", REDUCTIONS, ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_reductions(function: Any, data: st.DataObject) -> None:
    shape = data.draw(ARRAYS)
    axis, keepdims = data.draw(axes_of(len(shape))), data.draw(st.booleans())
    x = draw_array(data, shape)
    if function in (np.std, np.var) and np.size(function(x, axis=axis)) == x.size:
        return  # of one element each, where the deviation has a kink
    check(data, function, VJPS[function], {"x": x, "axis": axis, "keepdims": keepdims})


@pytest.mark.parametrize("name", ["logsumexp", "softmax", "log_softmax"])
@OFTEN
@given(data=st.data())
def test_soft_reductions(name: str, data: st.DataObject) -> None:
    shape, rule = data.draw(ARRAYS), SCIPY[f"scipy.special.{name}"]
    arguments = {"x": draw_array(data, shape), "axis": data.draw(axes_of(len(shape)))}
    arguments |= {"keepdims": data.draw(st.booleans())} if name == "logsumexp" else {}
    expect_right(named(scipy_function(name), rule), rule, arguments)


@pytest.mark.parametrize("function", [np.prod, np.cumprod], ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_products_of_what_may_be_zero(function: Any, data: st.DataObject) -> None:
    shape = data.draw(ARRAYS)
    one = st.none() | st.integers(-len(shape), len(shape) - 1)
    several: st.SearchStrategy[Any] = axes_of(len(shape))
    axis = data.draw(several if function is np.prod else one)
    x = draw_array(data, shape, 0.8)
    places = data.draw(st.lists(st.integers(0, x.size - 1), max_size=3))
    x.ravel()[places] = 0
    check(data, function, VJPS[function], {"x": x, "axis": axis})


@pytest.mark.parametrize("function", [np.sum, np.mean, np.max, np.min], ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_reductions_of_some_elements(function: Any, data: st.DataObject) -> None:
    shape = data.draw(ARRAYS)
    axis, keepdims = data.draw(axes_of(len(shape))), data.draw(st.booleans())
    where = np.random.default_rng(data.draw(SEEDS)).random(shape) > 0.3
    where |= not where.any(axis=axis, keepdims=True).all()  # a mean of nothing is none
    arguments = {"x": draw_array(data, shape), "axis": axis, "keepdims": keepdims, "where": where}
    if function in (np.max, np.min):
        arguments["initial"] = data.draw(st.sampled_from([-5.0, 0.5127, 5.0]))
    check(data, function, VJPS[function], arguments)


EXTREMES = [np.maximum.accumulate, np.minimum.accumulate, np.logaddexp.reduce]


@pytest.mark.parametrize("function", EXTREMES, ids=["maximum", "minimum", "logaddexp"])
@OFTEN
@given(data=st.data())
def test_operations_that_run_along_an_axis(function: Any, data: st.DataObject) -> None:
    shape = data.draw(ARRAYS)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    check(data, function, VJPS[function], {"x": draw_array(data, shape), "axis": axis})


ALONG = [np.cumsum, np.cumprod, np.sort, np.median, np.average, np.flip]


@pytest.mark.parametrize("function", ALONG, ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_functions_along_an_axis(function: Any, data: st.DataObject) -> None:
    shape = data.draw(ARRAYS)
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    check(data, function, VJPS[function], {"x": draw_array(data, shape), "axis": axis})


@OFTEN
@given(data=st.data(), ord_=st.sampled_from([None, 1, 2, 3, 1.5, np.inf, -np.inf]))
def test_norms_of_vectors(data: st.DataObject, ord_: Any) -> None:
    shape = data.draw(ARRAYS)
    axis, keepdims = data.draw(st.integers(-len(shape), len(shape) - 1)), data.draw(st.booleans())
    arguments = {"x": draw_array(data, shape), "ord": ord_, "axis": axis, "keepdims": keepdims}
    check(data, np.linalg.norm, VJPS[np.linalg.norm], arguments)


@OFTEN
@given(data=st.data(), ord_=st.sampled_from([None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]))
def test_norms_of_matrices(data: st.DataObject, ord_: Any) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=4))
    last, both = len(shape) - 1, data.draw(st.permutations([-1, -2]))
    axes: st.SearchStrategy[Any] = st.sampled_from([tuple(both), (last - 1, last)])
    axis = data.draw(st.none() | axes if len(shape) == 2 else axes)
    rng = np.random.default_rng(data.draw(SEEDS))
    arguments = {"x": rng.normal(size=shape), "ord": ord_, "axis": axis}
    check(
        data,
        np.linalg.norm,
        VJPS[np.linalg.norm],
        arguments | {"keepdims": data.draw(st.booleans())},
    )


@pytest.mark.parametrize("name", [*stats.NORMAL])
@OFTEN
@given(data=st.data())
def test_normal_distributions(name: str, data: st.DataObject) -> None:
    function = getattr(pytest.importorskip("scipy.stats").norm, name)
    rule = SCIPY[f"scipy.stats.norm.{name}"]
    x, loc = drawn_pair(data)
    expect_right(named(function, rule), rule, {"x": x, "loc": 0.1 * loc, "scale": np.float64(1.3)})


@OFTEN
@given(data=st.data())
def test_other_distributions(data: st.DataObject) -> None:
    every = pytest.importorskip("scipy.stats")
    x, y = drawn_pair(data)
    rule = SCIPY["scipy.stats.expon.logpdf"]
    arguments = {"x": x, "loc": np.float64(0.05), "scale": y}
    expect_right(named(every.expon.logpdf, rule), rule, arguments)
    rule = SCIPY["scipy.stats.poisson.logpmf"]
    counts = np.ceil(5 * x).astype(int)
    expect_right(named(every.poisson.logpmf, rule), rule, {"x": counts, "mu": y})


@OFTEN
@given(data=st.data())
def test_tilings(data: st.DataObject) -> None:
    reps = data.draw(
        st.integers(1, 3) | st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)
    )
    check(data, np.tile, VJPS[np.tile], {"x": draw_array(data, data.draw(SHAPES)), "reps": reps})


@OFTEN
@given(data=st.data(), mode=st.sampled_from(["constant", "edge", "reflect", "symmetric", "wrap"]))
def test_paddings(data: st.DataObject, mode: str) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=2, min_side=3, max_side=4))
    pair = st.tuples(st.integers(0, 2), st.integers(0, 2))
    width = data.draw(st.integers(0, 2) | pair | st.tuples(*[pair] * len(shape)))
    arguments = {"x": draw_array(data, shape), "pad_width": width, "mode": mode}
    check(data, np.pad, VJPS[np.pad], arguments)


@OFTEN
@given(data=st.data())
def test_rotations_of_elements(data: st.DataObject) -> None:
    shape = data.draw(ARRAYS)
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    arguments = {"x": draw_array(data, shape), "shift": data.draw(st.integers(-3, 3)), "axis": axis}
    check(data, np.roll, VJPS[np.roll], arguments)


@OFTEN
@given(data=st.data())
def test_differences(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    arguments = {"x": draw_array(data, shape), "n": data.draw(st.integers(1, 2)), "axis": axis}
    check(data, np.diff, VJPS[np.diff], arguments)


SLOPES = [np.gradient, *sequences.INTEGRALS[:1]]


@pytest.mark.parametrize("function", SLOPES, ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_slopes_and_integrals(function: Any, data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=4))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    check(data, function, VJPS[function], {"x": draw_array(data, shape), "axis": axis})


@OFTEN
@given(data=st.data())
def test_the_step_of_an_integral(data: st.DataObject) -> None:
    (trapezoid,) = sequences.INTEGRALS[:1]
    step = np.float64(data.draw(st.floats(0.5, 2.0)))
    arguments = {"x": draw_array(data, (4,)), "places": None, "dx": step}
    check(data, trapezoid, VJPS[trapezoid], arguments)


@OFTEN
@given(data=st.data())
def test_polynomials(data: st.DataObject) -> None:
    p = draw_array(data, (data.draw(st.integers(1, 4)),))
    x = draw_array(data, data.draw(st.sampled_from([(), (3,)])))
    check(data, np.polyval, VJPS[np.polyval], {"p": p, "x": x})


@OFTEN
@given(data=st.data(), increasing=st.booleans())
def test_powers(data: st.DataObject, increasing: bool) -> None:
    arguments = {"x": draw_array(data, (3,)), "N": data.draw(st.integers(1, 4))}
    check(data, np.vander, VJPS[np.vander], {**arguments, "increasing": increasing})


@OFTEN
@given(data=st.data())
def test_windows(data: st.DataObject) -> None:
    function = np.lib.stride_tricks.sliding_window_view
    check(data, function, VJPS[function], {"x": draw_array(data, (5,)), "window": 2})
    arguments = {"x": draw_array(data, (4, 3)), "window": (2, 1), "axis": None}
    check(data, function, VJPS[function], arguments)
    check(data, function, VJPS[function], {**arguments, "window": 2, "axis": 1})


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@OFTEN
@given(data=st.data())
def test_convolutions(mode: str, data: st.DataObject) -> None:
    x, y = (draw_array(data, (data.draw(st.integers(1, 5)),)) for _ in range(2))
    check(data, np.convolve, VJPS[np.convolve], {"x": x, "y": y, "mode": mode})
    if mode == "valid" and x.size >= y.size:
        check(data, np.correlate, VJPS[np.correlate], {"x": x, "y": y, "mode": mode})


@OFTEN
@given(data=st.data())
def test_covariances(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=2, min_side=2, max_side=4))
    arguments = {"x": draw_array(data, shape), "rowvar": data.draw(st.booleans())}
    check(data, np.cov, VJPS[np.cov], {**arguments, "bias": data.draw(st.booleans())})


@OFTEN
@given(data=st.data())
def test_diagonals(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=4))
    axes = data.draw(st.permutations(range(len(shape))))[:2]
    arguments = {"x": draw_array(data, shape), "offset": data.draw(st.integers(-1, 1))}
    arguments |= {"axis1": axes[0], "axis2": axes[1] - len(shape)}
    for function in (np.trace, np.diagonal):
        check(data, function, VJPS[function], arguments)


@OFTEN
@given(data=st.data())
def test_tensor_products(data: st.DataObject) -> None:
    sizes = dict(zip("abcd", (2, 3, 4, 1), strict=True))
    left = data.draw(st.permutations("abcd"))[: data.draw(st.integers(1, 3))]
    right = data.draw(st.permutations("abcd"))[: data.draw(st.integers(1, 3))]
    both = [label for label in left if label in right]
    pairs = [left.index(c) for c in both], [right.index(c) - len(right) for c in both]
    x, y = (draw_array(data, tuple(sizes[c] for c in labels)) for labels in (left, right))
    check(data, np.tensordot, VJPS[np.tensordot], {"x": x, "y": y, "axes": pairs})


@OFTEN
@given(data=st.data())
def test_sums_over_products(data: st.DataObject) -> None:
    sizes = dict(zip("ijk", (2, 3, 4), strict=True))
    inputs = data.draw(st.lists(st.text("ijk", min_size=1, max_size=3), min_size=1, max_size=3))
    used = sorted(set("".join(inputs)))
    output = data.draw(st.permutations(used))[: data.draw(st.integers(0, len(used)))]
    spec = f"{','.join(inputs)}->{''.join(output)}"
    arrays = [draw_array(data, tuple(sizes[c] for c in labels)) for labels in inputs]
    arguments = {"spec": spec, **{f"x{i}": array for i, array in enumerate(arrays)}}
    check(data, np.einsum, VJPS[np.einsum], arguments)


@pytest.mark.parametrize(
    "function", [np.dot, np.inner, np.outer, np.kron], ids=lambda f: f.__name__
)
@OFTEN
@given(data=st.data())
def test_products(function: Any, data: st.DataObject) -> None:
    ranks = data.draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    x, y = (draw_array(data, (3,) * rank) for rank in ranks)
    check(data, function, VJPS[function], {"x": x, "y": y})


JOINING = [np.hstack, np.vstack, np.dstack, np.column_stack, np.concatenate, np.stack]


@pytest.mark.parametrize("function", JOINING, ids=lambda f: f.__name__)
@OFTEN
@given(data=st.data())
def test_joined_arrays(function: Any, data: st.DataObject) -> None:
    shape = data.draw(ARRAYS)
    arrays = [draw_array(data, shape) for _ in range(data.draw(st.integers(1, 3)))]
    axes = st.integers(-len(shape), len(shape) - 1)
    axis = {"axis": data.draw(axes)} if function in (np.concatenate, np.stack) else {}
    expect_right(named(function, VJPS[function]), VJPS[function], {"arrays": arrays, **axis})
