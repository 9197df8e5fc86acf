import numpy as np


def mean_squared_error(guess, truth):
    diff = guess - truth

    def backprop(d_error):
        d_guess = (2 * d_error / guess.size) * diff
        return d_guess, -d_guess

    return np.mean(diff**2), backprop
