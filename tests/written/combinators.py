"""Functions as people write them, in which functions are values."""

import functools
import operator
from functools import partial, reduce

import numpy as np


def make_chain(*layers):
    def forward(X):
        for layer in layers:
            X = layer(X)
        return X

    return forward


def make_pair(f, g):
    return lambda x: g(f(x))


def make_dense(W, b):
    return lambda X: X @ W + b


def make_residual(f):
    def wrapped(X):
        return X + f(X)

    return wrapped


def softplus(X):
    return np.log1p(np.exp(X))


def scaled(X, k):
    return X * k


def chained(X):
    return make_chain(softplus, np.tanh, softplus)(X)


def pair_loss(X, y):
    model = make_pair(softplus, np.log)
    return -np.mean(y * model(X))


def rebound(X):
    model = softplus
    model = make_pair(model, np.tanh)
    model = make_pair(model, np.square)
    return model(X)


def network(X, W1, b1, W2, b2):
    net = make_chain(make_dense(W1, b1), np.tanh, make_dense(W2, b2))
    return net(X)


def resnet(X, W):
    block = make_residual(lambda Z: np.tanh(Z @ W))
    return block(block(X))


def layers_in_a_list(X, W1, b1, W2, b2):
    layers = [(W1, b1, np.tanh), (W2, b2, softplus)]
    for W, b, act in layers:
        X = act(X @ W + b)
    return X


ACTIVATIONS = {"softplus": softplus, "tanh": np.tanh, "square": lambda x: x**2}


def dense_layer(X, W, activation="softplus"):
    return ACTIVATIONS[activation](X @ W)


def steps_by_name(X, steps=("softplus", "tanh")):
    table = {"softplus": softplus, "tanh": np.tanh}
    for step in steps:
        X = table[step](X)
    return X


def chosen(X, deep=True):
    if deep:
        net = make_chain(softplus, np.tanh)
    else:
        net = make_chain(softplus)
    return net(X)


def by_kind(X, kind="l2"):
    f = np.abs if kind == "l1" else np.square
    return f(X).sum()


def with_partial(X, a):
    f = partial(scaled, k=a)
    return np.sum(f(X) ** 2) + functools.partial(scaled, k=2.0)(X).sum()


def reduced(X, W1, W2):
    return reduce(lambda h, W: np.tanh(h @ W), (W1, W2), X)


def product(X, Y, Z):
    return reduce(operator.mul, [X, Y, Z]).sum()


def reduced_rows(X, h):
    return reduce(lambda h, x: np.tanh(h + x), X, h)


def mapped_rows(X, W):
    return np.stack(list(map(lambda x: np.tanh(x @ W), X)))


def features(x):
    return np.stack([f(x) for f in (np.sin, np.cos, np.tanh)])


def newton_root(a):
    def newton(f, df, x, steps=4):
        for _ in range(steps):
            x = x - f(x) / df(x)
        return x

    return newton(lambda x: x**3 - a, lambda x: 3 * x**2, 1.0 + a**2)


def rk4_step(f, y, dt):
    k1 = f(y)
    k2 = f(y + 0.5 * dt * k1)
    k3 = f(y + 0.5 * dt * k2)
    k4 = f(y + dt * k3)
    return y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def decay(y, k, dt=0.1, steps=3):
    def rhs(y):
        return -k * y + np.sin(y)

    for _ in range(steps):
        y = rk4_step(rhs, y, dt)
    return y


def leapfrog(f, x, v):
    return x + f(v), v - f(x)


def orbit(x, v):
    for _ in range(2):
        x, v = leapfrog(np.tanh, x, v)
    return x * v


def early(f, x):
    for k in range(3):
        if x.sum() > k:
            return f(x) * k
    return f(x)


def early_twice(x):
    return early(np.tanh, x) + early(softplus, x)


def bound_late(X):
    a = 2.0
    f = lambda x: a * x  # noqa: E731
    a = 3.0
    return f(X)
