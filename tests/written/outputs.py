"""Functions as people write them, with lists out, and arguments that may be None."""

import numpy as np


def listed(X, W):
    z = X @ W
    return [np.tanh(z), z.sum()]


def listed_early(x, flag=True):
    if flag:
        return [x, x**2]
    return [x**2, x]


def all_states(X, W, h):
    hs = []
    for x in X:
        h = np.tanh(x + h @ W)
        hs.append(h)
    return hs


def states_and_last(X, W, h):
    hs = [h]
    for x in X:
        h = np.tanh(x + hs[-1] @ W)
        hs.append(h)
    return hs[-1], hs


def row_scores(X, w):
    return [x @ w for x in X]


def optional(x, bias=None, scale=None):
    bias = 0.0 if bias is None else bias
    if scale is not None:
        x = x * scale
    return np.tanh(x + bias)


def started(X, W, U, h=None, c=None):
    if h is None:
        h = np.zeros(U.shape[0])
    if c is None:
        c = np.zeros_like(h)
    for x in X:
        z = np.tanh(x @ W + h @ U)
        c = 0.5 * c + z
        h = np.tanh(c)
    return h, c


def clipped(g, max_norm=10.0):
    n = np.sqrt(np.sum(g**2))
    if n > max_norm:
        return g * max_norm / n
    return g


def warmed_up(w, g, step=1, warmup=100):
    if step < warmup:
        lr = 0.1 * step / warmup
    else:
        lr = 0.1 / np.sqrt(step)
    return w - lr * g
