import numpy as np


def mean_squared_error(guess, truth):
    error = guess - truth

    def backprop(d_error):
        d_guess = (2 * d_error / guess.size) * error
        return d_guess, -d_guess

    return np.mean(error**2), backprop
