def rosenbrock(x, y):
    """The banana valley; its minimum is at (1, 1)."""
    one_minus_x = 1 - x
    error = y - x**2

    def backprop(d_out):
        dy = 200 * d_out * error
        return -2 * (dy * x + d_out * one_minus_x), dy

    return one_minus_x**2 + 100 * error**2, backprop
