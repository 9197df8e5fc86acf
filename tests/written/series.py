"""Series and penalties, of whose numbers nothing is said: what is a number is found."""

import numpy as np


def garch_loglik(r, omega, alpha, beta):
    h = np.var(r)
    nll = 0.0
    for t in range(len(r)):
        nll += 0.5 * (np.log(h) + r[t] ** 2 / h)
        h = omega + alpha * r[t] ** 2 + beta * h
    return nll


def ar1_loglik(y, phi, sigma):
    ll = -0.5 * np.log(2 * np.pi * sigma**2)
    for t in range(1, len(y)):
        e = y[t] - phi * y[t - 1]
        ll = ll - 0.5 * np.log(2 * np.pi * sigma**2) - e**2 / (2 * sigma**2)
    return ll


def outbreak(beta, gamma, S0, I0, data):
    S, I = S0, I0
    loss = 0.0
    for obs in data:
        new = beta * S * I
        rec = gamma * I
        S = S - new
        I = I + new - rec
        loss += (I - obs) ** 2
    return loss


def kalman_scalar(zs, a, q, r):
    m = 0.0
    p = 1.0
    nll = 0.0
    for z in zs:
        m = a * m
        p = a * a * p + q
        s = p + r
        v = z - m
        nll += 0.5 * (np.log(2 * np.pi * s) + v * v / s)
        k = p / s
        m = m + k * v
        p = (1 - k) * p
    return nll


def var1_loglik(Y, A, c, sigma):
    ll = 0.0
    for t in range(1, len(Y)):
        e = Y[t] - A @ Y[t - 1] - c
        ll -= 0.5 * np.sum(e**2) / sigma**2 + len(c) * np.log(sigma)
    return ll


def hmm_forward(log_pi, log_A, log_B, obs):
    alpha = log_pi + log_B[:, obs[0]]
    for t in range(1, len(obs)):
        m = alpha.max()
        alpha = np.log(np.exp(alpha - m) @ np.exp(log_A)) + m + log_B[:, obs[t]]
    return np.log(np.sum(np.exp(alpha)))


def huber_reg(w, X, y, delta, lam):
    r = X @ w - y
    a = np.abs(r)
    return np.sum(np.where(a < delta, 0.5 * r**2, delta * (a - 0.5 * delta))) + lam * np.sum(
        np.abs(w)
    )


def momentum_sgd_path(w, grads, lr, m):
    v = np.zeros_like(w)
    for g in grads:
        v = m * v - lr * g
        w = w + v
    return w


def ridge(w, X, y, lam):
    r = y - X @ w
    return np.mean(r**2) + lam * np.sum(w**2)


def ar1_vec(y, phi, sigma):
    e = y[1:] - phi * y[:-1]
    return np.sum(e**2) / (2 * sigma**2) + (len(y) - 1) * np.log(sigma)


def smooth(x, y, lam):
    return np.sum((x - y) ** 2) + lam * np.sum((x[1:] - x[:-1]) ** 2)


def elastic(w, alpha, l1_ratio):
    return alpha * (l1_ratio * np.sum(np.abs(w)) + 0.5 * (1 - l1_ratio) * np.sum(w**2))
