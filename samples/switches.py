"""Functions with branches: on a switch, on what is given, on what was computed."""

import numpy as np


def cross_entropy(logits, targets, weight=None, reduction="mean"):
    """Binary cross-entropy, stable for logits of any size."""
    loss = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    if weight is not None:
        loss = loss * weight
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    return loss


def clipped(X, longest=1.0):
    """X, scaled down if it is longer than `longest`."""
    length = np.sqrt(np.sum(X * X))
    if length > longest:
        X = X * (longest / length)
    return X


def attention(Q, K, V, scale=None):
    """Attention: for each query in Q, a mean of V weighted by the keys in K."""
    scores = Q @ K.T * (scale if scale is not None else 1 / np.sqrt(Q.shape[1]))
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
