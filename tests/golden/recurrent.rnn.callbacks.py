import numpy as np


def rnn(X, h, W, U, b):
    """The last state of an Elman network."""
    hs = [h]
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)

    def get_dX(dh):
        all_d_scores = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores = dh * (1 - h_t**2)
            all_d_scores[t] = d_scores
            dh = d_scores @ U.T
        return all_d_scores @ W.T

    def get_dh(dh):
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores = dh * (1 - h_t**2)
            dh = d_scores @ U.T
        return dh

    def get_dW(dh):
        all_d_scores = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores = dh * (1 - h_t**2)
            all_d_scores[t] = d_scores
            dh = d_scores @ U.T
        return np.tensordot(X, all_d_scores, axes=((0, 1), (0, 1)))

    def get_dU(dh):
        all_d_scores = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores = dh * (1 - h_t**2)
            all_d_scores[t] = d_scores
            dh = d_scores @ U.T
        return np.tensordot(np.array(hs)[:-1], all_d_scores, axes=((0, 1), (0, 1)))

    def get_db(dh):
        all_d_scores = np.empty((len(X), *dh.shape), dh.dtype)
        for t, h_t in zip(reversed(range(len(X))), reversed(hs[1:])):
            d_scores = dh * (1 - h_t**2)
            all_d_scores[t] = d_scores
            dh = d_scores @ U.T
        return all_d_scores.sum(axis=(0, 1))

    return h, (get_dX, get_dh, get_dW, get_dU, get_db)
