import numpy as np


def sigmoid(x):
    one_plus_exp_neg_x = 1 + np.exp(-x)
    out = 1 / one_plus_exp_neg_x

    def get_dx(d_out):
        return d_out * (1 - out) / one_plus_exp_neg_x

    return out, get_dx
