"""Ten functions as people write them; each returns a number, with what all array modules have."""

import numpy as np


def norm(X):
    return np.sqrt(np.sum(X * X))


def cosine(X, Y):
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    return 1 - np.sum(X * Y) / (X_norm * Y_norm)


def cosine_rows(X, Y):
    X_norm = np.sqrt(np.sum(X * X, axis=1))
    Y_norm = np.sqrt(np.sum(Y * Y, axis=1))
    similarity = np.sum(X * Y, axis=1) / (X_norm * Y_norm)
    return np.sum(1 - similarity)


def softmax_cross_entropy(scores, truth):
    shifted = scores - np.amax(scores, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(truth * (shifted - log_total)) / truth.shape[0]


def layer_norm(X, gain, bias, weights):
    mean = np.mean(X, axis=1, keepdims=True)
    centred = X - mean
    variance = np.mean(centred * centred, axis=1, keepdims=True)
    normal = centred / np.sqrt(variance + 1e-5)
    return np.sum(weights * (normal * gain + bias))


def affine(X, W, b, Y):
    residuals = X @ W + b - Y
    return np.sum(residuals**2) / Y.shape[0]


def mish(X, weights):
    return np.sum(weights * X * np.tanh(np.log1p(np.exp(X))))


def huber(guess, truth):
    residuals = guess - truth
    distance = np.abs(residuals)
    return np.sum(np.where(distance < 1, 0.5 * residuals**2, distance - 0.5))


def rnn(X, h, W, U, b):
    for t in range(X.shape[0]):
        h = np.tanh(X[t] @ W + h @ U + b)
    return np.sum(h * h)


def logistic(w, X, y):
    margins = y * (X @ w)
    return np.sum(np.log1p(np.exp(-margins))) + 0.5 * np.sum(w * w)
