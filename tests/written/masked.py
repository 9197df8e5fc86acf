"""Functions that mask, fill and look up, as attention layers and their losses do."""

import numpy as np
import scipy.linalg
from scipy.special import ndtr


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def one_hot(labels, k):
    return np.eye(k)[labels]


def causal_attention(q, k, v):
    """A mask of -inf is the argument of a function that is called."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    causal = np.tril(np.ones(scores.shape, dtype=bool))
    return softmax(np.where(causal, scores, -np.inf)) @ v


def smoothed_labels(scores, labels, smoothing=0.1):
    """What an array is filled with has a gradient, where it is not replaced."""
    targets = np.full(scores.shape, smoothing / (scores.shape[1] - 1))
    targets[np.arange(len(labels)), labels] = 1 - smoothing
    return -(targets * (scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))).sum()


def picked_by_a_helper(logits, labels):
    return -np.sum(one_hot(labels, logits.shape[1]) * np.log(softmax(logits)))


def ragged_max(X, lengths):
    out = np.zeros((len(lengths), X.shape[1]))
    start = 0
    for i, length in enumerate(lengths):
        out[i] = X[start : start + length].max(axis=0)
        start += length
    return out


def gaussian_process(theta, x, y):
    """The Cholesky factor of SciPy, and what it solves."""
    K = theta[0] ** 2 * np.exp(-((x[:, None] - x) ** 2) / theta[1] ** 2) + np.eye(len(x))
    L = scipy.linalg.cholesky(K, lower=True)
    return y @ scipy.linalg.cho_solve((L, True), y) + np.log(np.diag(L)).sum()


def least_upper(K, y):
    U = scipy.linalg.cholesky(K)
    return y @ scipy.linalg.cho_solve((U, False), y) + np.log(np.diag(U)).sum()


def windowed(x, w):
    return np.lib.stride_tricks.sliding_window_view(x, 3) @ w


def tiled(A, B):
    return np.block([[A, A**2], [A @ B, np.linalg.multi_dot([A, B, A])]])


def call_value(S, K):
    """A slope in float32 divides by a number of Python's."""
    return S * ndtr(np.log(S / K)) - K * ndtr(S - K)


def model(x, a, b):
    return a * np.exp(-b * x)


def fitted(params, x, y):
    return np.sum((model(x, *params) - y) ** 2)


def set_in_a_test(x, w):
    # the sum is read below
    if (s := np.sum(w * x)) > 0:
        return s**2
    return -s


def chained(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x[:-1], x[1:]))  # noqa: RUF007


def flat_parameters(theta, X, y):
    d = X.shape[1]
    h = (theta.size - 1) // (d + 2)
    W = theta[: d * h].reshape(d, h)
    v = theta[d * h + h : -1]
    return np.mean((np.tanh(X @ W + theta[d * h : d * h + h]) @ v + theta[-1] - y) ** 2)
