import numpy as np


def rms_norm(X, gain, eps=1e-6):
    rms = np.sqrt(np.mean(X * X, axis=1, keepdims=True) + eps)
    out = gain * X / rms

    def backprop(d_out):
        d_gain_X = d_out / rms
        common = np.einsum("ij,ij->i", d_gain_X, out)
        dX = gain * d_gain_X - (common[:, None] / (gain.size * rms)) * X
        d_eps = -0.5 * np.sum(common / rms[:, 0])
        return dX, np.einsum("ij,ij->j", d_gain_X, X), d_eps

    return out, backprop
