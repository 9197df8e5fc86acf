import numpy as np


def cosine_loss(X, Y):
    """One minus the cosine of the angle between X and Y."""
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = np.sum(X * Y) / norms

    def backprop(d_loss):
        dX = (d_loss * cosine / X_norm**2) * X - (d_loss / norms) * Y
        dY = (d_loss * cosine / Y_norm**2) * Y - (d_loss / norms) * X
        return dX, dY

    return 1 - cosine, backprop
