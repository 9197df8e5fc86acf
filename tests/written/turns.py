"""Loops whose reverse has a plain text."""

import numpy as np


def rolling(x, alpha):
    out = np.zeros_like(x)
    out[0] = x[0]
    for t in range(1, len(x)):
        out[t] = alpha * x[t] + (1 - alpha) * out[t - 1]
    return out


def windows(x, w):
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(len(out)):
        out[i] = np.dot(x[i : i + len(w)], w)
    return out


def ragged(X, lengths):
    Y = np.zeros((len(lengths), X.shape[1]))
    start = 0
    for i, length in enumerate(lengths):
        Y[i] = X[start : start + length].mean(axis=0)
        start += length
    return Y


def momentum(w, X, y, lr, beta, steps=4):
    v = np.zeros_like(w)
    for _ in range(steps):
        v = beta * v + X.T @ (X @ w - y)
        w = w - lr * v
    return w


def nested_sums(x, phi, sigma):
    p = len(phi)
    nll = 0.0
    for t in range(p, len(x)):
        mean = 0.0
        for k in range(p):
            mean += phi[k] * x[t - 1 - k]
        nll += 0.5 * ((x[t] - mean) / sigma) ** 2
    return nll


def two_gates(X, h):
    for x in X:
        gates = x + h
        old, new = np.tanh(gates[:, :1]), np.tanh(gates[:, 1:])
        h = h * old + np.sum(new) * x
    return h


def ragged_softmax(scores, lengths):
    out = np.zeros_like(scores)
    start = 0
    for n in lengths:
        part = scores[start : start + n]
        e = np.exp(part - part.max())
        out[start : start + n] = e / e.sum()
        start += n
    return out


def descent(w, X, lr, steps=3):
    for _ in range(steps):
        w = w - (X.T / lr) @ np.tanh(X @ w)
    return w


def length_after_a_kick(steps):
    path = np.tanh(steps)
    path[..., 0] *= steps[..., 0] ** 2
    path[1:] += np.sin(path[1:]) + 1
    path = np.abs(np.dot(path, steps))
    return path


def multiclass_svm(W, X, y, reg=0.1):
    count = X.shape[0]
    scores = X @ W
    own = scores[np.arange(count), y]
    margins = np.maximum(0, scores - own[:, np.newaxis] + 1.0)
    margins[np.arange(count), y] = 0
    loss = np.sum(margins) / count
    loss += reg * np.sum(W * W)
    return loss


def crowding(X, center, scale):
    """How far the rows lie from a center, by turns, and scaled or weighed by what they sum to."""
    pull = np.zeros_like(center)
    for row in X:
        pull -= np.tanh(center + row)
    if scale > 0:
        return pull * scale
    return np.sum(X, axis=0) * pull
