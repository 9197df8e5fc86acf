import numpy as np


def rnn(X, h, W, U, b):
    """The last state of an Elman network."""
    hs = [h]
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)

    def get_dX(dh):
        d_scores_plus_bs = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores_plus_b = dh * (1 - h_t**2)
            d_scores_plus_bs[t] = d_scores_plus_b
            dh = d_scores_plus_b @ U.T
        return d_scores_plus_bs @ W.T

    def get_dh(dh):
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores_plus_b = dh * (1 - h_t**2)
            dh = d_scores_plus_b @ U.T
        return dh

    def get_dW(dh):
        d_scores_plus_bs = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores_plus_b = dh * (1 - h_t**2)
            d_scores_plus_bs[t] = d_scores_plus_b
            dh = d_scores_plus_b @ U.T
        return np.tensordot(X, d_scores_plus_bs, axes=((0, 1), (0, 1)))

    def get_dU(dh):
        d_scores_plus_bs = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores_plus_b = dh * (1 - h_t**2)
            d_scores_plus_bs[t] = d_scores_plus_b
            dh = d_scores_plus_b @ U.T
        return np.tensordot(np.array(hs)[:-1], d_scores_plus_bs, axes=((0, 1), (0, 1)))

    def get_db(dh):
        d_scores_plus_bs = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores_plus_b = dh * (1 - h_t**2)
            d_scores_plus_bs[t] = d_scores_plus_b
            dh = d_scores_plus_b @ U.T
        return d_scores_plus_bs.sum(axis=(0, 1))

    return h, (get_dX, get_dh, get_dW, get_dU, get_db)
