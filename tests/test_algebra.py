"""The algebra: what it reads it writes back with the same value, and as a person would."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactorer.algebra import collect
from refactorer.algebra.blocks.lifting import divides_lifted
from refactorer.algebra.blocks.lines import Line
from refactorer.algebra.blocks.program import Program
from refactorer.algebra.blocks.recalled import recalled
from refactorer.algebra.blocks.selection import Selection
from refactorer.algebra.normal_form.tensor import leaf
from refactorer.algebra.once import cached_property
from refactorer.algebra.reading.read import Reader
from refactorer.algebra.search.moves import groupings
from refactorer.algebra.writing.write import Writer

SHAPES = {
    "s": (),
    "u": (),
    "v": (3,),
    "w": (3,),
    "c": (5, 1),
    "r": (5,),
    "X": (5, 3),
    "Y": (5, 3),
    "W": (2, 3),
    "Z": (5, 2),
}


def values(seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(0.5, 1.5, shape) for name, shape in SHAPES.items()}


def collected(
    expressions: dict[str, str],
    forward: tuple[str, ...] = (),
    backward: tuple[str, ...] = (),
    unnamed: frozenset[str] = frozenset(),
    turns: bool = False,
) -> tuple[list[str], list[str]]:
    """The lines and texts that the algebra makes of expressions, the gradients of the names.

    The user did not name what is `unnamed`; `turns` tells whether it is all in a loop.
    """
    lines, texts = collect.collected(program(expressions, forward, backward, unnamed, turns))
    return [f"{line.name} = {line.text}" for line in lines], list(texts)


def program(
    expressions: dict[str, str],
    forward: tuple[str, ...] = (),
    backward: tuple[str, ...] = (),
    unnamed: frozenset[str] = frozenset(),
    turns: bool = False,
) -> Program:
    """The program of which expressions are the gradients."""
    space: dict[str, Any] = {"np": np, **values()}
    programs = [[Line(*line.split(" = ", 1)) for line in part] for part in (forward, backward)]
    for line in (*programs[0], *programs[1]):
        exec(f"{line.name} = {line.text}", space)
    shapes = {n: np.shape(x) for n, x in space.items() if n not in ("np", "__builtins__")}
    return Program(
        forward=programs[0],
        backward=programs[1],
        arguments=tuple(expressions),
        gradients=tuple(expressions.values()),
        shapes=shapes,
        seeds=["s"],
        free=frozenset({*SHAPES, *(line.name for line in programs[0])} - unnamed),
        shape_of=lambda text, new: np.shape(
            eval(text, space | {n: np.ones(s) for n, s in new.items()})
        ),
        turns=turns,
    )


@pytest.mark.parametrize(
    ("gradient", "text"),
    [
        pytest.param("X * s + s * X", "2 * s * X", id="like terms are one term"),
        pytest.param(
            "2 * s / (2.0 * u) * X", "(s / u) * X", id="numbers cancel, and meet before the array"
        ),
        pytest.param("X * s - s * X", "np.zeros_like(X)", id="what cancels is gone"),
        pytest.param("X * s * c", "s * c * X", id="columns meet numbers before matrices"),
        pytest.param("np.sqrt(X) * np.sqrt(X)", "X", id="a root squared"),
        pytest.param("np.sqrt(X ** 2)", "np.sqrt(X**2)", id="the root of a square is not the base"),
        pytest.param(
            "s * np.where(X > 0, Y, 0) + s * np.where(X > 0, 0, Y)",
            None,
            id="both sides of a condition",
        ),
        pytest.param("X - 0.5 * Y", "X - 0.5 * Y", id="a fraction stays with one term"),
        pytest.param("X / (X + Y) + Y / (X + Y) - 1", "np.zeros_like(X)", id="parts of a whole"),
        pytest.param("s / u / Y", "s / u / Y", id="what is divided again stays open"),
        pytest.param(
            "s / u - (2 * s / u) * Y / (1 + Y)",
            "2 * s / u / (1 + Y) - s / u",
            id="a part of a whole as one less the other",
        ),
        pytest.param(
            "X * (1 - X) * (Y / X - (1 - Y) / (1 - X))",
            None,
            id="quotients that are multiplied by what divides them",
        ),
        pytest.param(
            "s * (X > 0) * Y * np.maximum(0, X)",
            "s * Y * np.maximum(0, X)",
            id="a condition on what is zero elsewhere",
        ),
        pytest.param("Y * np.sign(X) * np.abs(X)", "X * Y", id="a size with its sign"),
        pytest.param("s * np.sinh(X) / np.cosh(X)", "s * np.tanh(X)", id="a ratio of functions"),
        pytest.param(
            "s * np.where(np.abs(X) <= 1.5, X, 1.5 * np.sign(X))",
            "s * np.clip(X, -1.5, 1.5)",
            id="a choice that clips",
        ),
        pytest.param(
            "np.sign(X) * np.where(np.abs(X) > 2, 2 * s, s * np.abs(X))",
            "s * np.clip(X, -2, 2)",
            id="a choice of sizes that clips",
        ),
        pytest.param(
            "s * ((X / np.sqrt(u) + np.sqrt(u) * Y) @ v) / np.sqrt(u)",
            "(s / u) * ((X + u * Y) @ v)",
            id="roots that differ by whole powers",
        ),
        pytest.param("v @ X.T + w @ X.T", "X @ (v + w)", id="one product of a sum"),
        pytest.param("s * (v @ X.T) - 2 * w @ X.T", "X @ (s * v - 2 * w)", id="of a difference"),
        pytest.param("X * X ** (s - 1) * Y", "Y * (X ** s)", id="a power times its base"),
        pytest.param(
            "u * Y * (X / u) ** (s - 1) / Y / X", None, id="a power that is not times its base"
        ),
        pytest.param(
            "np.sum(X * (s / X + Y))", "s * X.size + np.vdot(X, Y)", id="a sum of what cancels"
        ),
        pytest.param("np.sum(1 - X)", "np.sum(1 - X)", id="a sum of small differences"),
        pytest.param(
            "np.where(np.abs(X) <= u, X, u * np.sign(X))",
            "np.where(np.abs(X) <= u, X, u * np.sign(X))",
            id="what may be negative bounds nothing",
        ),
        pytest.param(
            "np.where(1 - X > 0, Y, 0)",
            "np.where(X < 1, Y, 0)",
            id="a comparison without a difference",
        ),
        pytest.param("np.where(0 < X, X, Y)", "np.where(X > 0, X, Y)", id="numbers on the right"),
        pytest.param("np.exp(X) * np.exp(X) / np.exp(X)", "np.exp(X)", id="powers of a function"),
        pytest.param(
            "Y * np.sum(X - np.mean(X, axis=1, keepdims=True))",
            "np.zeros_like(X)",
            id="deviations sum to nothing",
        ),
    ],
)
def test_normal_forms(gradient: str, text: str | None) -> None:
    _, (written,) = collected({"X": gradient})
    if text is not None:
        assert written == text


@pytest.mark.parametrize(
    ("forward", "gradient", "text"),
    [
        pytest.param(
            ("n = s * u", "q = v * s"), "-w / (u * s)", "-w / n", id="a product that was computed"
        ),
        pytest.param(
            ("e = np.exp(X)", "z = np.sum(e, axis=1, keepdims=True)", "p = e / z"),
            "Y * e / z - e * np.sum(Y * e, axis=1, keepdims=True) / z ** 2",
            'p * (Y - np.einsum("ij,ij->i", Y, p)[:, None])',
            id="softmax, a factor taken into the sum",
        ),
        pytest.param(
            ("e = np.exp(-X)", "f = 1 / (1 + e)"),
            "Y * e / (1 + e) ** 2",
            "Y * f * (1 - f)",
            id="sigmoid",
        ),
        pytest.param(
            ("z = np.sqrt(np.sum(X * X, axis=1, keepdims=True))", "U = X / z"),
            "Y / z - np.sum(Y * X, axis=1, keepdims=True) / z ** 3 * X",
            '(Y - np.einsum("ij,ij->i", Y, U)[:, None] * U) / z',
            id="a unit row, through the name of its length",
        ),
        pytest.param(
            ("q = v * w",), "q / s", "q / s", id="nothing divides by what was not divided by"
        ),
        pytest.param(
            ("d = X - c",), "2 * (X - c) * s", "2 * s * d", id="a difference that was computed"
        ),
    ],
)
def test_values_of_the_forward_part(forward: tuple[str, ...], gradient: str, text: str) -> None:
    _, (written,) = collected({"X": gradient}, forward)
    assert written == text


@pytest.mark.parametrize(
    ("argument", "gradient", "text"),
    [
        pytest.param(
            "X", "Z @ np.transpose(np.transpose(W))", "Z @ W", id="two transposes are none"
        ),
        pytest.param(
            "W", "np.transpose(np.transpose(X) @ Z)", "Z.T @ X", id="a product turned over"
        ),
        pytest.param("v", "np.sum(X * r[:, None], axis=0)", "r @ X", id="a sum that is a product"),
        pytest.param("u", "np.sum(X * Y)", "np.vdot(X, Y)", id="all of a product"),
        pytest.param("u", "np.sum(X * Y * Y)", "np.vdot(X, Y**2)", id="all of three factors"),
        pytest.param("X", "np.outer(r, v)", "v * r[:, None]", id="an outer product"),
        pytest.param("X", "np.sum(X * Y, axis=1)[:, None] * X", None, id="a sum as a column"),
        pytest.param("v", "np.sum(X, axis=0) / 3", "X.sum(axis=0) / 3", id="a sum by a number"),
        pytest.param(
            "v",
            "np.sum(X, axis=0) / X.shape[0]",
            "X.mean(axis=0)",
            id="a sum by its count is a mean",
        ),
        pytest.param(
            "X",
            "np.flip(-s * X) + np.flip(s * Y)",
            "s * (np.flip(Y) - np.flip(X))",
            id="a number goes out of what is linear",
        ),
        pytest.param(
            "W",
            "np.diag(np.full_like(v, s))[:2]",
            None,
            id="a number spread along a diagonal",
        ),
        pytest.param("X", "np.full_like(X, s)", "np.full_like(X, s)", id="a number spread"),
        pytest.param(
            "X",
            "np.reshape(np.full_like(X.T, s), np.shape(X))",
            "np.full_like(X, s)",
            id="a number spread is so in any shape",
        ),
        pytest.param("X", "c + np.zeros_like(X)", "np.full_like(X, c)", id="a column spread"),
        pytest.param(
            "X", "s * np.where(X > 0, Y, 0)", "s * np.where(X > 0, Y, 0)", id="under a condition"
        ),
        pytest.param(
            "X",
            "s * (X > 0)",
            "s * (X > 0).astype(X.dtype)",
            id="a condition alone keeps the dtype",
        ),
        pytest.param(
            "X",
            "np.where(X > 0, Y, 0) * u + np.where(X > 0, 0, c) * u",
            "u * np.where(X > 0, Y, c)",
            id="both sides of a condition meet",
        ),
        pytest.param(
            "X",
            "u * (X > Y) * Y + 3 * u * (X <= Y)",
            "u * np.where(X > Y, Y, 3)",
            id="a comparison and its negation are one condition",
        ),
        pytest.param(
            "X",
            "(X <= Y) * s + (s + 2) * (X > Y)",
            "s + 2 * (X > Y).astype(X.dtype)",
            id="a choice between numbers is a step",
        ),
    ],
)
def test_how_sums_and_conditions_are_written(
    argument: str, gradient: str, text: str | None
) -> None:
    _, (written,) = collected({argument: gradient})
    space = {"np": np, **values()}
    np.testing.assert_allclose(eval(written, space), eval(gradient, space))
    if text is not None:
        assert written == text


@pytest.mark.parametrize(
    ("gradient", "text"),
    [
        pytest.param(
            "s * (X > 0) - s * np.sign(X) * e / (1 + e)",
            "s * np.where(X > 0, 1, e) / (1 + e)",
            id="they meet at zero",
        ),
        pytest.param(
            "s * (X > 0) - s * np.sign(X) * e",
            "s * ((X > 0).astype(X.dtype) - e * np.sign(X))",
            id="they jump at zero",
        ),
    ],
)
def test_a_step_and_a_sign_are_one_choice_where_they_meet(gradient: str, text: str) -> None:
    _, (written,) = collected({"X": gradient}, ("e = np.exp(-np.abs(X))",))
    assert written == text


def test_the_slope_of_a_smooth_function_is_right_where_its_parts_have_kinks() -> None:
    forward = ("e = np.exp(-np.abs(X))",)
    _, (written,) = collected({"X": "s * (X > 0) - s * np.sign(X) * e / (1 + e)"}, forward)
    assert eval(written, {"np": np, "s": 1.0, "X": np.zeros(1), "e": np.ones(1)}) == 0.5


def test_what_is_clamped_tells_where_it_is_not() -> None:
    _, (written,) = collected(
        {"X": "s * np.where(Y @ np.transpose(W) @ W > 0, X, 0)"},
        ("H = np.maximum(Y @ np.transpose(W) @ W, 0)",),
    )
    assert written == "s * np.where(H > 0, X, 0)"


def test_a_sum_whose_terms_have_a_common_factor_is_read_by_its_name() -> None:
    p = ("E = np.exp(-X)", "P = 1 / (1 + E)")
    _, (written,) = collected({"X": "s * X / (Y * P + P * E)"}, (*p, "Q = Y * P + P * E"))
    assert written == "s * X / Q"


def test_what_is_divided_by_a_choice_is_a_choice_of_quotients() -> None:
    forward = ("E = np.exp(-X)", "P = 1 / (1 + E)", "N = 1 - P", "T = np.where(Y > 1, P, N)")
    slope = "np.where(Y > 1, s / T, -s / T) * P * N"
    _, (written,) = collected({"X": slope}, forward)
    assert written == "-s * np.where(Y > 1, P - 1, P)"


def test_what_is_shared_is_read_where_its_value_helps() -> None:
    product = "np.tanh(Z) * Z"
    gradients = {"X": f"({product}) @ W", "W": f"np.transpose({product}) @ X"}
    lines, texts = collected(gradients | {"r": f"np.sum({product}, axis=1)"}, ("K = np.tanh(Z)",))
    assert lines == ["shared0 = Z * K"]
    assert texts == ["shared0 @ W", "shared0.T @ X", "shared0.sum(axis=1)"]


def test_what_two_products_of_matrices_have_in_common_is_computed_once() -> None:
    lines, texts = collected({"X": "s * X * Y * np.tanh(c)", "Y": "X * Y * np.cos(X)"})
    assert lines == ["shared0 = X * Y"]
    assert all("shared0" in text for text in texts)
    lines, _ = collected({"v": "v * w * np.tanh(s)", "w": "v * w * np.cos(v)"})
    assert lines == []  # of vectors it is not worth a name


def test_an_entropy_of_a_sigmoid_is_pulled_back_to_its_error() -> None:
    forward = ("e = np.exp(-X)", "p = 1 / (1 + e)", "q = 1 - p")
    _, (written,) = collected({"X": "s * e * p ** 2 * (Y / p - (1 - Y) / q)"}, forward)
    assert written == "s * (Y - p)"


def test_a_gradient_and_its_opposite_are_computed_once() -> None:
    lines, texts = collected({"X": "s * Y * np.tanh(X)", "Y": "-s * Y * np.tanh(X)"})
    assert len(lines) == 1
    assert texts[1] == f"-{texts[0]}"


def test_float32_stays_float32() -> None:
    _, (written,) = collected({"X": "s * (X > 0) / X.shape[0] ** 0.5"})
    single = {name: np.float32(value) for name, value in values().items()}
    assert eval(written, {"np": np, **single, "s": 1.5}).dtype == np.float32


def test_nothing_is_taken_out_of_one_entry_that_is_moved() -> None:
    """An array that is filled with what is left, the number one, would be one of integers."""
    forward = ("n = np.sum(v * v, keepdims=True)",)
    assert collected({"n": "np.roll(3 * n, 1)"}, forward) == ([], ["np.roll(3 * n, 1)"])


def test_a_condition_on_one_element_is_a_number_like_it() -> None:
    forward = ("one = np.sum(v, keepdims=True)",)
    _, (written,) = collected({"X": "s * Y * (one > 1)"}, forward)
    assert "float(" not in written


def test_a_name_that_holds_fewer_axes_is_read_in_the_shape_it_stands_for() -> None:
    backward = ("b = s * np.sum(X, axis=0, keepdims=True) * v",)
    _, texts = collected({"X": "Y * b + np.flip(b, axis=1)", "Y": "b + X"}, (), backward)
    assert "np.flip(b[None, :], axis=1)" in texts[0]


def test_axes_that_are_swapped_and_moved_back_are_where_they_were() -> None:
    _, texts = collected({"X": "s * np.moveaxis(np.swapaxes(X, 0, -1), 0, 1)"})
    assert texts == ["s * X"]


def test_what_is_put_in_place_is_collected() -> None:
    program_lines = ("b = np.zeros_like(X)",)
    lines, texts = collected({"X": "b"}, (), program_lines)
    assert (lines, texts) == ([], ["np.zeros_like(X)"])


def put_in_place(
    index: np.ndarray, text: str, target: str, gradient: str, forward: tuple[Line, ...] = ()
) -> tuple[list[str], tuple[str, ...]]:
    """The lines and the gradient of X, of which a part is put into an array b at an index j."""
    space = {"np": np, **values(), "j": index}
    shapes = {n: np.shape(x) for n, x in space.items() if n != "np"} | {"b": (5, 3)}
    program = Program(
        forward=list(forward),
        backward=[Line("b", "np.zeros_like(X)"), Line("b", text, target)],
        arguments=("X",),
        gradients=(gradient,),
        shapes=shapes | {line.name: index.shape for line in forward},
        seeds=["s"],
        free=frozenset({*SHAPES, "j"}),
        shape_of=lambda text, new: np.shape(
            eval(text, space | {n: np.ones(s) for n, s in new.items()})
        ),
    )
    lines, texts = collect.collected(program)
    return [line.code for line in lines], tuple(texts)


def test_what_is_put_into_each_row_is_the_sum_of_that_row() -> None:
    rows = (Line("i", "np.arange(len(j))"),)
    gradient = "b - np.sum(b, axis=1, keepdims=True) * Y"
    found = put_in_place(np.array([0, 2, 1, 1, 0]), "-s / u", "b[i, j] = ", gradient, rows)
    assert found == (["b = np.zeros_like(X)", "b[i, j] = -s / u"], ("b + (s / u) * Y",))


def test_what_is_put_in_place_is_spread_there_by_itself() -> None:
    text = "np.broadcast_to(v * s, (len(j), 3))"
    lines, _ = put_in_place(np.array([0, 2]), text, "b[j] = ", "b")
    assert lines == ["b = np.zeros_like(X)", "b[j] = s * v"]


def test_a_sum_of_a_thousand_terms_is_read_term_by_term() -> None:
    terms = ast.parse(" + ".join(f"x{k}" for k in range(1000)), mode="eval").body
    values = {f"x{k}": leaf(f"x{k}", ()) for k in range(1000)}
    assert len(Reader(values, lambda _: ()).expression(terms).value.terms) == 1000


def test_what_names_can_say_is_found_once_for_all_plans() -> None:
    lines = [Line("s", "x * y")], [Line("bz", "b * s"), Line("bx", "bz * y")]
    shapes = dict.fromkeys(("x", "y", "s", "b", "bz", "bx"), (3,))
    program = Program(
        forward=lines[0],
        backward=lines[1],
        arguments=("x",),
        gradients=("bx",),
        shapes=shapes,
        seeds=("b",),
        free=(),
        shape_of=lambda text, new: (3,),
    )
    plan = Selection(program, frozenset({"bz"}), Writer())
    assert plan.extractor.wording.telling
    assert plan.extractor.wording is plan.without("bz").extractor.wording
    assert plan.extractor.wording is plan.reusing.extractor.wording
    assert plan.extractor.wording is not plan.avoiding("s").extractor.wording


def test_what_is_joined_keeps_its_names_and_is_collected() -> None:
    """The value h = u * v of the forward part is read again, though a list holds what follows."""
    lines, texts = collected(
        {"X": "b"},
        ("h = u * v",),
        ("d = s * v * u", "e = s * w + s * w", "b = np.stack([d, e])"),
    )
    assert lines == ["d = s * h", "e = 2 * s * w"]
    assert texts == ["np.stack([d, e])"]


def test_no_new_division() -> None:
    """With q = v * w / s, the value w / s is not q / v: v may be zero."""
    _, (written,) = collected({"v": "s * w / u"}, ("q = v * w / u",))
    assert "/ v" not in written


def test_a_part_that_is_a_cotangent_has_its_name() -> None:
    lines, texts = collected(
        {"X": "b / c - np.sum(b * X, axis=1, keepdims=True) * X"},
        backward=("b = np.transpose(np.transpose(W) @ np.transpose(Z))",),
    )
    assert lines == ["b = Z @ W"]
    assert texts == ['b / c - np.einsum("ij,ij->i", b, X)[:, None] * X']


def test_equal_cotangents_are_one() -> None:
    backward = ("b = s * np.tanh(X)", "d = s * np.tanh(X)")
    lines, _ = collected({"X": "b * Y + b * d", "Y": "d * X - d * b"}, backward=backward)
    assert lines[0] == "b = s * np.tanh(X)"
    assert "d = " not in "".join(lines)


def test_the_last_axis_is_spelled_as_in_the_forward_part() -> None:
    _, (written,) = collected({"r": "np.sum(X, axis=1)"}, ("m = np.max(X, axis=-1)",))
    assert written == "X.sum(axis=-1)"


@pytest.mark.parametrize(
    ("forward", "gradient", "text"),
    [
        ("q = np.sum(X ** 2)", "Y * np.sum(X ** 2, axis=1, keepdims=True)", None),
        ("q = (X - X) ** 2 > s", "Y * ((X - X) ** 2 > s)", None),
        ("q = s + np.zeros_like(X)", "s * Y", "s * Y"),
    ],
    ids=["a total is no sum of rows", "a number that was spread out", "no array for a number"],
)
def test_names_that_only_look_alike(forward: str, gradient: str, text: str | None) -> None:
    _, (written,) = collected({"X": gradient}, (forward,))
    space: dict[str, Any] = {"np": np, **values()}
    exec(forward, space)
    np.testing.assert_allclose(eval(written, space), eval(gradient, space))
    assert text in (None, written)


def test_a_value_that_is_read_twice_keeps_its_name() -> None:
    lines, texts = collected(
        {"X": "b @ np.transpose(np.transpose(W))", "W": "np.transpose(b) @ X"},
        ("H = np.tanh(X @ np.transpose(W))",),
        ("b = s * (1 - H * H)",),
    )
    assert lines == ["b = s * (1 - H**2)"]
    assert texts == ["b @ W", "b.T @ X"]


def operators() -> st.SearchStrategy[str]:
    return st.sampled_from(["({} + {})", "({} - {})", "({} * {})", "({} / {})"])


def calls() -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            "np.sum(X * {}, axis=-1, keepdims=True)",
            "np.mean({} - Y, axis=-1, keepdims=True)",
            "np.sum({})",
            "np.exp(0.1 * {})",
            "np.tanh({})",
            "np.sqrt({} ** 2 + 1)",
            "(-{})",
            "({} ** 2)",
            "(1 / (2 + {} ** 2))",
            "np.where({} > 1, {}, 0.5)",
            "np.where(np.abs({}) <= 1, {}, np.sign({}))",
            "(np.abs({}) * np.sign({}))",
            "(np.sinh({}) / np.cosh({}))",
            "({} / (1 + {}) + 1 / (1 + {}))",
            "({} * (1 - {}) * (Y / {} - (1 - Y) / (1 - {})))",
            "(({} > 0) - np.sign({}) / (1 + np.exp(np.abs({}))))",
            "(1 - 1 / (1 + {}))",
        ]
    )


def expressions() -> st.SearchStrategy[str]:
    names = st.sampled_from([n for n in SHAPES if n not in ("r", "W", "Z")])
    leaves = names | st.sampled_from(["2", "0.5", "(r @ X)", "(X @ v)[:, None]", "((X @ W.T) @ W)"])
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(str.format, operators(), inner, inner)
            | st.builds(lambda form, a: form.replace("{}", a), calls(), inner)
        ),
        max_leaves=6,
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(expressions(), expressions())
def test_what_is_written_has_the_value_of_what_was_read(first: str, second: str) -> None:
    lines, texts = collected({"X": f"X * {first}"}, (f"a = {second}",), (f"b = {first} * a",))
    space = {"np": np, **values()}
    exec(f"a = {second}\n" + "\n".join(lines), space)
    want = eval(f"X * {first}", space)
    got = eval(texts[0], space)
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9 * np.max(np.abs(want), initial=0))
    assert not re.search(r"@\d", texts[0])


def test_a_number_that_is_one_step_from_a_parameter_is_said_again() -> None:
    forward = ("a = 1 - u", "h = 0.5 * a", "r = np.sqrt(u)")
    _, texts = collected({"X": "s * h * X", "Y": "s * r * Y"}, forward, unnamed=frozenset("ahr"))
    assert texts == ["0.5 * s * (1 - u) * X", "s * r * Y"]


def test_a_number_along_a_diagonal_is_a_multiple_of_the_identity() -> None:
    """Its rows sum to that number."""
    forward, diagonal = ("G = W.T @ W",), "np.diag(np.full_like(v, s))"
    _, (text,) = collected({"W": f"np.sum({diagonal}, axis=1, keepdims=True) * G"}, forward)
    assert text == "s * G"
    _, (text,) = collected({"W": f"u * G - {diagonal}"}, forward)
    assert text == "u * G - s * np.eye(v.size, dtype=W.dtype)"


def after_a_softmax(put: str) -> tuple[list[str], str]:
    """The changes in place, and the text, of a gradient that comes in where a softmax is picked."""
    space = {"np": np, **values(), "j": np.array([0, 2, 1, 1, 0])}
    shapes = {n: np.shape(x) for n, x in space.items() if n != "np"}
    shapes |= {"i": (5,), "E": (5, 3), "T": (5, 1), "p": (5, 3), "k": (5,), "b": (5, 3), "g": (5,)}
    forward = {
        "E": "np.exp(X)",
        "T": "np.sum(E, axis=1, keepdims=True)",
        "p": "E / T",
        "i": "np.arange(len(j))",
        "k": "p[i, j]",
    }
    for name, text in forward.items():
        space[name] = eval(text, space)
    program = Program(
        forward=[Line(name, text) for name, text in forward.items()],
        backward=[
            Line("g", put),
            Line("b", "np.zeros_like(p)"),
            Line("b", "g", "b[i, j] = "),
            Line("d", "E * (b / T - np.sum(b * p / T, axis=1, keepdims=True))"),
        ],
        arguments=("X",),
        gradients=("d",),
        shapes={**shapes, "d": (5, 3)},
        seeds=["s", "r"],
        free=frozenset({*SHAPES, *forward, "j"}),
        shape_of=lambda text, new: np.shape(
            eval(text, space | {n: np.ones(s) for n, s in new.items()})
        ),
    )
    lines, (text,) = collect.collected(program)
    return [line.code for line in lines if "[" in line.code], text


def test_what_is_divided_by_what_was_picked_is_put_without_that() -> None:
    """The sum of a row of p * b is what is put there; a sum of terms is put like one term."""
    assert after_a_softmax("s / k") == (["lifted0[i, j] = s"], "lifted0 - s * p")
    puts, text = after_a_softmax("r - s / k")
    assert puts == ["lifted0[i, j] = shared0 - s"]
    assert text == "lifted0 + (s - shared0[:, None]) * p"


def test_no_zeros_are_divided_by_what_may_be_zero() -> None:
    shapes = {"lifted0": (5, 3), "X": (5, 3), "c": (5, 1), "s": ()}
    assert divides_lifted("X * (lifted0 / X - s)", shapes)
    assert divides_lifted("lifted0 / shared0", shapes)
    assert not divides_lifted("(lifted0 - s * X) / (s * c)", shapes)


def test_a_product_that_two_gradients_share_is_not_kept_by_the_forward_part() -> None:
    forward = ("a = np.tanh(X)", "b = np.tanh(Y)", "m = a * b")
    gradients = {"X": "X * b * (1 - a**2)", "Y": "X * m * (1 - b)"}
    lines, texts = collected(gradients, forward, unnamed=frozenset("m"))
    assert lines == ["shared0 = X * b"]
    assert texts == ["shared0 * (1 - a**2)", "a * shared0 * (1 - b)"]


def test_the_terms_of_a_sum_are_parted_once_in_each_way() -> None:
    values = {name: leaf(name, (3,)) for name in "abcde"}
    found = Reader(values, lambda _: ()).read("a * b * c + a * b * d + e").value
    ((group, rest),) = groupings(found)
    assert [len(part.terms) for part in (group, rest)] == [2, 1]


def test_products_along_three_axes_are_one_call() -> None:
    """One product of matrices for each of a batch; no array of all products where it is summed."""
    forward = ("A = np.exp(X[:, None, :] - Y)", "B = np.exp(X[:, None, :] + Y)", "C = s * X")
    batched = "np.sum(A[:, :, None, :] * B[:, None, :, :], axis=3)"
    _, (text,) = collected({"X": f"np.tanh({batched})[:, 0, :3]"}, forward)
    assert "A @ np.transpose(B, (0, 2, 1))" in text
    _, (text,) = collected({"X": "np.sum(C[:, None, :] * A, axis=2)[:, :3]"}, forward)
    assert 'np.einsum("ijk,ik->ij", A, C)' in text


def test_a_column_that_all_readers_spread_out_is_named_as_a_column() -> None:
    scale = "(r / np.sum(Y, axis=1))[:, None]"
    gradients = {"X": f"{scale} * (Y - c**3 * X)", "Y": f"{scale} * (X - c**4 * Y)"}
    lines, texts = collected(gradients)
    assert lines == ["shared0 = (r / Y.sum(axis=1))[:, None]"]
    assert texts == ["shared0 * (Y - c**3 * X)", "shared0 * (X - c**4 * Y)"]


def test_what_a_loop_computes_again_is_paid_for() -> None:
    forward, gradient = ("t = np.tanh(v)", "p = s * t"), {"v": "w * s - w * t * p"}
    assert collected(gradient, forward, unnamed=frozenset("p"))[1] == ["w * (s - t * p)"]
    _, (text,) = collected(gradient, forward, unnamed=frozenset("p"), turns=True)
    assert text == "s * w * (1 - t**2)"


def test_a_number_that_a_loop_reads_often_keeps_its_name() -> None:
    gradients = {"v": "b * v", "w": "b * w", "r": "b * r"}
    lines, _ = collected(gradients, backward=("b = s * u",), turns=True)
    assert lines == ["b = s * u"]
    lines, texts = collected({"s": "b", "u": "b + u"}, backward=("b = s * u",), turns=True)
    assert (lines, texts) == ([], ["s * u", "u + s * u"])


def test_a_sum_of_fractions_that_has_a_name_is_read() -> None:
    forward = ("l = v - u", "q = -0.5 * X**2 - w", "p = l + q")
    _, (text,) = collected({"X": "s * np.exp(p - r[:, None])"}, forward)
    assert text == "s * np.exp(p - r[:, None])"


def test_what_is_subtracted_is_no_sum_of_its_own() -> None:
    _, (text,) = collected({"u": "s * r[0] / u - s * r[1] / u - r[2] * r[3] + r[4] * v[0]"})
    assert text == "v[0] * r[4] + s * (r[0] - r[1]) / u - r[2] * r[3]"


def test_a_sum_with_ones_on_a_diagonal_is_a_trace() -> None:
    for eye in ("np.eye(3)", "np.eye(G.shape[0], G.shape[1], k=0)"):
        assert collected({"s": f"np.vdot(G, {eye})"}, ("G = W.T @ W",))[1] == ["np.trace(G)"]


def test_what_is_summed_anyway_is_not_averaged_too() -> None:
    _, (text, _) = collected({"X": "Y - np.mean(Y, axis=0)", "v": "np.sum(Y, axis=0)"})
    assert re.fullmatch(r"Y - bv / \w+\.size", text)


def test_numbers_have_their_common_factors_pulled_out() -> None:
    _, (text,) = collected(
        {"s": "b * s + 0.5 * u / s - 0.5 * u * q / s"}, ("q = np.exp(s)", "b = np.exp(u)")
    )
    assert text == "s * b + 0.5 * u * (1 - q) / s"


def test_quotients_whose_numerators_add_up_to_their_divisor_sum_to_one() -> None:
    assert collected({"s": "np.sum(v * (W.T @ (Z[0] / (W @ v))))"})[1] == ["np.sum(Z[0])"]


def test_a_matrix_product_is_shared_whichever_way_it_lies() -> None:
    lines, texts = collected({"X": "Y @ (Z @ W).T @ Y", "Y": "(Z @ W) @ (X.T @ Y)"})
    assert lines == ["shared0 = Z @ W"]
    assert texts == ["Y @ shared0.T @ Y", "shared0 @ (X.T @ Y)"]


def test_a_product_is_transposed_as_a_whole() -> None:
    assert collected({"W": "(X * Y).T @ X"})[1] == ["(X * Y).T @ X"]


def test_a_minus_goes_through_what_is_linear() -> None:
    forward = ("G = W.T @ W", "h = np.linalg.solve(G, v - w)")
    _, (text,) = collected({"v": "np.linalg.solve(G.T, -h)"}, forward)
    assert text == "-np.linalg.solve(G.T, h)"
    _, (text,) = collected({"v": "-np.cumsum(h - w)"}, forward)
    assert text == "np.cumsum(w - h)"


def test_a_shared_part_is_called_by_the_cotangent_that_was_written_inline() -> None:
    given = program({"X": "s * u * X", "Y": "s * u * Y"})
    lines = [Line("shared0", "s * u * X"), Line("shared1", "u * X")]
    assert recalled(given, lines, {"bv": "bw * u", "bw": "s * X", "bu": "s"}) == {"shared0": "bv"}


def test_a_property_is_computed_when_it_is_first_asked_for_and_then_no_more() -> None:
    class Value:
        asked = 0

        @cached_property
        def found(self) -> int:
            self.asked += 1
            return self.asked

    value = Value()
    assert (value.asked, value.found, value.found, value.asked) == (0, 1, 1, 1)
