import numpy as np


def exponential_fit(a, b, c, t, y):
    """Squared error of the curve a * exp(-b * t) + c at the points (t, y)."""
    decay = np.exp(-b * t)
    a_decay = a * decay
    residuals = a_decay + c - y

    def backprop(d_out):
        d_residuals = (2 * d_out) * residuals
        d_product = d_residuals * a_decay
        da = d_residuals * decay
        db = -d_product * t
        dt = -d_product * b
        dy = -d_residuals
        return da, db, d_residuals, dt, dy

    return np.sum(residuals**2), backprop
