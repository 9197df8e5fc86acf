from collections.abc import Callable
from functools import partial
from typing import cast

from thinc.api import Model, glorot_uniform_init, registry, zero_init
from thinc.types import Floats1d, Floats2d


@registry.layers("TanhLayer.v1")
def TanhLayer(
    nO: int | None = None,
    nI: int | None = None,
    *,
    init_W: Callable | None = None,
    init_b: Callable | None = None,
) -> Model[Floats2d, Floats2d]:
    return Model(
        "tanh_layer",
        tanh_layer_forward,
        init=partial(
            tanh_layer_init, init_W or glorot_uniform_init, init_b or zero_init
        ),
        dims={"nO": nO, "nI": nI},
        params={"W": None, "b": None},
    )


def tanh_layer_forward(
    model: Model[Floats2d, Floats2d], X: Floats2d, is_train: bool
) -> tuple[Floats2d, Callable]:
    xp = model.ops.xp
    W = cast(Floats2d, model.get_param("W"))
    b = cast(Floats1d, model.get_param("b"))
    Y = xp.tanh(X @ W.T + b)

    def backprop(d_Y: Floats2d) -> Floats2d:
        d_scores = d_Y * (1 - Y**2)
        model.inc_grad("W", d_scores.T @ X)
        model.inc_grad("b", d_scores.sum(axis=0))
        return d_scores @ W

    return Y, backprop


def tanh_layer_init(
    init_W: Callable,
    init_b: Callable,
    model: Model[Floats2d, Floats2d],
    X: Floats2d | None = None,
    Y: Floats2d | None = None,
) -> None:
    if X is not None:
        model.set_dim("nI", X.shape[-1])
    if Y is not None:
        model.set_dim("nO", Y.shape[-1])
    model.set_param("W", init_W(model.ops, (model.get_dim("nO"), model.get_dim("nI"))))
    model.set_param("b", init_b(model.ops, (model.get_dim("nO"),)))
