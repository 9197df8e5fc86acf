"""A loss put together of functions of its own, each of which keeps its callback."""

import numpy as np


def norm(X):
    return np.sqrt(np.sum(X * X))


def dot(X, Y):
    return np.sum(X * Y)


def division(product, X_norm, Y_norm):
    return 1 - product / (X_norm * Y_norm)


def cosine_loss(X, Y):
    """One minus the cosine of the angle between X and Y."""
    return division(dot(X, Y), norm(X), norm(Y))
