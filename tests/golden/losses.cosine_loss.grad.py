import numpy as np


def d_cosine_loss(X, Y, d_out=1.0):
    """One minus the cosine of the angle between X and Y."""
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = np.sum(X * Y) / norms
    dX = (d_out * cosine / X_norm**2) * X - (d_out / norms) * Y
    dY = (d_out * cosine / Y_norm**2) * Y - (d_out / norms) * X
    return dX, dY
