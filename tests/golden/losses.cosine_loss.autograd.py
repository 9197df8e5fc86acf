import numpy as np
from autograd.extend import defvjp, primitive


@primitive
def cosine_loss(X, Y):
    """One minus the cosine of the angle between X and Y."""
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = np.sum(X * Y) / norms
    return 1 - cosine


@primitive
def cosine_loss_dX(d_loss, ans, X, Y):
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = np.sum(X * Y) / norms
    return (d_loss * cosine / X_norm**2) * X - (d_loss / norms) * Y


@primitive
def cosine_loss_dY(d_loss, ans, X, Y):
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = np.sum(X * Y) / norms
    return (d_loss * cosine / Y_norm**2) * Y - (d_loss / norms) * X


defvjp(
    cosine_loss,
    lambda ans, X, Y: lambda g: cosine_loss_dX(g, ans, X, Y),
    lambda ans, X, Y: lambda g: cosine_loss_dY(g, ans, X, Y),
)
