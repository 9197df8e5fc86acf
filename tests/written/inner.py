import numpy as np

sigmoid = lambda x: 1 / (1 + np.exp(-x))

def rk4(x, A, dt=0.1, steps=3):
    """Steps of Runge and Kutta."""
    def f(x):
        return A @ x
    for _ in range(steps):
        k1 = f(x)
        k2 = f(x + dt / 2 * k1)
        k3 = f(x + dt / 2 * k2)
        k4 = f(x + dt * k3)
        x = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return x

def layer(X, W, b):
    return sigmoid(X @ W + b)

def loss(w, X, y, l2=0.1):
    predict = lambda X: np.tanh(X @ w)
    err = predict(X) - y
    def penalty(v):
        return l2 * np.sum(v * v)
    return np.mean(err ** 2) + penalty(w)
