import numpy as np


def tanh_layer(X, W, b):
    Y = np.tanh(X @ W.T + b)

    def backprop(d_Y):
        d_scores = d_Y * (1 - Y**2)
        scale = d_scores.sum()
        return scale * W, scale * X, d_scores

    return Y, backprop
