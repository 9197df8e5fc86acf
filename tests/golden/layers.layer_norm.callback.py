import numpy as np


def layer_norm(X, gain, bias, eps=1e-8):
    mean = np.mean(X, axis=1, keepdims=True)
    centred = X - mean
    var = np.mean(centred**2, axis=1, keepdims=True)
    std = np.sqrt(var + eps)
    normalised = gain * centred / std

    def backprop(d_out):
        d_gain_centred = d_out / std
        common = np.einsum("ij,ij->i", d_out, normalised)
        factor = common[:, None] / (gain.size * std**2)
        d_centred = gain * d_gain_centred - factor * centred
        dX = d_centred - d_centred.mean(axis=1, keepdims=True)
        d_gain = np.einsum("ij,ij->j", d_gain_centred, centred)
        return dX, d_gain, d_out.sum(axis=0), -0.5 * np.sum(common / std[:, 0] ** 2)

    return normalised + bias, backprop
