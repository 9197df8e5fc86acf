"""Functions that mask, fill and look up, as attention layers and their losses do."""

import numpy as np


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
