import numpy as np


def gaussian(X, width=1.0):
    scaled_X = X / width
    out = np.exp(-0.5 * scaled_X**2)

    def backprop(d_out):
        d_scaled_X = -d_out * scaled_X * out
        return d_scaled_X / width, -np.vdot(d_scaled_X, X) / width**2

    return out, backprop
