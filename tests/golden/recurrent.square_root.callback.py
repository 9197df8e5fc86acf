import numpy as np


def square_root(a, tolerance=1e-5):
    """The square root of a, by Newton's method."""
    x = a
    xs = []
    scaled_as = []
    while np.max(np.abs(x - a / x)) > tolerance:
        xs.append(x)
        scaled_a = a / x
        x = 0.5 * (x + scaled_a)
        scaled_as.append(scaled_a)

    def get_da(d_x):
        da = np.zeros_like(a)
        for x_t, scaled_a in zip(reversed(xs), reversed(scaled_as)):
            d_x_plus_scaled_a = 0.5 * d_x
            da += d_x_plus_scaled_a / x_t
            d_x = d_x_plus_scaled_a * (1 - scaled_a / x_t)
        da += d_x
        return da

    return x, get_da
