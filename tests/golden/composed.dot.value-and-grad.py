import numpy as np


def dot(X, Y):
    return np.sum(X * Y), (Y, X)
