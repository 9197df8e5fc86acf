import numpy as np


def d_L2_norm(X, d_out=1.0):
    """Euclidean length of X."""
    total = np.sum(X * X)
    norm = np.sqrt(total)
    return (d_out / norm) * X
