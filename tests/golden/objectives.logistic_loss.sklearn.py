import numpy as np


class LogisticLoss:
    def loss(self, w, X, y, alpha=0.1):
        # labels in y are -1 and +1
        margins = y * (X @ w)
        exp_neg_margins = np.exp(-margins)
        return np.mean(np.log1p(exp_neg_margins)) + 0.5 * alpha * (w @ w)

    def gradient(self, w, X, y, alpha=0.1):
        # labels in y are -1 and +1
        margins = y * (X @ w)
        exp_neg_margins = np.exp(-margins)
        return alpha * w - y * exp_neg_margins / (1 + exp_neg_margins) @ X / y.size

    def loss_gradient(self, w, X, y, alpha=0.1):
        # labels in y are -1 and +1
        margins = y * (X @ w)
        exp_neg_margins = np.exp(-margins)
        dw = alpha * w - y * exp_neg_margins / (1 + exp_neg_margins) @ X / y.size
        return np.mean(np.log1p(exp_neg_margins)) + 0.5 * alpha * (w @ w), dw
