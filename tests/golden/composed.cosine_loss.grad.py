import numpy as np


def norm(X):
    out = np.sqrt(np.sum(X * X))

    def get_dX(d_out):
        return (d_out / out) * X

    return out, get_dX


def dot(X, Y):
    def backprop(d_out):
        return d_out * Y, d_out * X

    return np.sum(X * Y), backprop


def division(product, X_norm, Y_norm):
    norms = X_norm * Y_norm
    unit_product = product / norms

    def backprop(d_out):
        d_product = -d_out / norms
        d_X_norm = d_out * unit_product / X_norm
        d_Y_norm = d_out * unit_product / Y_norm
        return d_product, d_X_norm, d_Y_norm

    return 1 - unit_product, backprop


def d_cosine_loss(X, Y, d_out=1.0):
    """One minus the cosine of the angle between X and Y."""
    XY, backprop_XY = dot(X, Y)
    X_norm, backprop_X_norm = norm(X)
    Y_norm, backprop_Y_norm = norm(Y)
    loss, backprop_loss = division(XY, X_norm, Y_norm)
    d_out = d_out * np.ones_like(loss)
    d_XY, d_X_norm, d_Y_norm = backprop_loss(d_out)
    dY = backprop_Y_norm(d_Y_norm)
    dX = backprop_X_norm(d_X_norm)
    dX_part, dY_part = backprop_XY(d_XY)
    return dX + dX_part, dY + dY_part
