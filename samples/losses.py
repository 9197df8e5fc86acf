"""Losses on vectors and on rows, and the small functions they are made of."""

import numpy as np


def L2_norm(X):
    """Euclidean length of X."""
    total = np.sum(X * X)
    norm = np.sqrt(total)
    return norm


def dot(X, Y):
    products = X * Y
    return np.sum(products)


def cosine_division(dot, X_norm, Y_norm):
    cosine = dot / (X_norm * Y_norm)
    loss = 1 - cosine
    return loss


def cosine_loss(X, Y):
    """One minus the cosine of the angle between X and Y."""
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    cosine = np.sum(X * Y) / (X_norm * Y_norm)
    return 1 - cosine


def cosine_loss_rows(guess, truth):
    # a little is added everywhere, so that no row has length zero
    guess = guess + 1e-8
    truth = truth + 1e-8
    guess_norm = np.linalg.norm(guess, axis=1, keepdims=True)
    truth_norm = np.linalg.norm(truth, axis=1, keepdims=True)
    norms = guess_norm * truth_norm
    cosine = (guess * truth).sum(axis=1, keepdims=True) / norms
    return np.abs(1 - cosine).sum()


def mean_squared_error(guess, truth):
    return np.mean((guess - truth) ** 2)
