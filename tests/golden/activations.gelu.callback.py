import numpy as np


def gelu(X):
    # the usual approximation of the normal distribution's CDF by a tanh
    scale = np.sqrt(2 / np.pi)
    inner = scale * (X + 0.044715 * X**3)
    tanh_inner = np.tanh(inner)
    one_plus_tanh_inner = 1 + tanh_inner

    def get_dX(d_out):
        slope = X * (1 - tanh_inner**2) * (scale + (3 * 0.044715 * scale) * X**2)
        return 0.5 * d_out * (one_plus_tanh_inner + slope)

    return 0.5 * X * one_plus_tanh_inner, get_dX
