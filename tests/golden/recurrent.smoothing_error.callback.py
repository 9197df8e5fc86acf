import numpy as np


def smoothing_error(y, alpha):
    """Squared error of forecasting each value by smoothing those before it."""
    level = y[0]
    total = 0.0
    diffs = []
    for t in range(1, len(y)):
        diff = y[t] - level
        total += diff**2
        level = alpha * y[t] + (1 - alpha) * level
        diffs.append(diff)

    def backprop(d_total):
        dy = np.zeros_like(y)
        d_alpha = d_level = 0.0
        for t in reversed(range(1, len(y))):
            diff = diffs[t - 1]
            d_diff = 2 * d_total * diff
            dy[t] = d_diff + d_level * alpha
            d_alpha += d_level * diff
            d_level = d_level * (1 - alpha) - d_diff
        dy[0] += d_level
        return dy, d_alpha

    return total, backprop
