import numpy as np


def sigmoid(X):
    one_plus_exp_neg_X = 1 + np.exp(-X)
    out = 1 / one_plus_exp_neg_X

    def get_dX(d_out):
        return d_out * (1 - out) / one_plus_exp_neg_X

    return out, get_dX
