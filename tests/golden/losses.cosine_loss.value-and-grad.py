import numpy as np


def cosine_loss(X, Y):
    """One minus the cosine of the angle between X and Y."""
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = np.sum(X * Y) / norms
    dX = (cosine / X_norm**2) * X - Y / norms
    dY = (cosine / Y_norm**2) * Y - X / norms
    return 1 - cosine, (dX, dY)
