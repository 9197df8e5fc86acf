import numpy as np


def rms_norm(X, gain, eps=1e-6):
    XX_mean_plus_eps = np.mean(X * X, axis=1, keepdims=True) + eps
    rms = np.sqrt(XX_mean_plus_eps)
    out = gain * X / rms

    def backprop(d_out):
        d_gain_X = d_out / rms
        common = np.einsum("ij,ij->i", d_out, out)
        dX = gain * d_gain_X - (common[:, None] / (gain.size * XX_mean_plus_eps)) * X
        d_gain = np.einsum("ij,ij->j", d_gain_X, X)
        d_eps = -0.5 * np.sum(common / XX_mean_plus_eps[:, 0])
        return dX, d_gain, d_eps

    return out, backprop
