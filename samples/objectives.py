"""Objectives for an optimiser: parameters first, a number out."""

import numpy as np

LOG_2PI = np.log(2 * np.pi)


def rosenbrock(x, y):
    """The banana valley; its minimum is at (1, 1)."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def ridge(w, X, y, penalty=0.1):
    errors = X @ w - y
    return np.sum(errors**2) + penalty * np.sum(w * w)


def logistic_loss(w, X, y, alpha=0.1):
    # labels in y are -1 and +1
    margins = y * (X @ w)
    return np.mean(np.log1p(np.exp(-margins))) + 0.5 * alpha * (w @ w)


def huber(guess, truth, delta=1.0):
    error = guess - truth
    size = np.abs(error)
    quadratic = 0.5 * error**2
    linear = delta * (size - 0.5 * delta)
    return np.mean(np.where(size <= delta, quadratic, linear))


def exponential_fit(a, b, c, t, y):
    """Squared error of the curve a * exp(-b * t) + c at the points (t, y)."""
    residuals = a * np.exp(-b * t) + c - y
    return np.sum(residuals**2)


def normal_log_likelihood(mu, sigma, x):
    z = (x - mu) / sigma
    return -np.sum(0.5 * z**2 + np.log(sigma) + 0.5 * LOG_2PI)


def multiclass_hinge(W, X, labels, margin=1.0):
    """Multi-class hinge loss of a linear classifier, the mean over the rows of X."""
    n = len(X)
    scores = X @ W
    own = scores[np.arange(n), labels]
    margins = np.maximum(0, scores - own[:, np.newaxis] + margin)
    margins[np.arange(n), labels] = 0
    return margins.sum() / n
