"""Objectives and filters, as lectures and libraries have them."""

import numpy as np


def ewma_volatility(r, lam=0.94):
    var = r[0] ** 2
    for t in range(1, len(r)):
        var = lam * var + (1 - lam) * r[t] ** 2
    return np.sqrt(var)


def bond_ytm(y, coupon=0.05, years=5):
    price = 0.0
    for t in range(1, years + 1):
        price = price + coupon / (1 + y) ** t
    return price + 1 / (1 + y) ** years


def goertzel_power(x, f=0.1):
    w = 2 * np.pi * f
    coeff = 2 * np.cos(w)
    s1 = s2 = 0.0
    for v in x:
        s0 = v + coeff * s1 - s2
        s2, s1 = s1, s0
    return s1**2 + s2**2 - coeff * s1 * s2


def biquad(x, b, a):
    y = np.zeros_like(x)
    for n in range(2, len(x)):
        y[n] = b[0] * x[n] + b[1] * x[n - 1] + b[2] * x[n - 2] - a[0] * y[n - 1] - a[1] * y[n - 2]
    return y


def verlet(q, v, k=2.0, dt=0.05, steps=4):
    a = -k * q
    for _ in range(steps):
        q = q + v * dt + 0.5 * a * dt**2
        a_new = -k * q
        v = v + 0.5 * (a + a_new) * dt
        a = a_new
    return q, v


def burgers_step(u, nu=0.05, dt=0.01, dx=0.1):
    un = u.copy()
    un[1:-1] = (
        u[1:-1]
        - dt / dx * u[1:-1] * (u[1:-1] - u[:-2])
        + nu * dt / dx**2 * (u[2:] - 2 * u[1:-1] + u[:-2])
    )
    return un


def stress_mds(Y, D):
    n = len(Y)
    loss = 0.0
    for i in range(n):
        for j in range(i):
            d = np.sqrt(np.sum((Y[i] - Y[j]) ** 2) + 1e-9)
            loss += (d - D[i, j]) ** 2
    return loss


def mmd(X, Y, gamma=0.5):
    def k(A, B):
        d = A[:, None, :] - B[None, :, :]
        return np.exp(-gamma * np.sum(d**2, axis=2))

    return k(X, X).mean() + k(Y, Y).mean() - 2 * k(X, Y).mean()


def gae(rewards, values, gamma=0.99, lam=0.95):
    adv = np.zeros_like(rewards)
    last = 0.0
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * values[t + 1] - values[t]
        last = delta + gamma * lam * last
        adv[t] = last
    return adv


def model(x, a, b):
    return a * np.exp(-b * x)


def fitted(params, x, y):
    return np.sum((model(x, *params) - y) ** 2)


def chained(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x[:-1], x[1:]))  # noqa: RUF007


def flat_parameters(theta, X, y):
    d = X.shape[1]
    h = (theta.size - 1) // (d + 2)
    W = theta[: d * h].reshape(d, h)
    v = theta[d * h + h : -1]
    return np.mean((np.tanh(X @ W + theta[d * h : d * h + h]) @ v + theta[-1] - y) ** 2)


def set_in_a_test(x, w):
    # the sum is read below
    if (s := np.sum(w * x)) > 0:
        return s**2
    return -s
