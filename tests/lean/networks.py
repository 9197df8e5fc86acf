"""Layers and cells."""

import numpy as np


def self_attention(X, Wq, Wk, Wv):
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    A = e / e.sum(axis=1, keepdims=True)
    return A @ V


def lstm_sequence(xs, W, b, h0, c0):
    h, c = h0, c0
    n = h0.shape[0]
    for x in xs:
        z = W @ np.concatenate([h, x]) + b
        i = 1 / (1 + np.exp(-z[:n]))
        f = 1 / (1 + np.exp(-z[n : 2 * n]))
        o = 1 / (1 + np.exp(-z[2 * n : 3 * n]))
        g = np.tanh(z[3 * n :])
        c = f * c + i * g
        h = o * np.tanh(c)
    return h


def multi_head_attention(X, Wq, Wk, Wv, Wo, heads=2):
    n, d = X.shape
    dh = d // heads
    Q = (X @ Wq).reshape(n, heads, dh).transpose(1, 0, 2)
    K = (X @ Wk).reshape(n, heads, dh).transpose(1, 0, 2)
    V = (X @ Wv).reshape(n, heads, dh).transpose(1, 0, 2)
    scores = Q @ K.transpose(0, 2, 1) / np.sqrt(dh)
    scores = scores - scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    out = (weights @ V).transpose(1, 0, 2).reshape(n, d)
    return out @ Wo


def matched_views(Z1, Z2, tau=0.5):
    Z1 = Z1 / np.linalg.norm(Z1, axis=1, keepdims=True)
    Z2 = Z2 / np.linalg.norm(Z2, axis=1, keepdims=True)
    S = Z1 @ Z2.T / tau
    S = S - S.max(axis=1, keepdims=True)
    lse = np.log(np.exp(S).sum(axis=1))
    return np.mean(lse - np.diag(S))
