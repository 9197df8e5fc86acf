"""Layers and losses, as the authors of Thinc and spaCy write them."""

from typing import Tuple

import numpy
import numpy as np
from numpy import ndarray
from scipy import special
from thinc.types import Floats1d, Floats2d, Ints1d

EPS = 1e-8


def get_array_module(X):
    return np


def l2_distance(a: Floats2d, b: Floats2d) -> Floats2d:
    xp = get_array_module(a)
    diff = a - b
    return (diff**2).sum(axis=1, keepdims=True)


def categorical_crossentropy(guesses: Floats2d, truths: Floats2d):
    xp = get_array_module(guesses)
    logp = xp.log(guesses + 1e-9)
    return -(truths * logp).sum() / guesses.shape[0]


def linear(X: Floats2d, W: Floats2d, b: Floats1d) -> Floats2d:
    Y = X @ W.T
    Y += b
    return Y


def maxout(X, W, b, nO=4, nP=3):
    nB, nI = X.shape
    Y = X @ W.T + b
    Z = Y.reshape((nB, nO, nP))
    return Z.max(axis=-1)


def layernorm(X: Floats2d, G: Floats1d, b: Floats1d):
    N, mu, var = X.shape[1], X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True) + 1e-8
    Xhat = (X - mu) * var ** (-1.0 / 2.0)
    return Xhat * G + b


def swish(X: numpy.ndarray, beta: float = 1.0) -> numpy.ndarray:
    """Swish, as in the paper."""
    return X / (1.0 + numpy.exp(-X * beta))


def gelu_approx(x):
    tmp = 1.0 + numpy.tanh(numpy.sqrt(2.0 / numpy.pi) * (x + 0.044715 * numpy.power(x, 3)))
    tmp *= 0.5
    return x * tmp


def cosine_rows(X: Floats2d, Y: Floats2d):
    xp = get_array_module(X)
    normX = xp.linalg.norm(X, axis=1, keepdims=True) + EPS
    normY = xp.linalg.norm(Y, axis=1, keepdims=True) + EPS
    mul_norms = normX * normY
    cosine = (X * Y).sum(axis=1, keepdims=True) / mul_norms
    return xp.abs(cosine - 1).sum()


def seq_pool(X: Floats2d, Q: Floats1d):
    attention = X @ Q
    attention = attention - attention.max()
    attention = np.exp(attention)
    attention = attention / attention.sum()
    output = X.T @ attention
    return output


def clipped_linear(
    X, slope: float = 1.0, offset: float = 0.0, min_val: float = 0.0, max_val: float = 1.0
):
    Y = X * slope + offset
    return np.clip(Y, min_val, max_val)


def residual(X, W, b):
    Y = np.maximum(X @ W + b, 0.0)
    return X + Y


def margin_loss(scores: Floats2d, gold: Ints1d, margin: float = 1.0):
    n = len(scores)
    right = scores[np.arange(n), gold]
    return np.maximum(0, margin + scores.mean(axis=1) - right).mean()


def mse_tuple(guesses, target) -> Tuple[ndarray, float]:
    d = guesses - target
    d /= len(guesses)
    loss = float((d**2).sum())
    return d, loss


def gated_linear_unit(X, W, V, b, c):
    """GLU."""
    return (X @ W + b) * (1.0 / (1.0 + np.exp(-(X @ V + c))))


def gru_cell(x, h, Wz, Uz, Wr, Ur, Wh, Uh):
    z = 1 / (1 + np.exp(-(Wz @ x + Uz @ h)))
    r = 1 / (1 + np.exp(-(Wr @ x + Ur @ h)))
    h_tilde = np.tanh(Wh @ x + Uh @ (r * h))
    return (1 - z) * h + z * h_tilde


def lstm_gates(x, h, c, W, U, b):
    gates = W @ x + U @ h + b
    H = h.shape[0]
    i, f, o, g = gates[:H], gates[H : 2 * H], gates[2 * H : 3 * H], gates[3 * H :]
    c_new = special.expit(f) * c + special.expit(i) * np.tanh(g)
    return special.expit(o) * np.tanh(c_new), c_new


def word2vec_loss(v, u_pos, U_neg):
    return -np.log(special.expit(u_pos @ v)) - np.log(special.expit(-U_neg @ v)).sum()


def label_smoothing(logits, Y, eps=0.1):
    k = logits.shape[-1]
    T = (1 - eps) * Y + eps / k
    z = logits - logits.max(-1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(-1, keepdims=True))
    return -(T * lp).sum(-1).mean()


def sinusoid_pos(X):
    n, d = X.shape
    pos = np.arange(n)[:, None]
    i = np.arange(d)[None, :]
    angle = pos / np.power(10000, (2 * (i // 2)) / d)
    return X + np.sin(angle)


def attention_heads(Q, K, V):
    scale = Q.shape[-1] ** -0.5
    scores = (Q @ K.swapaxes(-1, -2)) * scale
    w = np.exp(scores - scores.max(-1, keepdims=True))
    return (w / w.sum(-1, keepdims=True)) @ V


def two_layer(X, W1, b1, W2, b2):
    h = np.tanh(X @ W1 + b1)
    return h @ W2 + b2


def embedding_lookup(E, ids):
    return E[ids].mean(axis=0)


def cross_entropy_labels(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -logp[np.arange(len(labels)), labels].mean()
