"""The same functions, with the callbacks that the best hand adds to the lines that are there."""

import numpy as np


def norm(X):
    length = np.sqrt(np.sum(X * X))

    def get_dX(d_length):
        return (d_length / length) * X

    return length, get_dX


def cosine(X, Y):
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    similarity = np.sum(X * Y) / norms

    def backprop(d_loss):
        slope = d_loss / norms
        bend = d_loss * similarity
        dX = (bend / X_norm**2) * X - slope * Y
        dY = (bend / Y_norm**2) * Y - slope * X
        return dX, dY

    return 1 - similarity, backprop


def cosine_rows(X, Y):
    X_norm = np.sqrt(np.sum(X * X, axis=1))
    Y_norm = np.sqrt(np.sum(Y * Y, axis=1))
    norms = X_norm * Y_norm
    similarity = np.sum(X * Y, axis=1) / norms

    def backprop(d_loss):
        slope = (d_loss / norms)[:, None]
        bend = d_loss * similarity
        dX = (bend / X_norm**2)[:, None] * X - slope * Y
        dY = (bend / Y_norm**2)[:, None] * Y - slope * X
        return dX, dY

    return np.sum(1 - similarity), backprop


def softmax_cross_entropy(scores, truth):
    shifted = scores - np.amax(scores, axis=1, keepdims=True)
    exps = np.exp(shifted)
    total = np.sum(exps, axis=1, keepdims=True)
    n = truth.shape[0]

    def get_d_scores(d_loss):
        share = np.sum(truth, axis=1, keepdims=True) / total
        return (d_loss / n) * (share * exps - truth)

    return -np.sum(truth * (shifted - np.log(total))) / n, get_d_scores


def layer_norm(X, gain, bias, weights):
    centred = X - np.mean(X, axis=1, keepdims=True)
    deviation = np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + 1e-5)
    normal = centred / deviation

    def backprop(d_out):
        d_scaled = d_out * weights
        d_gain = np.sum(d_scaled * normal, axis=0)
        d_bias = np.sum(d_scaled, axis=0)
        d_normal = d_scaled * gain
        mean = np.mean(d_normal, axis=1, keepdims=True)
        along = np.mean(d_normal * normal, axis=1, keepdims=True)
        dX = (d_normal - mean - normal * along) / deviation
        return dX, d_gain, d_bias

    return np.sum(weights * (normal * gain + bias)), backprop


def affine(X, W, b, Y):
    residuals = X @ W + b - Y
    n = Y.shape[0]

    def backprop(d_loss):
        d_scores = (2 * d_loss / n) * residuals
        return d_scores @ W.T, X.T @ d_scores, np.sum(d_scores, axis=0)

    return np.sum(residuals**2) / n, backprop


def mish(X, weights):
    exps = np.exp(X)
    tanh = np.tanh(np.log1p(exps))

    def get_dX(d_out):
        return d_out * weights * (tanh + X * (1 - tanh**2) * exps / (1 + exps))

    return np.sum(weights * X * tanh), get_dX


def huber(guess, truth):
    residuals = guess - truth
    distance = np.abs(residuals)

    def get_d_guess(d_loss):
        return d_loss * np.clip(residuals, -1, 1)

    return np.sum(np.where(distance < 1, 0.5 * residuals**2, distance - 0.5)), get_d_guess


def rnn(X, h, W, U, b):
    hs = [h]
    for t in range(X.shape[0]):
        h = np.tanh(X[t] @ W + h @ U + b)
        hs.append(h)

    def backprop(d_out):
        dh = 2 * d_out * hs[-1]
        d_scores = np.empty((X.shape[0], *dh.shape))
        for t in reversed(range(X.shape[0])):
            d_scores[t] = dh * (1 - hs[t + 1] ** 2)
            dh = d_scores[t] @ U.T
        dX = d_scores @ W.T
        dW = np.tensordot(X, d_scores, axes=((0, 1), (0, 1)))
        dU = np.tensordot(np.array(hs[:-1]), d_scores, axes=((0, 1), (0, 1)))
        return dX, dh, dW, dU, d_scores.sum(axis=(0, 1))

    return np.sum(h * h), backprop


def logistic(w, X, y):
    exps = np.exp(-y * (X @ w))

    def get_dw(d_loss):
        return d_loss * (w - (y * exps / (1 + exps)) @ X)

    return np.sum(np.log1p(exps)) + 0.5 * np.sum(w * w), get_dw
