import numpy as np


def clipped(X, longest=1.0):
    """X, made shorter where it is too long."""
    X_kept = X
    length = np.sqrt(np.sum(X * X))
    if length > longest:
        scaled_longest = longest / length
        X = X * scaled_longest

    def backprop(dX):
        d_length = 0.0
        d_longest = 0.0
        if length > longest:
            d_scaled_longest = np.vdot(dX, X_kept)
            dX = scaled_longest * dX
            d_length = -scaled_longest * d_scaled_longest / length
            d_longest = d_scaled_longest / length
        dX = dX + (d_length / length) * X_kept
        return dX, d_longest

    return X, backprop
