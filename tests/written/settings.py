"""Functions that say which warnings are given, around and inside loops and branches."""

import warnings

import numpy as np
from numpy import errstate


def ratio(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):
        # none where there is nothing
        return np.where(b != 0, a / b, 0.0)


def iterated(x, n=3):
    with np.errstate(all="ignore"):
        for i in range(n):
            x = np.sin(x) + x / (i + 1)
        return x.sum()


def log_of_rows(X):
    total = 0.0
    for x in X:
        with errstate(divide="ignore"):
            y = np.log(x * x)
            total += y.sum()
    return total


def of_either(x, deep=True):
    if deep:
        with np.errstate(over="ignore"), np.errstate(under="ignore"):
            for _ in range(2):
                x = np.log(x * x + 1)
    else:
        x = x * 2
    return x.sum()


def ratios(X, w):
    total = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # each row
        for x in X:
            y = ratio(x, w)  # by the weights
            total += np.sum(y**2)
    return total
