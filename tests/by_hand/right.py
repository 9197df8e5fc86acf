"""Right gradients in every form in which people write them."""

import numpy as np
import numpy as xp


def product(X, Y):
    return np.sum(X * np.tanh(Y))


def gradient(X, Y):
    """of product --shape X=n --shape Y=n

    ...gradient returns the gradient
    X: right
    """
    return np.tanh(Y)


def gradient_for_a_cotangent(X, Y, d_out=1.0):
    """of product --shape X=n --shape Y=n

    X: right
    """
    return d_out * np.tanh(Y)


def gradients(X, Y):
    """of product --shape X=n --shape Y=n

    X: right
    Y: right
    """
    return np.tanh(Y), X / np.cosh(Y) ** 2


def gradient_of_the_second(X, Y):
    """of product --shape X=n --shape Y=n --wrt Y

    Y: right
    """
    return X / np.cosh(Y) ** 2


def backward(dout, X, Y):
    """of product --shape X=n --shape Y=n

    X: right
    Y: right
    """
    return dout * np.tanh(Y), dout * X / np.cosh(Y) ** 2


def other_names(x, angle):
    """of product --shape X=n --shape Y=n

    X: right
    Y: right
    """
    return np.tanh(angle), x / np.cosh(angle) ** 2


def dictionary(X, Y):
    """of product --shape X=n --shape Y=n

    X: right
    Y: right
    """
    return {"dY": X / np.cosh(Y) ** 2, "dX": np.tanh(Y)}


def list_of_numbers(X, Y):
    """of product --shape X=n --shape Y=n

    X: right
    """
    return [float(np.tanh(y)) for y in Y]


def value_and_gradient(X, Y):
    """of product --shape X=n --shape Y=n

    ...value_and_gradient returns (value, gradient)
    value: right
    X: right
    """
    return (X * np.tanh(Y)).sum(), np.tanh(Y)


def value_and_gradients(X, Y):
    """of product --shape X=n --shape Y=n

    value: right
    X: right
    Y: right
    """
    return (X * np.tanh(Y)).sum(), (np.tanh(Y), X / np.cosh(Y) ** 2)


def value_and_each_gradient(X, Y):
    """of product --shape X=n --shape Y=n

    value: right
    Y: right
    """
    return (X * np.tanh(Y)).sum(), np.tanh(Y), X / np.cosh(Y) ** 2


def gradient_and_value(X, Y):
    """of product --shape X=n --shape Y=n

    ...gradient_and_value returns (gradient, value)
    value: right
    X: right
    """
    return np.tanh(Y), (X * np.tanh(Y)).sum()


def callback(X, Y):
    """of product --shape X=n --shape Y=n

    ...callback returns (value, callback)
    X: right
    """

    def get_dX(d_out):
        return d_out * np.tanh(Y)

    return product(X, Y), get_dX


def callbacks(X, Y):
    """of product --shape X=n --shape Y=n

    ...callbacks returns (value, (callbacks))
    X: right
    Y: right
    """

    def get_dX(d_out):
        return d_out * np.tanh(Y)

    def get_dY(d_out):
        return d_out * X / np.cosh(Y) ** 2

    return product(X, Y), (get_dX, get_dY)


def thinc_like(X, Y, is_train):
    """of product --shape X=n --shape Y=n

    X: right
    Y: right
    """
    T = xp.tanh(Y)

    def backprop(d_out):
        return d_out * T, d_out * X * (1 - T * T)

    return (X * T).sum(), backprop


def jac(X, Y):
    """of product --shape X=n --shape Y=n --against-grad jac

    value: right
    X: right
    """
    return np.tanh(Y)


def statistics(X):
    return X.mean(), np.sum(X * X, axis=1)


def several_outputs(X):
    """of statistics --shape X=n,d

    value: right
    X: right
    """

    def backprop(d_mean, d_squares):
        return d_mean / X.size + 2 * d_squares[:, None] * X

    return (X.mean(), np.sum(X * X, axis=1)), backprop


def guarded(X):
    try:
        return np.sum(X * X)
    except ValueError:
        return 0.0


def of_what_the_tool_cannot_differentiate(X):
    """of guarded --shape X=n

    X: right
    """
    return 2 * X


def negated(X):
    norm = np.sqrt(np.sum(X * X))
    return X * np.minimum(1, 1 / norm)


def whatever_ours_is_at_zero(X):
    """of negated --shape X=n

    X: right
    """
    norm = np.sqrt(np.sum(X * X))

    def get_dX(d_out):
        if norm < 1:
            return d_out
        return d_out / norm - X * (d_out @ X) / norm**3

    return X * np.minimum(1, 1 / norm), get_dX


def diagonal(X):
    return np.sqrt(2) * np.sum(X * X)


def constant_with_eight_digits(X):
    """of diagonal --shape X=n

    X: right
    """
    return 2.8284271 * X


def affine_tanh(X, W, b):
    return np.tanh(X @ W.T + b)


def forward(model, X, is_train):
    """of affine_tanh --shape X=n,i --shape W=o,i --shape b=o

    X: right
    W: right
    b: right
    """
    W = model.get_param("W")
    Y = model.ops.xp.tanh(X @ W.T + model.get_param("b"))

    def backprop(dY):
        dZ = dY * (1 - Y**2)
        model.inc_grad("W", dZ.T @ X)
        model.inc_grad("b", dZ.sum(axis=0))
        return dZ @ W

    return Y, backprop


def scaled_difference(X, Y, g, scale=2.0):
    return scale * g * (X - Y)


def forward_of_a_pair(model, inputs, is_train):
    """of scaled_difference --shape X=n,d --shape Y=n,d --shape g=d

    X: right
    Y: right
    g: right
    """
    X, Y = inputs
    g, scale = model.get_param("g"), model.attrs["scale"]

    def backprop(d_out):
        model.inc_grad("g", scale * np.sum(d_out * (X - Y), axis=0))
        dX = scale * g * d_out
        return dX, -dX

    return scale * g * (X - Y), backprop
