import numpy as np


def norm(X):
    X_norm = np.sqrt(np.sum(X * X))

    def get_dX(d_norm):
        return (d_norm / X_norm) * X

    return X_norm, get_dX
