"""Functions with loops: recurrent layers, sequences of different lengths, steps in time."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def rnn(X, h, W, U, b):
    """The last state of an Elman network."""
    for t in range(len(X)):
        h = np.tanh(X[t] @ W + h @ U + b)
    return h


def gru(X, h, Wz, Uz, Wh, Uh):
    """All states of a gated network without a reset."""
    states = []
    for x in X:
        z = sigmoid(x @ Wz + h @ Uz)  # how much is new
        h = (1 - z) * h + z * np.tanh(x @ Wh + h @ Uh)
        states.append(h)
    return np.stack(states)


def mean_of_sequences(X, lengths):
    """The mean of the rows of each sequence."""
    Y = np.zeros((len(lengths), X.shape[1]))
    start = 0
    for i, length in enumerate(lengths):
        Y[i] = X[start : start + length].mean(axis=0)
        start += length
    return Y


def smoothing_error(y, alpha):
    """Squared error of forecasting each value by smoothing those before it."""
    level = y[0]
    total = 0.0
    for t in range(1, len(y)):
        total += (y[t] - level) ** 2
        level = alpha * y[t] + (1 - alpha) * level
    return total


def pendulum(angle, speed, steps=20, dt=0.05):
    """Where a pendulum is after some steps."""
    for _ in range(steps):
        speed = speed - dt * np.sin(angle)
        angle = angle + dt * speed
    return angle


def square_root(a, tolerance=1e-5):
    """The square root of a, by Newton's method."""
    x = a
    while np.max(np.abs(x - a / x)) > tolerance:
        x = 0.5 * (x + a / x)
    return x
