"""The forms that other packages expect, run in those packages where they are installed."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from refactorer.draft import Draft
from refactorer.errors import Refused, Usage
from refactorer.judging.verify import judge
from refactorer.pipeline.run import refactor, silent
from refactorer.request import FRAMEWORKS, PACKAGES, Request, printed_name

SAMPLES = Path(__file__).parent.parent / "samples"
Shapes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Case:
    """A function of samples/, how its gradient is wanted, and the forms that it has."""

    file: str
    name: str
    wrt: tuple[str, ...]
    shapes: Shapes = field(default_factory=dict)
    params: tuple[str, ...] = ()
    styles: tuple[str, ...] = ("jax", "torch", "autograd")

    def request(self, style: str) -> Request:
        """What is asked for in a style."""
        params = self.params if style == "thinc-layer" else ()
        wrt = self.wrt[:1] if style in ("sklearn", "thinc-loss") else self.wrt
        return Request(
            str(SAMPLES / self.file), self.name, wrt, self.shapes, {}, style, params=params
        )


NUMBER = ("scipy", "sklearn", "jax", "torch", "autograd")
LOSS = (*NUMBER, "thinc-loss")
LAYER = ("thinc-layer", "jax", "torch", "autograd")
ROWS: Shapes = {"guess": ("n", "d"), "truth": ("n", "d")}
DENSE: Shapes = {"X": ("n", "i"), "W": ("o", "i"), "b": ("o",)}
RNN: Shapes = {
    "X": ("t", "n", "i"),
    "h": ("n", "o"),
    "W": ("i", "o"),
    "U": ("o", "o"),
    "b": ("o",),
}
FIT: Shapes = {"a": (), "b": (), "c": (), "t": ("n",), "y": ("n",)}
CASES = [
    Case("losses.py", "cosine_loss", ("X", "Y"), {"X": ("n",), "Y": ("n",)}, styles=NUMBER),
    Case("losses.py", "cosine_loss_rows", ("guess",), ROWS, styles=LOSS),
    Case("losses.py", "mean_squared_error", ("guess",), ROWS, styles=LOSS),
    Case("activations.py", "gelu", ("X",), {"X": ("n", "d")}, styles=LAYER),
    Case("layers.py", "tanh_layer", ("X", "W", "b"), DENSE, ("W", "b"), styles=LAYER),
    Case("layers.py", "softmax", ("X",), {"X": ("n", "d")}, styles=LAYER),
    Case(
        *("layers.py", "rms_norm", ("X", "gain"), {"X": ("n", "d"), "gain": ("d",)}, ("gain",)),
        styles=LAYER,
    ),
    Case("objectives.py", "logistic_loss", ("w",), {"w": ("d",), "X": ("n", "d"), "y": ("n",)}),
    Case(
        "objectives.py", "exponential_fit", ("a", "b", "c"), FIT, styles=(*NUMBER[:1], *NUMBER[2:])
    ),
    Case("recurrent.py", "rnn", ("X", "h", "W", "U", "b"), RNN, ("W", "U", "b"), styles=LAYER),
    Case(
        *("switches.py", "cross_entropy", ("logits",)),
        {"logits": ("n",), "targets": ("n",), "weight": ("n",)},
        styles=("scipy", "sklearn", "jax", "torch", "autograd"),
    ),
]
BY_NAME = {case.name: case for case in CASES}


def need(style: str) -> None:
    """Skip a test where the package that a style is for is not installed."""
    package = PACKAGES.get(style)
    if package and find_spec(package) is None:
        pytest.skip(f"{package} is not installed")


@cache
def draft(name: str, style: str) -> Draft:
    """What is printed for a sample."""
    need(style)
    return refactor(BY_NAME[name].request(style), silent)


def printed(name: str, style: str) -> Any:
    """What the text that is printed for a sample defines, by its names."""
    return defined(draft(name, style).text)


def defined(text: str) -> Any:
    """What a text defines, by its names."""
    namespace: dict[str, Any] = {}
    exec(compile(text, "<printed>", "exec"), namespace)
    return SimpleNamespace(**namespace)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize(
    ("name", "style"),
    [
        pytest.param(case.name, style, id=f"{case.name}-{style}")
        for case in CASES
        for style in case.styles
    ],
)
def test_a_form_has_the_right_gradient_where_it_is_at_home(name: str, style: str) -> None:
    made = draft(name, style)
    verdict = judge(made.text, made.module, made.name, made.style, made.wrt, made.plans, made.seed)
    assert verdict.right, verdict.reason


def test_every_place_has_cases() -> None:
    assert {style for case in CASES for style in case.styles} == {*FRAMEWORKS}


def arguments(name: str) -> list[np.ndarray[Any, Any]]:
    """Arguments for a sample, in the order of its shapes."""
    sizes, draws = {"n": 3, "d": 4, "i": 4, "o": 2, "t": 3}, rng()
    shapes = BY_NAME[name].shapes.values()
    return [draws.uniform(0.2, 1.5, [sizes[size] for size in shape]) for shape in shapes]


# SciPy


def test_minimize_takes_one_vector_of_numbers() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    fit = printed("exponential_fit", "scipy").exponential_fit
    t = np.linspace(0, 4, 30)
    y = 2.0 * np.exp(-1.5 * t) + 0.5
    found = optimize.minimize(fit, [1.0, 1.0, 0.0], args=(t, y), jac=True)
    assert np.allclose(found.x, [2.0, 1.5, 0.5], atol=1e-4)


MLP = '''
    import numpy as np
    from scipy.special import expit

    def mlp(X, y, W, b, v, decay=0.001):
        """Mean squared error of a layer of hidden units."""
        H = np.tanh(X @ W + b)
        error = expit(H @ v) - y
        return np.mean(error ** 2) + decay * np.sum(W * W)
'''
MLP_SHAPES: Shapes = {"X": ("n", "d"), "y": ("n",), "W": ("d", "h"), "b": ("h",), "v": ("h",)}


def written(folder: Path, text: str, name: str, style: str, **options: Any) -> Any:
    """What is printed for a function of a file that holds a text."""
    need(style)
    file = folder / "user.py"
    file.write_text(dedent(text))
    return defined(refactor(Request(str(file), name, style=style, **options), silent).text)


def test_minimize_takes_several_arrays_packed(tmp_path: Path) -> None:
    optimize: Any = pytest.importorskip("scipy.optimize")
    mlp = written(tmp_path, MLP, "mlp", "scipy", wrt=("W", "b", "v"), shapes=MLP_SHAPES)
    shapes = ((2, 4), (4,), (4,))
    start = mlp.pack(*(rng().normal(size=shape) for shape in shapes))
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) - 0.5
    arguments = (shapes, X, np.array([0, 1, 1, 0]))

    def value(x: Any) -> Any:
        return mlp.mlp(x, *arguments)[0]

    def gradient(x: Any) -> Any:
        return mlp.mlp(x, *arguments)[1]

    assert optimize.check_grad(value, gradient, start) < 1e-6
    found = optimize.minimize(mlp.mlp, start, args=arguments, jac=True)
    assert found.fun < value(start) / 2
    assert [part.shape for part in mlp.unpack(found.x, shapes)] == [*shapes]


def test_what_is_not_asked_for_keeps_its_order(tmp_path: Path) -> None:
    mlp = written(tmp_path, MLP, "mlp", "scipy", wrt=("v",), shapes=MLP_SHAPES)
    value, gradient = mlp.mlp(np.zeros(3), np.ones((5, 2)), np.ones(5), np.ones((2, 3)), np.ones(3))
    assert np.ndim(value) == 0
    assert gradient.shape == (3,)


@pytest.mark.parametrize("style", ["scipy", "sklearn", "thinc-loss"])
def test_what_returns_an_array_is_no_objective(style: str) -> None:
    with pytest.raises(Refused, match="returns one number, and this returns more"):
        draft("softmax", style)


# scikit-learn


def test_it_is_the_loss_of_logistic_regression() -> None:
    linear_loss = pytest.importorskip("sklearn.linear_model._linear_loss")
    loss = pytest.importorskip("sklearn._loss")
    theirs = linear_loss.LinearModelLoss(base_loss=loss.HalfBinomialLoss(), fit_intercept=False)
    ours = printed("logistic_loss", "sklearn").LogisticLoss()
    X, w = rng().normal(size=(20, 3)), rng().normal(size=3)
    y = np.sign(X @ np.ones(3) + 0.1)
    mine = ours.loss_gradient(w, X, y, alpha=0.3)
    want = theirs.loss_gradient(w, X, (y + 1) / 2, l2_reg_strength=0.3)
    for one, other in zip(mine, want, strict=True):
        assert np.allclose(one, other)
    assert np.allclose(ours.loss(w, X, y, alpha=0.3), want[0])
    assert np.allclose(ours.gradient(w, X, y, alpha=0.3), want[1])


def test_an_estimator_fits_with_it() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    linear_model = pytest.importorskip("sklearn.linear_model")
    ours = printed("logistic_loss", "sklearn").LogisticLoss()
    X = rng().normal(size=(60, 3))
    y = np.where(X @ [1.0, -2.0, 0.5] + rng().normal(size=60) > 0, 1.0, -1.0)
    found = optimize.minimize(ours.loss_gradient, np.zeros(3), args=(X, y, 0.1), jac=True)
    theirs = linear_model.LogisticRegression(C=1 / (60 * 0.1), fit_intercept=False, tol=1e-8)
    assert np.allclose(found.x, theirs.fit(X, y).coef_[0], atol=1e-3)


# autograd


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_autograd_checks_its_gradients(case: Case) -> None:
    util: Any = pytest.importorskip("autograd.test_util")
    function = getattr(printed(case.name, "autograd"), case.name)
    given = dict(zip(case.shapes, arguments(case.name), strict=True))

    def of_wanted(*values: Any) -> Any:
        # autograd follows what is given by position alone
        return function(*{**given, **dict(zip(case.wrt, values, strict=True))}.values())

    util.check_grads(of_wanted, modes=["rev"], order=1)(*(given[name] for name in case.wrt))


def test_autograd_says_that_there_is_no_second_derivative() -> None:
    autograd: Any = pytest.importorskip("autograd")
    function = printed("cosine_loss", "autograd").cosine_loss
    once = autograd.grad(lambda x: function(x, np.ones(3)))
    with pytest.raises(NotImplementedError, match="VJP of cosine_loss_dX"):
        autograd.grad(lambda x: once(x).sum())(np.arange(3.0))


# JAX


def in_jax(name: str) -> tuple[Any, Any]:
    """What is printed for a sample, and the sample itself in jax.numpy."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    made = getattr(printed(name, "jax"), name)
    text = (SAMPLES / BY_NAME[name].file).read_text()
    own = getattr(defined(text.replace("import numpy as np", "import jax.numpy as np")), name)
    return made, own


@pytest.mark.parametrize("name", ["cosine_loss_rows", "tanh_layer", "gelu", "rnn"])
def test_jax_has_the_same_gradients_under_jit_and_vmap(name: str) -> None:
    jax = pytest.importorskip("jax")
    made, own = in_jax(name)
    given = arguments(name)
    wrt = [[*BY_NAME[name].shapes].index(n) for n in BY_NAME[name].wrt]
    ours = jax.grad(lambda *values: made(*values).sum(), wrt)
    theirs = jax.grad(lambda *values: own(*values).sum(), wrt)
    batch = [np.stack([value, 0.5 * value]) for value in given]
    for way in (lambda f: f, jax.jit):
        for one, other in zip(way(ours)(*given), theirs(*given), strict=True):
            assert np.allclose(one, other)
    for one, other in zip(jax.vmap(ours)(*batch), jax.vmap(theirs)(*batch), strict=True):
        assert np.allclose(one, other)


def test_jax_is_refused_where_a_branch_depends_on_values() -> None:
    need("jax")
    made = refactor(Request(str(SAMPLES / "switches.py"), "clipped", style="jax"), silent)
    verdict = judge(made.text, made.module, made.name, made.style, made.wrt, made.plans, made.seed)
    assert "a branch or a loop depends on values" in verdict.reason


# PyTorch


@pytest.mark.parametrize("name", ["cosine_loss", "cosine_loss_rows", "tanh_layer", "gelu", "rnn"])
def test_torch_checks_its_gradients_and_theirs(name: str) -> None:
    torch = pytest.importorskip("torch")
    made = getattr(printed(name, "torch"), name)
    case = BY_NAME[name]
    given = [
        torch.tensor(value, requires_grad=argument in case.wrt)
        for argument, value in zip(case.shapes, arguments(name), strict=True)
    ]
    assert torch.autograd.gradcheck(made, given)
    assert torch.autograd.gradgradcheck(made, given)


@pytest.mark.parametrize("style", ["jax", "torch", "scipy"])
def test_keywords_are_taken_by_position_too(style: str, tmp_path: Path) -> None:
    text = """
        import numpy as np

        def gate(x, scale=1.0, *, shift=0.5):
            return np.sum(np.tanh(x * scale + shift))
    """
    gate = written(tmp_path, text, "gate", style, shapes={"x": ("n",)}).gate
    assert list(inspect.signature(gate).parameters) == ["x", "scale", "shift"]


def test_what_torch_lacks_is_refused(tmp_path: Path) -> None:
    text = """
        import numpy as np

        def middle(X):
            return np.sum(np.sinc(X) ** 2)
    """
    with pytest.raises(Refused, match=r"torch has no function for `np\.sinc`"):
        written(tmp_path, text, "middle", "torch", shapes={"X": ("n",)})


# Thinc


def test_a_printed_layer_and_a_printed_loss_train() -> None:
    thinc = pytest.importorskip("thinc.api")
    layer = printed("tanh_layer", "thinc-layer").TanhLayer
    loss = printed("cosine_loss_rows", "thinc-loss").CosineLossRows(normalize=True)
    X = rng().normal(size=(64, 5)).astype("f")
    truth = np.tanh(X @ rng().normal(size=(5, 3))).astype("f")
    model = thinc.chain(layer(nO=8), layer(), thinc.Linear())
    model.initialize(X=X, Y=truth)
    optimizer, losses = thinc.Adam(0.02), []
    for _ in range(100):
        guess, backprop = model.begin_update(X)
        gradient, value = loss(guess, truth)
        backprop(gradient)
        model.finish_update(optimizer)
        losses.append(float(value))
    assert losses[-1] < 0.2 * losses[0]


def test_a_layer_is_as_thinc_would_have_it() -> None:
    thinc = pytest.importorskip("thinc.api")
    made = printed("tanh_layer", "thinc-layer")
    assert thinc.registry.layers.get("TanhLayer.v1") is made.TanhLayer
    model = made.TanhLayer(nO=2)
    assert model.param_names == ("W", "b")
    assert not model.has_dim("nI")
    model.initialize(X=np.ones((4, 3), "f"))
    assert (model.get_dim("nO"), model.get_dim("nI")) == (2, 3)
    assert model.get_param("W").shape == (2, 3)
    assert not model.get_param("b").any()


def test_a_factor_starts_from_ones_and_a_default_is_an_attribute() -> None:
    pytest.importorskip("thinc.api")
    model = printed("rms_norm", "thinc-layer").RmsNorm(eps=0.5)
    model.initialize(X=np.ones((4, 3), "f"))
    assert model.attrs["eps"] == 0.5
    assert (model.get_param("gain") == 1).all()
    assert model.get_dim("nO") == 3


EMBED = """
    import numpy as np
    from thinc.types import Floats2d

    def wide(x):
        return 2.0 * x

    def embed(ids, E: Floats2d):
        return wide(E[ids])
"""


def test_a_layer_of_indices_is_given_how_many_there_are(tmp_path: Path) -> None:
    pytest.importorskip("thinc.api")
    shapes, at = {"ids": ("n",), "E": ("v", "d")}, {"ids": "rng.integers(0, v, n)"}
    options: dict[str, Any] = {"params": ("E",), "shapes": shapes, "at": at}
    made = written(tmp_path, EMBED, "embed", "thinc-layer", **options)
    model = made.Embed(nV=7, nO=3)
    model.initialize()
    output, backprop = model(np.array([1, 1, 4]), is_train=True)
    backprop(np.ones((3, 3)))
    assert not hasattr(made, "wide"), "what is called is written out: NumPy may be CuPy there"
    assert np.allclose(output, 2 * model.get_param("E")[[1, 1, 4]])
    assert np.allclose(model.get_grad("E").sum(axis=1), [0, 12, 0, 0, 6, 0, 0])


def test_a_loss_is_as_thinc_has_its_cosine_distance() -> None:
    loss = pytest.importorskip("thinc.loss")
    guess, truth = rng().normal(size=(2, 6, 4))
    for normalize in (True, False):
        ours = printed("cosine_loss_rows", "thinc-loss").CosineLossRows(normalize=normalize)
        theirs = loss.CosineDistance(normalize=normalize)
        for one, other in zip(ours(guess, truth), theirs(guess, truth), strict=True):
            assert np.allclose(one, other)
        assert np.allclose(ours.get_grad(guess, truth), theirs.get_grad(guess, truth))
        assert np.allclose(ours.get_loss(guess, truth), theirs.get_loss(guess, truth))
    with pytest.raises(ValueError, match="do not fit"):
        ours(guess, truth[:3])


def test_a_mean_is_not_normalized_again() -> None:
    pytest.importorskip("thinc.api")
    assert printed("cosine_loss_rows", "thinc-loss").CosineLossRows().normalize
    assert not printed("mean_squared_error", "thinc-loss").MeanSquaredError().normalize


def test_the_readme_shows_a_layer_as_it_is_printed() -> None:
    root = SAMPLES.parent
    shown = (root / "README.md").read_text().split("```python\ndef tanh_layer_forward")[1]
    text = (root / "tests" / "golden" / "layers.tanh_layer.thinc-layer.py").read_text()
    assert shown.split("```")[0] in text


# What is asked for


def test_what_cannot_be_run_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refactorer.pipeline.asked.find_spec", lambda package: None)
    request = Request(str(SAMPLES / "losses.py"), "cosine_loss", style="jax")
    with pytest.raises(Refused, match="jax is not here") as refused:
        refactor(request, silent)
    assert "pip install 'refactor-grad[jax]'" in refused.value.hint


def test_parameters_are_those_of_a_layer() -> None:
    request = Request(str(SAMPLES / "layers.py"), "affine", params=("W",))
    with pytest.raises(Usage, match="--params names the parameters of a layer"):
        refactor(request, silent)


@pytest.mark.parametrize(
    ("style", "title"),
    [("sklearn", "L2Norm"), ("thinc-layer", "L2Norm"), ("grad", "d_L2_norm"), ("jax", "L2_norm")],
)
def test_what_is_defined_has_the_name_that_its_place_expects(style: str, title: str) -> None:
    assert printed_name("L2_norm", style) == title
