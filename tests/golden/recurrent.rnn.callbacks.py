import numpy as np


def rnn(X, h, W, U, b):
    """The last state of an Elman network."""
    hs = [h]
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)

    def get_dX(dh):
        dX = np.zeros_like(X)
        for t, h_t, h_before in zip(
            reversed(range(len(X))), reversed(hs[1:]), reversed(hs[:-1])
        ):
            d_scores_plus_b = dh * (1 - h_t**2)
            dX[t] += d_scores_plus_b @ W.T
            dh = d_scores_plus_b @ U.T
        return dX

    def get_dh(dh):
        for t, h_t, h_before in zip(
            reversed(range(len(X))), reversed(hs[1:]), reversed(hs[:-1])
        ):
            d_scores_plus_b = dh * (1 - h_t**2)
            dh = d_scores_plus_b @ U.T
        return dh

    def get_dW(dh):
        dW = np.zeros_like(W)
        for t, h_t, h_before in zip(
            reversed(range(len(X))), reversed(hs[1:]), reversed(hs[:-1])
        ):
            d_scores_plus_b = dh * (1 - h_t**2)
            dW += X[t].T @ d_scores_plus_b
            dh = d_scores_plus_b @ U.T
        return dW

    def get_dU(dh):
        dU = np.zeros_like(U)
        for t, h_t, h_before in zip(
            reversed(range(len(X))), reversed(hs[1:]), reversed(hs[:-1])
        ):
            d_scores_plus_b = dh * (1 - h_t**2)
            dU += h_before.T @ d_scores_plus_b
            dh = d_scores_plus_b @ U.T
        return dU

    def get_db(dh):
        db = np.zeros_like(b)
        for t, h_t, h_before in zip(
            reversed(range(len(X))), reversed(hs[1:]), reversed(hs[:-1])
        ):
            d_scores_plus_b = dh * (1 - h_t**2)
            db += d_scores_plus_b.sum(axis=0)
            dh = d_scores_plus_b @ U.T
        return db

    return h, (get_dX, get_dh, get_dW, get_dU, get_db)
