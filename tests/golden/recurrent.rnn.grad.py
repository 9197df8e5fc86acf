import numpy as np


def d_rnn(X, h, W, U, b, d_out=1.0):
    """The last state of an Elman network."""
    hs = [h]
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)
    d_out = d_out * np.ones_like(h)
    all_d_scores = np.empty((len(X), *d_out.shape), d_out.dtype)
    for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
        d_scores = d_out * (1 - h_t**2)
        all_d_scores[t] = d_scores
        d_out = d_scores @ U.T
    dX = all_d_scores @ W.T
    dW = np.tensordot(X, all_d_scores, axes=((0, 1), (0, 1)))
    dU = np.tensordot(np.array(hs)[:-1], all_d_scores, axes=((0, 1), (0, 1)))
    db = all_d_scores.sum(axis=(0, 1))
    return dX, d_out, dW, dU, db
