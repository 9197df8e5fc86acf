import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru(X, h, Wz, Uz, Wh, Uh):
    """All states of a gated network without a reset."""
    states = []
    hs = []
    zs = []
    all_tanh_scores = []
    for x in X:
        hs.append(h)
        z = sigmoid(x @ Wz + h @ Uz)  # how much is new
        tanh_scores = np.tanh(x @ Wh + h @ Uh)
        h = (1 - z) * h + z * tanh_scores
        states.append(h)
        zs.append(z)
        all_tanh_scores.append(tanh_scores)

    def backprop(d_out):
        dX = np.zeros_like(X)
        dh = np.zeros_like(h)
        d_Wz = np.zeros_like(Wz)
        d_Uz = np.zeros_like(Uz)
        d_Wh = np.zeros_like(Wh)
        d_Uh = np.zeros_like(Uh)
        for i in reversed(range(len(X))):
            tanh_scores = all_tanh_scores[i]
            dh = dh + d_out[i]
            d_scores_h = dh * zs[i] * (1 - tanh_scores**2)
            common = dh * (1 - zs[i])
            d_scores_z = zs[i] * common * (tanh_scores - hs[i])
            d_Uz += hs[i].T @ d_scores_z
            d_Wz += X[i].T @ d_scores_z
            dh = d_scores_z @ Uz.T + common + d_scores_h @ Uh.T
            dX[i] = d_scores_z @ Wz.T + d_scores_h @ Wh.T
            d_Uh += hs[i].T @ d_scores_h
            d_Wh += X[i].T @ d_scores_h
        return dX, dh, d_Wz, d_Uz, d_Wh, d_Uh

    return np.stack(states), backprop
