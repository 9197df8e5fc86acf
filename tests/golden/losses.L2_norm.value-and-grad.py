import numpy as np


def L2_norm(X):
    """Euclidean length of X."""
    total = np.sum(X * X)
    norm = np.sqrt(total)
    return norm, X / norm
