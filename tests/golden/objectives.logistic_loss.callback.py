import numpy as np


def logistic_loss(w, X, y, alpha=0.1):
    # labels in y are -1 and +1
    Xw = X @ w
    margins = y * Xw
    exp_neg_margins = np.exp(-margins)
    ww = w @ w

    def backprop(d_loss):
        d_margins = d_loss / y.size / (1 + exp_neg_margins) - d_loss / y.size
        d_Xw = d_margins * y
        dw = (d_loss * alpha) * w + d_Xw @ X
        return dw, d_Xw[:, None] * w, d_margins * Xw, 0.5 * d_loss * ww

    return np.mean(np.log1p(exp_neg_margins)) + 0.5 * alpha * ww, backprop
