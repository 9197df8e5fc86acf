"""Layers: rows of X are examples, columns are features."""

import numpy as np


def affine(X, W, b):
    return X @ W.T + b


def tanh_layer(X, W, b):
    Y = np.tanh(X @ W.T + b)
    return Y


def softmax(X):
    """Each row of X as probabilities."""
    shifted = X - np.max(X, axis=1, keepdims=True)  # no overflow in exp
    E = np.exp(shifted)
    return E / np.sum(E, axis=1, keepdims=True)


def layer_norm(X, gain, bias, eps=1e-8):
    mean = np.mean(X, axis=1, keepdims=True)
    centred = X - mean
    var = np.mean(centred**2, axis=1, keepdims=True)
    return gain * centred / np.sqrt(var + eps) + bias


def rms_norm(X, gain, eps=1e-6):
    rms = np.sqrt(np.mean(X * X, axis=1, keepdims=True) + eps)
    return gain * X / rms
