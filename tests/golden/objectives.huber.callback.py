import numpy as np


def huber(guess, truth, delta=1.0):
    error = guess - truth
    size = np.abs(error)
    quadratic = 0.5 * error**2
    diff = size - 0.5 * delta
    linear = delta * diff
    mask = size <= delta

    def backprop(d_out):
        d_guess = (d_out / guess.size) * np.clip(error, -delta, delta)
        term = 0.5 * d_out * delta * np.mean((~mask).astype(guess.dtype))
        d_delta = d_out * np.mean(np.where(mask, 0, diff)) - term
        return d_guess, -d_guess, d_delta

    return np.mean(np.where(mask, quadratic, linear)), backprop
