import numpy as np


def exponential_fit(a, b, c, t, y):
    """Squared error of the curve a * exp(-b * t) + c at the points (t, y)."""
    decay = np.exp(-b * t)
    a_decay = a * decay
    residuals = a_decay + c - y

    def backprop(d_out):
        d_residuals = (2 * d_out) * residuals
        d_product = d_residuals * a_decay
        da = np.vdot(d_residuals, decay)
        db = -np.vdot(d_product, t)
        return da, db, d_residuals.sum(), -b * d_product, -d_residuals

    return np.sum(residuals**2), backprop
