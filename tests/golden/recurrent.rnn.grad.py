import numpy as np


def d_rnn(X, h, W, U, b, d_out=1.0):
    """The last state of an Elman network."""
    hs = [h]
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)
    d_out = d_out * np.ones_like(h)
    d_scores_plus_bs = np.empty((len(X), *d_out.shape), d_out.dtype)
    for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
        d_scores_plus_b = d_out * (1 - h_t**2)
        d_scores_plus_bs[t] = d_scores_plus_b
        d_out = d_scores_plus_b @ U.T
    dX = d_scores_plus_bs @ W.T
    dW = np.tensordot(X, d_scores_plus_bs, axes=((0, 1), (0, 1)))
    dU = np.tensordot(np.array(hs)[:-1], d_scores_plus_bs, axes=((0, 1), (0, 1)))
    db = d_scores_plus_bs.sum(axis=(0, 1))
    return dX, d_out, dW, dU, db
