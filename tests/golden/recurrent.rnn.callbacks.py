import numpy as np


def rnn(X, h, W, U, b):
    """The last state of an Elman network."""
    hs = [h]
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)

    def get_dX(dh):
        H = np.array(hs)
        d_scores = 1 - H[1:] ** 2
        for t in reversed(range(len(X))):
            d_scores[t] *= dh
            dh = d_scores[t] @ U.T
        return d_scores @ W.T

    def get_dh(dh):
        H = np.array(hs)
        d_scores = 1 - H[1:] ** 2
        for t in reversed(range(len(X))):
            d_scores[t] *= dh
            dh = d_scores[t] @ U.T
        return dh

    def get_dW(dh):
        H = np.array(hs)
        d_scores = 1 - H[1:] ** 2
        for t in reversed(range(len(X))):
            d_scores[t] *= dh
            dh = d_scores[t] @ U.T
        return np.tensordot(X, d_scores, axes=((0, 1), (0, 1)))

    def get_dU(dh):
        H = np.array(hs)
        d_scores = 1 - H[1:] ** 2
        for t in reversed(range(len(X))):
            d_scores[t] *= dh
            dh = d_scores[t] @ U.T
        return np.tensordot(H[:-1], d_scores, axes=((0, 1), (0, 1)))

    def get_db(dh):
        H = np.array(hs)
        d_scores = 1 - H[1:] ** 2
        for t in reversed(range(len(X))):
            d_scores[t] *= dh
            dh = d_scores[t] @ U.T
        return d_scores.sum(axis=(0, 1))

    return h, (get_dX, get_dh, get_dW, get_dU, get_db)
