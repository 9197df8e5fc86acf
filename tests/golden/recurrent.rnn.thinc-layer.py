from collections.abc import Callable
from functools import partial
from typing import cast

from thinc.api import Model, glorot_uniform_init, registry, zero_init
from thinc.types import Floats1d, Floats2d, Floats3d


@registry.layers("Rnn.v1")
def Rnn(
    nO: int | None = None,
    nI: int | None = None,
    *,
    init_W: Callable | None = None,
    init_U: Callable | None = None,
    init_b: Callable | None = None,
) -> Model[tuple[Floats3d, Floats2d], Floats2d]:
    """The last state of an Elman network."""
    return Model(
        "rnn",
        rnn_forward,
        init=partial(
            rnn_init,
            init_W or glorot_uniform_init,
            init_U or glorot_uniform_init,
            init_b or zero_init,
        ),
        dims={"nO": nO, "nI": nI},
        params={"W": None, "U": None, "b": None},
    )


def rnn_forward(
    model: Model[tuple[Floats3d, Floats2d], Floats2d],
    inputs: tuple[Floats3d, Floats2d],
    is_train: bool,
) -> tuple[Floats2d, Callable]:
    xp = model.ops.xp
    X, h = inputs
    W = cast(Floats2d, model.get_param("W"))
    U = cast(Floats2d, model.get_param("U"))
    b = cast(Floats1d, model.get_param("b"))
    hs = [h]
    for t in range(len(X)):
        h = xp.tanh(X[t] @ W + h @ U + b)
        hs.append(h)

    def backprop(dh: Floats2d) -> tuple[Floats3d, Floats2d]:
        H = xp.array(hs)
        d_scores = 1 - H[1:] ** 2
        for t in reversed(range(len(X))):
            d_scores[t] *= dh
            dh = d_scores[t] @ U.T
        model.inc_grad("W", xp.tensordot(X, d_scores, axes=((0, 1), (0, 1))))
        model.inc_grad("U", xp.tensordot(H[:-1], d_scores, axes=((0, 1), (0, 1))))
        model.inc_grad("b", d_scores.sum(axis=(0, 1)))
        return d_scores @ W.T, dh

    return h, backprop


def rnn_init(
    init_W: Callable,
    init_U: Callable,
    init_b: Callable,
    model: Model[tuple[Floats3d, Floats2d], Floats2d],
    X: tuple[Floats3d, Floats2d] | None = None,
    Y: Floats2d | None = None,
) -> None:
    if X is not None:
        model.set_dim("nI", X[0].shape[-1])
        model.set_dim("nO", X[1].shape[-1])
    if Y is not None:
        model.set_dim("nO", Y.shape[-1])
    model.set_param("W", init_W(model.ops, (model.get_dim("nI"), model.get_dim("nO"))))
    model.set_param("U", init_U(model.ops, (model.get_dim("nO"), model.get_dim("nO"))))
    model.set_param("b", init_b(model.ops, (model.get_dim("nO"),)))
