from __future__ import annotations

import inspect
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from refactorer.arguments.inputs import Plan, plan
from refactorer.errors import Refused
from refactorer.judging.directions import directions
from refactorer.judging.verify import Samples, Verdict, check, everywhere, judge, judge_at, samples

# Users write no types here: mypy would ask them of each example.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

HEAD = "import numpy as np\n\n\n"


@dataclass(frozen=True)
class Parameter:
    name: str


def executed(module: str, name: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(module, namespace)
    return namespace[name]


def planned(
    function: Any,
    wrt: tuple[str, ...],
    shapes: Mapping[str, tuple[str, ...]],
    at: Mapping[str, str] = {},
) -> tuple[Plan, ...]:
    parameters = [Parameter(name) for name in inspect.signature(function).parameters]
    return plan(function, parameters, wrt, shapes, {}, at, 0)


def judged(
    module: str,
    text: str,
    shapes: Mapping[str, tuple[str, ...]],
    wrt: tuple[str, ...] = ("X",),
    style: str = "callback",
    at: Mapping[str, str] = {},
) -> Verdict:
    name = next(line for line in module.splitlines() if line.startswith("def "))[4:].split("(")[0]
    module = module if "import numpy" in module else HEAD + module
    text = text if "import" in text else HEAD + text
    plans = planned(executed(module, name), wrt, shapes, at)
    return judge(text, module, name, style, wrt, [one.as_json() for one in plans], 0)


# One function in every style

ROWS = """
def rows(X, w, scale=2.0):
    return np.tanh(X @ w) * scale
"""
ROWS_SHAPES = {"X": ("n", "d"), "w": ("d",)}
ROWS_FORWARD = """
def rows(X, w, scale=2.0):
    t = np.tanh(X @ w)
"""
STYLES = {
    "callback": ROWS_FORWARD
    + """
    def backprop(d_out):
        d_scores = d_out * scale * (1 - t**2)
        return np.outer(d_scores, w), X.T @ d_scores

    return t * scale, backprop
""",
    "callbacks": ROWS_FORWARD
    + """
    def get_dX(d_out):
        return np.outer(d_out * scale * (1 - t**2), w)

    def get_dw(d_out):
        return X.T @ (d_out * scale * (1 - t**2))

    return t * scale, (get_dX, get_dw)
""",
    "grad": """
def d_rows(X, w, scale=2.0, d_out=1.0):
    d_scores = d_out * scale * (1 - np.tanh(X @ w)**2)
    return np.outer(d_scores, w), X.T @ d_scores
""",
    "value-and-grad": ROWS_FORWARD
    + """
    d_scores = scale * (1 - t**2)
    return t * scale, (np.outer(d_scores, w), X.T @ d_scores)
""",
}
ONE_INPUT = {
    "callback": ROWS_FORWARD
    + """
    def get_dw(d_out):
        return X.T @ (d_out * scale * (1 - t**2))

    return t * scale, get_dw
""",
    "grad": """
def d_rows(X, w, scale=2.0, d_out=1.0):
    return X.T @ (d_out * scale * (1 - np.tanh(X @ w)**2))
""",
    "value-and-grad": ROWS_FORWARD
    + """
    return t * scale, X.T @ (scale * (1 - t**2))
""",
}
ONE_INPUT["callbacks"] = ONE_INPUT["callback"]


@pytest.mark.parametrize("style", STYLES)
def test_each_style_is_right(style: str) -> None:
    verdict = judged(ROWS, STYLES[style], ROWS_SHAPES, ("X", "w"), style)

    assert verdict.reason == ""
    assert verdict.right
    assert verdict.error < 1e-9


@pytest.mark.parametrize("style", STYLES)
def test_each_style_is_right_for_one_input(style: str) -> None:
    verdict = judged(ROWS, ONE_INPUT[style], ROWS_SHAPES, ("w",), style)

    assert verdict.reason == ""
    assert verdict.right


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("(1 - ", "(1 + ", "is wrong"),
        ("X.T @", "2 * X.T @", "is wrong"),
        ("scale * (1", "2.0 * (1", "is wrong.*scale="),
        ("scale=2.0", "scale=3.0", "its signature is"),
        ("(X, w, ", "(w, X, ", "its signature is"),
    ],
)
def test_each_style_is_found_wrong(style: str, old: str, new: str, reason: str) -> None:
    verdict = judged(ROWS, STYLES[style].replace(old, new), ROWS_SHAPES, ("X", "w"), style)

    assert not verdict.right
    assert re.search(reason, verdict.reason)


# A table of what is wrong with one simple gradient

LOSS = """
def loss(X, Y, k=0.5):
    return np.sum(k * (X - Y) ** 2)
"""
LOSS_SHAPES = {"X": ("n", "d"), "Y": ("n", "d")}
FRAME = """
def loss(X, Y, k=0.5):
    diff = X - Y
    {before}
    def get_dX(d_loss):
        {first}
        return {gradient}

    return {out}, get_dX
"""


def written(gradient: str, first: str = "pass", before: str = "", out: str = "") -> str:
    out = out or "np.sum(k * diff**2)"
    return FRAME.format(before=before, first=first, gradient=gradient, out=out)


@pytest.mark.parametrize(
    "text",
    [
        written("2 * d_loss * k * diff"),
        written("(k * d_loss + k * d_loss) * (X - Y)"),
        written("np.full_like(X, d_loss) * (2 * k * diff)"),
        written("2 * (d_loss * k) * np.array(diff)", out="(k * diff**2).sum()"),
    ],
)
def test_right_gradients_are_accepted(text: str) -> None:
    verdict = judged(LOSS, text, LOSS_SHAPES)

    assert (verdict.right, verdict.reason, verdict.unsafe) == (True, "", 0)
    assert 0 < verdict.error < 1e-8


WRONG = {
    "sign": (written("-2 * d_loss * k * diff"), "gradient of X is wrong"),
    "factor 2": (written("d_loss * k * diff"), "gradient of X is wrong"),
    "a little off": (written("2.000001 * d_loss * k * diff"), "gradient of X is wrong"),
    "transposed": (written("2 * d_loss * k * diff.T"), r"has the shape \(5, 3\), not \(3, 5\)"),
    "summed": (written("2 * d_loss * k * diff.sum(axis=0)"), "has the shape"),
    "kept too many axes": (written("2 * d_loss * k * diff[None]"), "has the shape"),
    "swallowed default": (written("d_loss * diff"), "k=0.35"),
    "swallowed cotangent": (written("2 * k * diff"), "gradient of X is wrong"),
    "not finite": (written("np.log(-1.0) * diff"), "is not finite"),
    "float64 for float32": (
        written("2 * d_loss * k * diff * np.ones(1)"),
        "in float32, the gradient of X is float64, not float32",
    ),
    "float32 for float64": (
        written("(2 * d_loss * k * diff).astype(np.float32)"),
        "gradient of X",
    ),
    "output too wide": (
        written("2 * d_loss * k * diff", out="np.sum(k * diff**2, dtype=float)"),
        "in float32, the output is float64",
    ),
    "output is another": (
        written("2 * d_loss * k * diff", out="np.sum(2 * k * diff**2)"),
        "the output has other values",
    ),
    "output has another shape": (
        written("2 * d_loss * k * diff", out="np.sum(k * diff**2, keepdims=True)"),
        "the output is float64 of shape",
    ),
    "changes its argument": (
        written("2 * d_loss * k * diff", before="X -= Y; diff = X"),
        "X is changed",
    ),
    "changes its argument later": (
        written("2 * d_loss * k * diff", first="Y[:] = 0"),
        "Y is changed",
    ),
    "changes its residual": (
        written("diff", first="nonlocal diff; diff *= 2 * d_loss * k"),
        "the gradients of one call are changed by the next",
    ),
    "stale on the second call": (
        written("cache[0]", before="cache = []", first="cache.append(2 * d_loss * k * diff)"),
        "at a later call",
    ),
    "one buffer for all calls": (
        written("np.multiply(2 * d_loss * k, diff, out=buffer)", before="buffer = 0 * X"),
        "the gradients of one call are changed by the next",
    ),
    "a tuple for one input": (written("(2 * d_loss * k * diff,)"), "a tuple of 1 for one input"),
    "no array": (written("(2 * d_loss * k * diff).tolist()"), "it returns a list"),
    "no number": (written("None"), "is a NoneType"),
    "wrong at size 1 only": (
        written("2 * d_loss * k * diff * (1 if X.shape[0] > 1 else 3)"),
        r"gradient of X is wrong.*n=1",
    ),
    "squeezes at size 1": (written("(2 * d_loss * k * diff).squeeze()"), "has the shape .*=1"),
    "wrong where square": (
        written("2 * d_loss * k * (diff.T if X.shape[0] == X.shape[1] else diff)"),
        "gradient of X is wrong",
    ),
    "wrong in the last row of many": (
        written("2 * d_loss * k * diff * (np.arange(len(X)) < 8)[:, None]"),
        "n=13",
    ),
    "does not run": (written("2 * d_loss * k * d"), "it raises NameError.*d="),
    "does not parse": (written("2 d_loss"), "SyntaxError"),
    "defines nothing": ("x = 1", "does not define loss"),
    "returns no pair": (LOSS, "no pair"),
    "returns no callback": (written("0").replace(", get_dX\n", ", 1\n"), "for a callback"),
    "imports tangent": (
        "import tangent\nimport numpy as np\n" + written("2 * d_loss * k * diff"),
        "it imports tangent",
    ),
    "imports this package in a function": (
        "import numpy as np\n"
        + written("2 * d_loss * k * diff", first="import refactorer.judging.verify"),
        "it imports refactorer",
    ),
    "names tangent": (
        written("2 * d_loss * k * diff", first="tangent = 1"),
        "has to be written out",
    ),
    "another signature": (
        written("2 * d_loss * k * diff").replace("k=0.5", "k=0.7"),
        "its signature is",
    ),
    "keyword only": (
        written("2 * d_loss * k * diff").replace(", k=0.5", ", *, k=0.5"),
        "its signature is",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_texts_are_rejected(what: str) -> None:
    text, reason = WRONG[what]
    verdict = judged(LOSS, text, LOSS_SHAPES)

    assert not verdict.right
    assert re.search(reason, verdict.reason)


def test_the_cotangent_may_be_returned_but_not_changed() -> None:
    module = "def f(X, y):\n    return X + y\n"
    shapes = {"X": ("n", "d"), "y": ("d",)}
    frame = "def f(X, y):\n    def backprop(g):\n        {}\n    return X + y, backprop\n"

    def reason(body: str) -> str:
        return judged(module, frame.format(body), shapes, ("X", "y")).reason

    assert reason("return g, g.sum(axis=0)") == ""
    assert "X is a view" in reason("return np.broadcast_to(g, X.shape), g.sum(axis=0)")
    assert "the cotangent is changed" in reason("g[0] += 1; return g, g.sum(axis=0)")
    assert "2 inputs" in reason("return g")
    assert "2 inputs" in reason("return g, g.sum(axis=0), g")
    assert "2 inputs" in reason("return [g, g.sum(axis=0)]")


def test_read_only_gradients_are_rejected() -> None:
    module = "def f(X):\n    return np.sum(X)\n"
    frame = "def f(X):\n    return np.sum(X), lambda g: {}\n"
    shapes = {"X": ("n", "d")}

    def reason(gradient: str) -> str:
        return judged(module, frame.format(gradient), shapes).reason

    assert reason("np.full_like(X, g)") == ""
    assert "cannot be written to" in reason("np.broadcast_to(np.asarray(g, X.dtype), X.shape)")
    assert "cannot be written to" in reason(
        "np.lib.stride_tricks.as_strided(np.array([g], X.dtype), X.shape, (0, 0))"
    )
    assert judged(module, frame.format("g"), {"X": ()}).right


def test_a_scalar_argument_gets_a_scalar() -> None:
    module = "def f(a, X):\n    return a * np.sum(X)\n"
    frame = "def f(a, X):\n    return a * np.sum(X), lambda g: {}\n"
    shapes = {"a": (), "X": ("n",)}

    assert judged(module, frame.format("g * np.sum(X)"), shapes, ("a",)).right
    assert "shape" in judged(module, frame.format("g * X"), shapes, ("a",)).reason
    assert "shape" in judged(module, frame.format("g * X[:1]"), shapes, ("a",)).reason


# Outputs

TUPLE = """
def parts(X):
    return X * X, (np.argmax(X), np.sum(X))
"""


def test_tuples_take_tuples_and_integers_are_ignored() -> None:
    text = """
def parts(X):
    def get_dX(d_out):
        d_square, (_, d_total) = d_out
        return 2 * X * d_square + d_total

    return (X * X, (np.argmax(X), np.sum(X))), get_dX
"""
    assert judged(TUPLE, text, {"X": ("n",)}).reason == ""
    wrong = text.replace("(X * X, (np.argmax(X), np.sum(X)))", "(X * X, [np.argmax(X), np.sum(X)])")
    assert "the output is a list of 2" in judged(TUPLE, wrong, {"X": ("n",)}).reason
    wrong = text.replace("+ d_total", "+ d_total * 2")
    assert "is wrong" in judged(TUPLE, wrong, {"X": ("n",)}).reason


def test_the_default_cotangent_stands_for_ones() -> None:
    module = "def f(X):\n    return X * X\n"
    shapes = {"X": ("n",)}
    right = "def d_f(X, d_out=1.0):\n    return 2 * X * d_out\n"

    assert judged(module, right, shapes, style="grad").right
    wrong = right.replace("=1.0", "=2.0")
    assert "default cotangent" in judged(module, wrong, shapes, style="grad").reason
    assert judged(module, right.replace("=1.0", ""), shapes, style="grad").right


# Values


def test_other_values_of_defaults_are_tried() -> None:
    out = "np.sum((1 - X if flip else X) ** p + eps)"
    module = f"def f(X, p=2, flip=False, eps=1e-8):\n    return {out}\n"
    frame = "def f(X, p=2, flip=False, eps=1e-8):\n    return {}, lambda g: {}\n"
    right = "g * p * (1 - X if flip else X) ** (p - 1) * (-1 if flip else 1)"
    shapes = {"X": ("n",)}

    assert judged(module, frame.format(out, right), shapes).reason == ""
    assert "p=3" in judged(module, frame.format(out, "g * 2 * X"), shapes).reason
    wrong = frame.format(out, "g * p * X ** (p - 1)")
    assert "flip=True" in judged(module, wrong, shapes).reason
    wrong = frame.format(out.replace("eps", "1e-8"), right)
    assert "eps=" in judged(module, wrong, shapes).reason


def test_none_is_tried_for_an_array_that_may_be_missing() -> None:
    module = "def f(X, w=None):\n    return np.sum(X if w is None else X * w)\n"
    frame = (
        "def f(X, w=None):\n    return np.sum(X if w is None else X * w), "
        "lambda g: np.full_like(X, g) {}\n"
    )
    shapes = {"X": ("n",), "w": ("n",)}

    assert judged(module, frame.format("* (1 if w is None else w)"), shapes).reason == ""
    assert "w=None" in judged(module, frame.format("* w"), shapes).reason


def test_masks_have_both_values_somewhere() -> None:
    module = "def f(X, mask):\n    return np.sum(np.where(mask, X * X, X))\n"
    frame = "def f(X, mask):\n    return np.sum(np.where(mask, X * X, X)), lambda g: {}\n"
    shapes = {"X": ("n",), "mask": ("n",)}

    assert judged(module, frame.format("g * np.where(mask, 2 * X, 1)"), shapes).reason == ""
    assert not judged(module, frame.format("g * 2 * X"), shapes).right


def test_overflow_at_the_edge_is_counted_and_forgiven() -> None:
    module = "def f(X):\n    return np.logaddexp(0, 20 * X)\n"
    frame = "def f(X):\n    return np.logaddexp(0, 20 * X), lambda g: {}\n"
    shapes = {"X": ("n", "d")}
    safe = judged(module, frame.format("20 * g / (1 + np.exp(-20 * X))"), shapes)
    unsafe = judged(module, frame.format("20 * g * np.exp(20 * X) / (1 + np.exp(20 * X))"), shapes)

    assert (safe.right, safe.unsafe) == (True, 0)
    assert (unsafe.right, unsafe.unsafe > 0) == (True, True)


def test_a_size_of_one_may_have_no_gradient() -> None:
    module = "def f(X):\n    return np.std(X)\n"
    text = (
        "def f(X):\n    s = np.std(X)\n    return s, lambda g: g * (X - X.mean()) / (X.size * s)\n"
    )

    verdict = judged(module, text, {"X": ("n",)})
    assert verdict.reason == ""
    assert verdict.unsafe > 0


def test_a_gradient_that_cancels_may_leave_some_rounding() -> None:
    module = """
def f(X, Y):
    return 1 - np.sum(X * Y) / np.sqrt(np.sum(X * X) * np.sum(Y * Y))
"""
    text = """
def f(X, Y):
    xx = np.sum(X * X)
    norms = np.sqrt(xx * np.sum(Y * Y))
    similarity = np.sum(X * Y) / norms

    def get_dX(d_out):
        return (d_out * similarity / xx) * X - (d_out / norms) * Y

    return 1 - np.sum(X * Y) / np.sqrt(np.sum(X * X) * np.sum(Y * Y)), get_dX
"""
    assert judged(module, text, {"X": ("n",), "Y": ("n",)}).reason == ""


def test_kinks_are_drawn_around() -> None:
    module = "def f(X):\n    return np.sum(np.maximum(X, 0) + np.abs(X))\n"
    frame = "def f(X):\n    return np.sum(np.maximum(X, 0) + np.abs(X)), lambda g: {}\n"

    right = judged(module, frame.format("g * ((X > 0) + np.sign(X))"), {"X": ("n", "d")})
    assert right.reason == ""
    assert right.notes == ()


def test_entries_at_a_kink_are_left_out_and_told() -> None:
    module = "def f(X):\n    return np.sum(np.abs(X))\n"
    text = "def f(X):\n    return np.sum(np.abs(X)), lambda g: g * np.sign(X)\n"

    verdict = judged(module, text, {"X": ("n",)}, at={"X": "np.arange(n) - 1.0"})
    assert verdict.reason == ""
    assert any("1 of 5 entries lie near a kink" in note for note in verdict.notes)
    verdict = judged(module, text, {"X": ("n",)}, at={"X": "np.zeros(n)"})
    assert "nothing could be verified" in verdict.reason


def test_sizes_at_which_the_function_fails_are_told() -> None:
    module = (
        "def f(X):\n    if len(X) < 2:\n        raise ValueError('two rows at least')\n"
        "    return np.sum(X)\n"
    )
    text = module.replace("np.sum(X)", "np.sum(X), lambda g: np.full_like(X, g)")

    verdict = judged(module, text, {"X": ("n", "d")})
    assert verdict.reason == ""
    assert "n=1, d=5: ValueError: two rows at least" in verdict.notes


def test_a_function_that_draws_is_refused() -> None:
    module = "def f(X):\n    return X * np.random.uniform(size=X.shape)\n"

    with pytest.raises(Refused, match="changes from call to call"):
        judged(module, module, {"X": ("n",)})


def test_the_users_own_module_must_run() -> None:
    plans = planned(lambda X: X, ("X",), {"X": ("n",)})
    verdict = judge("", "import no_such_module", "f", "callback", ("X",), plans, 0)

    assert not verdict.right
    assert "no_such_module" in verdict.reason


# Several ranks at once, and the check of each step


def squares(X):
    return np.sum(X * X)


def test_one_text_for_all_ranks() -> None:
    plans = planned(squares, ("X",), {})
    found = samples(squares, plans, ("X",), 0)

    assert {np.ndim(sample.arguments["X"]) for sample in found} == {0, 1, 2}  # type: ignore[arg-type]

    def right(a, g):
        return None, (2 * g * a["X"],)

    assert check(right, found).right
    total = samples(np.sum, planned(lambda a: np.sum(a), ("a",), {}), ("a",), 0)
    verdict = check(lambda a, g: (None, (g,)), total)
    assert "has the shape (), not (3,)" in verdict.reason


@pytest.fixture(scope="module")
def sampled() -> Samples:
    return samples(squares, planned(squares, ("X",), {"X": ("n", "d")}), ("X",), 0)


@pytest.mark.parametrize(
    ("pullback", "reason"),
    [
        (lambda a, g: (None, (2 * g * a["X"],)), ""),
        (lambda a, g: (np.sum(a["X"] ** 2), (2 * g * a["X"],)), ""),
        (lambda a, g: (np.sum(a["X"]), (2 * g * a["X"],)), "other values"),
        (lambda a, g: (None, (g * a["X"],)), "gradient of X is wrong"),
        (lambda a, g: (None, (2 * g * a["X"].T,)), "has the shape"),
        (lambda a, g: (None, (np.nan * a["X"],)), "not finite"),
        (lambda a, g: (None, ()), "0 gradients for 1 inputs"),
        (lambda a, g: (None, (2 * g * a["Z"],)), "it raises KeyError"),
    ],
)
def test_steps_are_checked(sampled: Samples, pullback: Any, reason: str) -> None:
    verdict = check(pullback, sampled)

    assert verdict.right == (reason == "")
    assert reason in verdict.reason


def test_a_check_leaves_the_samples_alone(sampled: Samples) -> None:
    def careless(a, g):
        X = a["X"]
        X *= 2 * g
        return None, (X,)

    assert check(careless, sampled).right
    assert check(careless, sampled).right


def test_no_samples_verify_nothing() -> None:
    assert "nothing could be verified" in check(lambda a, g: (None, ()), Samples(())).reason


def test_it_is_fast() -> None:
    def cosine(X, Y):
        norms = np.sqrt(np.sum(X * X)) * np.sqrt(np.sum(Y * Y))
        return np.sum(X * Y) / norms

    start = time.process_time()
    found = samples(cosine, planned(cosine, ("X",), {})[:1], ("X",), 0)
    middle = time.process_time()
    check(lambda a, g: (None, (a["X"],)), found)

    assert middle - start < 0.2
    assert time.process_time() - middle < 0.05


def test_where_the_function_overflows_in_float32_its_gradient_is_not_asked_for() -> None:
    module = "def f(X):\n    return np.tanh(np.log1p(np.exp(np.sum(X * X))))\n"
    text = (
        "def f(X):\n    E = np.exp(np.sum(X * X))\n    T = np.tanh(np.log1p(E))\n\n"
        "    def get_dX(d_out):\n        return (2 * d_out * (1 - T**2) * E / (1 + E)) * X\n\n"
        "    return T, get_dX\n"
    )
    assert judged(module, text, {"X": ("n", "n")}).right
    assert not judged(module, text.replace("2 *", "3 *"), {"X": ("n", "n")}).right


def test_what_hangs_on_the_last_digits_in_float32_is_not_asked_for() -> None:
    module = "def f(X):\n    return np.sum(X * X)\n"
    text = (
        "def f(X):\n    def get_dX(d_out):\n        A = 1e5 * X\n"
        "        nothing = np.sin(3e5 * X) - 3 * np.sin(A) + 4 * np.sin(A) ** 3\n"
        "        return d_out * (2 * X + nothing)\n\n"
        "    return np.sum(X * X), get_dX\n"
    )
    assert judged(module, text, {"X": ("n",)}).right
    assert not judged(module, text.replace("(2 *", "(3 *"), {"X": ("n",)}).right


def test_what_is_wrong_at_few_values_is_met_along_directions() -> None:
    module = HEAD + "def f(X):\n    return np.sum(X * X)\n"
    frame = (
        HEAD + "def f(X):\n    return np.sum(X * X), lambda g: g * (2 * X + ({} < X) * (X < 3))\n"
    )
    plans = planned(executed(module, "f"), ("X",), {"X": ("n",)}, {})

    def reason(bound: float, samples_of: Callable[..., Samples]) -> str:
        text = frame.format(bound)
        given = (text, module, "f", "callback", ("X",), lambda f: samples_of(f, plans, ("X",), 0))
        return judge_at(*given).reason

    assert reason(2.4, samples) == ""
    assert "along a direction" in reason(2.4, everywhere)
    assert reason(99.0, everywhere) == ""


def test_directions_are_found_for_numbers_and_for_many_inputs() -> None:
    def f(X: Any, a: float, mode: str = "sum") -> Any:
        assert type(a) is float
        return np.sum(X**2) * a

    (plan, *_) = planned(f, ("X", "a"), {"X": ("n", "d"), "a": ()}, {})
    found = [*directions(f, plan, ("X", "a"), 0)]
    assert len(found) > 20
    for one in found:
        X, a = np.asarray(one.arguments["X"]), float(str(one.arguments["a"]))
        slope = np.sum(2 * X * a * one.ways["X"]) + np.sum(X**2) * one.ways["a"]
        assert one.slope == pytest.approx(float(str(one.cotangent)) * slope, rel=1e-8)
    for function in (lambda X, a: np.sqrt(X - 99) * a, lambda X, a: X / (a // 0)):
        assert [*directions(function, plan, ("X",), 0)] == []
