import numpy as np


def sigmoid(x):
    out = 1 / (1 + np.exp(-x))

    def get_dx(d_out):
        return d_out * out * (1 - out)

    return out, get_dx


def gru(X, h, Wz, Uz, Wh, Uh):
    """All states of a gated network without a reset."""
    states = []
    hs = []
    steps = []
    for x in X:
        hs.append(h)
        z, backprop_z = sigmoid(x @ Wz + h @ Uz)
        tanh_scores = np.tanh(x @ Wh + h @ Uh)
        h = (1 - z) * h + z * tanh_scores
        states.append(h)
        steps.append((backprop_z, z, tanh_scores))

    def backprop(d_out):
        dX = np.zeros_like(X)
        dh = np.zeros_like(h)
        d_Wz = np.zeros_like(Wz)
        d_Uz = np.zeros_like(Uz)
        d_Wh = np.zeros_like(Wh)
        d_Uh = np.zeros_like(Uh)
        for i in reversed(range(len(X))):
            backprop_z, z, tanh_scores = steps[i]
            dh = dh + d_out[i]
            d_scores = dh * z * (1 - tanh_scores**2)
            d_Uh += hs[i].T @ d_scores
            d_Wh += X[i].T @ d_scores
            d_x = d_scores @ Wh.T
            d_z = dh * (tanh_scores - hs[i])
            dh = d_scores @ Uh.T + dh * (1 - z)
            d_z_scores = backprop_z(d_z)
            d_Uz += hs[i].T @ d_z_scores
            d_Wz += X[i].T @ d_z_scores
            dh += d_z_scores @ Uz.T
            d_x += d_z_scores @ Wz.T
            dX[i] = d_x
        return dX, dh, d_Wz, d_Uz, d_Wh, d_Uh

    return np.stack(states), backprop
