import numpy as np


def d_rnn(X, h, W, U, b, d_out=1.0):
    """The last state of an Elman network."""
    hs = [h]
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)
    d_out = d_out * np.ones_like(h)
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for t, h_t, h_before in zip(
        reversed(range(len(X))), reversed(hs[1:]), reversed(hs[:-1])
    ):
        d_scores_plus_b = d_out * (1 - h_t**2)
        dX[t] += d_scores_plus_b @ W.T
        dU += h_before.T @ d_scores_plus_b
        dW += X[t].T @ d_scores_plus_b
        db += d_scores_plus_b.sum(axis=0)
        d_out = d_scores_plus_b @ U.T
    return dX, d_out, dW, dU, db
