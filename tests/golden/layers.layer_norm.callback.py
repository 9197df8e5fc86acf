import numpy as np


def layer_norm(X, gain, bias, eps=1e-8):
    mean = np.mean(X, axis=1, keepdims=True)
    centred = X - mean
    var = np.mean(centred**2, axis=1, keepdims=True)
    gain_centred = gain * centred
    var_plus_eps = var + eps
    std = np.sqrt(var_plus_eps)

    def backprop(d_out):
        d_gain_centred = d_out / std
        factor = -0.5 * np.sum(d_out * gain_centred, axis=1, keepdims=True)
        d_var_plus_eps = factor / var_plus_eps**1.5
        d_centred = gain * d_gain_centred + (2 * d_var_plus_eps / gain.size) * centred
        dX = d_centred - d_centred.mean(axis=1, keepdims=True)
        d_gain = np.sum(d_gain_centred * centred, axis=0)
        d_bias = d_out.sum(axis=0)
        d_eps = d_var_plus_eps[:, 0].sum()
        return dX, d_gain, d_bias, d_eps

    return gain_centred / std + bias, backprop
