import numpy as np


def clipped(X, longest=1.0):
    """X, scaled down if it is longer than `longest`."""
    X_before = X
    length = np.sqrt(np.sum(X * X))
    if length > longest:
        scaled_longest = longest / length
        X = X * scaled_longest

    def backprop(dX):
        d_length = d_longest = 0.0
        if length > longest:
            d_scaled_longest = np.vdot(dX, X_before)
            dX = scaled_longest * dX
            d_length = -scaled_longest * d_scaled_longest / length
            d_longest = d_scaled_longest / length
        return dX + (d_length / length) * X_before, d_longest

    return X, backprop
