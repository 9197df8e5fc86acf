import numpy as np


def L2_norm(X):
    """Euclidean length of X."""
    total = np.sum(X * X)
    norm = np.sqrt(total)

    def get_dX(d_norm):
        return (d_norm / norm) * X

    return norm, get_dX
