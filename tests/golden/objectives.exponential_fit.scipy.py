import numpy as np


def exponential_fit(x, t, y):
    """Squared error of the curve a * exp(-b * t) + c at the points (t, y)."""
    a, b, c = x
    decay = np.exp(-b * t)
    residuals = a * decay + c - y
    da = 2 * np.vdot(decay, residuals)
    db = -2 * a * np.vdot(t * decay, residuals)
    dc = 2 * residuals.sum()
    return np.sum(residuals**2), np.array([da, db, dc])
