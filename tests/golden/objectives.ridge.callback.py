import numpy as np


def ridge(w, X, y, penalty=0.1):
    errors = X @ w - y
    ww_sum = np.sum(w * w)

    def backprop(d_out):
        d_errors = (2 * d_out) * errors
        dw = (2 * d_out * penalty) * w + d_errors @ X
        return dw, d_errors[:, None] * w, -d_errors, d_out * ww_sum

    return np.sum(errors**2) + penalty * ww_sum, backprop
