import numpy as np


def cosine_loss(X, Y):
    """One minus the cosine of the angle between X and Y."""
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = np.sum(X * Y) / norms

    def get_dX(d_loss):
        return (d_loss * cosine / X_norm**2) * X - (d_loss / norms) * Y

    def get_dY(d_loss):
        return (d_loss * cosine / Y_norm**2) * Y - (d_loss / norms) * X

    return 1 - cosine, (get_dX, get_dY)
