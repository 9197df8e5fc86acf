import ast

import pytest

from refactorer.printing.names.naming import free, of_callback, of_cotangent, of_result
from refactorer.printing.names.phrases import of_value
from refactorer.printing.names.scores import outcomes

VALUES = {
    # products
    "xnorm * ynorm": "norms",
    "X_norm * Y_norm": "norms",
    "norm_yh * norm_y": "norms",
    "guess_loss * truth_loss": "losses",
    "X * Y": "XY",
    "X * X": "XX",
    "errors * errors": "squared_errors",
    "2 * X": "twice_X",
    "0.5 * alpha": "half_alpha",
    "3.7 * X": "scaled_X",
    "weights * errors": "weighted_errors",
    "y * margins": "y_margins",
    "np.exp(some_long_name) * another_long_name": "product",
    # quotients
    "1 / std": "inv_std",
    "X / X_norm": "unit_X",
    "total / n": "scaled_total",
    "d // 2": "half_d",
    "centred / std": "normalised",
    "E / np.sum(E)": "ratio",
    # sums and differences
    "1 - similarity": "one_minus_similarity",
    "1 + E": "one_plus_E",
    "var + 1e-8": "shifted_var",
    "X @ W.T + b": "scores",
    "fit_loss + size_loss": "total_loss",
    "a - b": "diff",
    "X[0]": "X_0",
    "X[:, 3]": "X_3",
    "X[..., 1]": "X_1",
    "guess - truth": "error",
    "1 - y": "one_minus_y",
    "X - X.mean(axis=0)": "centred",
    "X - np.max(X, axis=1, keepdims=True)": "shifted",
    # powers
    "X ** 2": "X_squared",
    "residuals ** 2": "squared_residuals",
    "y - x ** 2": "error",
    # calls
    "np.exp(X)": "exp_X",
    "np.exp(-margins)": "exp_neg_margins",
    "np.sum(X)": "X_sum",
    "X.sum(axis=1)": "X_sum",
    "np.sum(X * X)": "XX_sum",
    "np.sum(X * Y)": "dot",
    "(errors * errors).sum()": "sum_of_squares",
    "np.sum(a * np.exp(b * t) * 3 + c)": "total",
    "np.mean(X, axis=0)": "X_mean",
    "np.linalg.norm(X, axis=1)": "X_norm",
    "np.sqrt(np.sum(X * X))": "X_norm",
    "np.sqrt(np.mean(X * X))": "rms",
    "np.tanh(inner)": "tanh_inner",
    "np.sqrt(var + eps)": "std",
    "np.sqrt(np.mean(X**2, axis=1) + 1e-6)": "rms",
    "np.sqrt(np.sum(X**2) + eps)": "X_norm",
    "np.abs(z)": "abs_z",
    # parts
    "q[2]": "q_2",
    "x[i]": "x_i",
    "X[order]": "picked",
    "state[-1]": "last_state",
    "x[1:]": "x_part",
    "(a < b).astype(a.dtype)": "mask",
    "np.log1p(np.exp(X))": "softplus",
    "1 / (1 + np.exp(-X))": "sigmoid",
    "np.where(a < b, a, b)": "chosen",
    "a < b": "mask",
    "np.concatenate([h, x])": "h_and_x",
    "np.hstack([x, y, z])": "joined",
    "np.vstack([x, 2 * y - z])": "joined",
    "np.stack([a, b, c], axis=1)": "stacked",
    "s[:, None] ** 3": "s_cubed",
    "np.exp(X[:, None])": "exp_X",
    # matrices and shapes
    "X @ W.T": "XW",
    "np.dot(X, w)": "Xw",
    "X.dot(w)": "Xw",
    "X.T": "XT",
    "weights.T": "weights_T",
    "X.shape[0]": "n",
    "np.shape(X)[1]": "d",
    "len(X)": "n",
    "log_probs[rows, labels]": "picked",
    "np.sqrt(2 / np.pi)": "scale",
    "rate()": "rate_value",
    "rates[0](X)": "value",
}


@pytest.mark.parametrize(("expression", "name"), VALUES.items())
def test_a_value_is_named_as_a_person_would(expression: str, name: str) -> None:
    assert next(of_value(ast.parse(expression, mode="eval").body)) == name


@pytest.mark.parametrize(
    ("function", "noun"),
    {
        "cosine_loss": "loss",
        "L2_norm": "norm",
        "cosine_loss_rows": "loss",
        "cosineLoss": "loss",
        "loss_fn": "loss",
        "gaussian_log_likelihood": "likelihood",
        "dot": "dot",
        "layer_norm": None,
        "affine": None,
        "mish": None,
    }.items(),
)
def test_the_output_takes_the_noun_of_the_function(function: str, noun: str | None) -> None:
    assert of_result(function) == noun


def test_a_cotangent_is_named_after_its_value() -> None:
    assert next(of_cotangent("X", argument=True)) == "dX"
    assert next(of_cotangent("weights", argument=True)) == "d_weights"
    assert next(of_cotangent("H")) == "d_H"


def test_a_callback_is_named_after_the_one_gradient_that_it_returns() -> None:
    assert next(of_callback("dX")) == "get_dX"
    assert next(of_callback()) == "backprop"


def test_a_free_name_hides_nothing() -> None:
    assert free(("sum", "total"), ()) == "total"
    assert free(("lambda", "_x", "ratio"), ()) == "ratio"
    assert free(of_value(ast.parse("a - b", mode="eval").body), {"diff"}) == "a_minus_b"
    assert free(("diff",), {"diff"}) == "diff_2"
    halves = of_value(ast.parse("x[:, 1:] - x[:, :-1]", mode="eval").body)
    assert free(halves, {"diff"}) == "difference"
    assert free((), {"value_2"}) == "value_3"


def test_sums_of_products_are_told_apart_by_what_is_made_of_them() -> None:
    text = "v1 = X @ W\nv2 = v1 + b\nz = np.tanh(v2)\nv3 = X @ U\nv4 = v3 + b\nr = np.exp(v4)"
    rows = [row.split(" = ") for row in text.splitlines()]
    definitions = {name: ast.parse(value, mode="eval").body for name, value in rows}
    assert outcomes(definitions, {"z": "z", "r": "r"}) == {"v2": "z", "v4": "r"}
    assert outcomes(definitions, {"z": "z", "r": "z"}) == {}
    summed = definitions | {"r": ast.parse("np.sum(v4)", mode="eval").body}
    assert outcomes(summed, {"z": "z", "r": "r"}) == {}
