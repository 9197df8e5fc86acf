import numpy as np


def mish(X):
    exp_X = np.exp(X)
    tanh_softplus = np.tanh(np.log1p(exp_X))

    def get_dX(d_out):
        slope = tanh_softplus + X * exp_X * (1 - tanh_softplus**2) / (1 + exp_X)
        return d_out * slope

    return X * tanh_softplus, get_dX
