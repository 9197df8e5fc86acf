import numpy as np


def mean_of_sequences(X, lengths):
    """The mean of the rows of each sequence."""
    Y = np.zeros((len(lengths), X.shape[1]))
    start = 0
    starts = []
    for i, length in enumerate(lengths):
        starts.append(start)
        Y[i] = X[start : start + length].mean(axis=0)
        start += length

    def get_dX(d_Y):
        dX = np.zeros_like(X)
        for i, length, start in zip(
            reversed(range(len(lengths))), reversed(lengths), reversed(starts)
        ):
            dX[start : start + length] += d_Y[i] / X[start : start + length].shape[0]
        return dX

    return Y, get_dX
