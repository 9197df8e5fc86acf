import numpy as np


def rms_norm(X, gain, eps=1e-6):
    rms = np.sqrt(np.mean(X * X, axis=1, keepdims=True) + eps)
    gain_X = gain * X

    def backprop(d_out):
        d_gain_X = d_out / rms
        factor = -0.5 * np.sum(d_out * gain_X, axis=1, keepdims=True)
        d_XX_mean_plus_eps = factor / rms**3
        dX = gain * d_gain_X + (2 * d_XX_mean_plus_eps / gain.size) * X
        d_gain = np.sum(d_gain_X * X, axis=0)
        d_eps = d_XX_mean_plus_eps[:, 0].sum()
        return dX, d_gain, d_eps

    return gain_X / rms, backprop
