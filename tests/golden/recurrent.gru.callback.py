import numpy as np


def sigmoid(x):
    out = 1 / (1 + np.exp(-x))

    def get_dx(d_out):
        return d_out * out * (1 - out)

    return out, get_dx


def gru(X, h, Wz, Uz, Wh, Uh):
    """All states of a gated network without a reset."""
    states = []
    steps = []
    for x in X:
        h_kept = h
        z, backprop_z = sigmoid(x @ Wz + h @ Uz)
        one_minus_z = 1 - z
        tanh_scores = np.tanh(x @ Wh + h @ Uh)
        h = one_minus_z * h + z * tanh_scores
        states.append(h)
        steps.append((backprop_z, z, h_kept, tanh_scores))

    def backprop(d_out):
        dX = np.zeros_like(X)
        dh = np.zeros_like(h)
        d_Wz = np.zeros_like(Wz)
        d_Uz = np.zeros_like(Uz)
        d_Wh = np.zeros_like(Wh)
        d_Uh = np.zeros_like(Uh)
        for i, x, dh_part, (backprop_z, z, h_kept, tanh_scores) in zip(
            reversed(range(len(X))), reversed(X), reversed(d_out), reversed(steps)
        ):
            dh = dh + dh_part
            d_scores_2 = dh * z * (1 - tanh_scores**2)
            d_Uh += h_kept.T @ d_scores_2
            d_Wh += x.T @ d_scores_2
            d_x = d_scores_2 @ Wh.T
            d_z = dh * (tanh_scores - h_kept)
            dh = d_scores_2 @ Uh.T + dh * (1 - z)
            d_scores = backprop_z(d_z)
            d_Uz += h_kept.T @ d_scores
            d_Wz += x.T @ d_scores
            dh += d_scores @ Uz.T
            d_x += d_scores @ Wz.T
            dX[i] += d_x
        return dX, dh, d_Wz, d_Uz, d_Wh, d_Uh

    return np.stack(states), backprop
