import jax
import jax.numpy as jnp


@jax.custom_vjp
def rnn(X, h, W, U, b):
    """The last state of an Elman network."""
    return rnn_fwd(X, h, W, U, b)[0]


def rnn_fwd(X, h, W, U, b):
    hs = [h]
    for t in range(len(X)):
        h = jnp.tanh(X[t] @ W + h @ U + b)
        hs.append(h)
    return h, (X, W, U, hs)


def rnn_bwd(residuals, dh):
    X, W, U, hs = residuals
    d_scores_plus_bs = jnp.empty((len(X), *dh.shape), dh.dtype)
    for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
        d_scores_plus_b = dh * (1 - h_t**2)
        d_scores_plus_bs = d_scores_plus_bs.at[t].set(d_scores_plus_b)
        dh = d_scores_plus_b @ U.T
    dX = d_scores_plus_bs @ W.T
    dW = jnp.tensordot(X, d_scores_plus_bs, axes=((0, 1), (0, 1)))
    dU = jnp.tensordot(jnp.array(hs)[:-1], d_scores_plus_bs, axes=((0, 1), (0, 1)))
    db = d_scores_plus_bs.sum(axis=(0, 1))
    return dX, dh, dW, dU, db


rnn.defvjp(rnn_fwd, rnn_bwd)
