"""Tables that are filled from one entry to the next, in lists and in arrays."""

import math

import numpy as np


def recursion(x, n=4):
    a = [0.0] * n
    a[0] = x
    for i in range(1, n):
        a[i] = math.sin(a[i - 1]) + 0.5 * x
    return a[n - 1]


def soft_lcs(x, y, gamma=0.5):
    n, m = len(x), len(y)
    L = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            s = math.exp(-((x[i - 1] - y[j - 1]) ** 2) / gamma)
            L[i][j] = max(L[i - 1][j - 1] + s, L[i - 1][j], L[i][j - 1])
    return L[n][m]


def binomial_tree(S, K, r, sigma, T, n=3):
    dt = T / n
    u = math.exp(sigma * math.sqrt(dt))
    p = (math.exp(r * dt) - 1 / u) / (u - 1 / u)
    values = [max(S * u ** (n - 2 * j) - K, 0.0) for j in range(n + 1)]
    for i in range(n - 1, -1, -1):
        values = [(p * values[j] + (1 - p) * values[j + 1]) for j in range(i + 1)]
    return math.exp(-r * T) * values[0]


def neville(xs, ys, x):
    """Interpolation by a polynomial."""
    p = [y for y in ys]
    n = len(xs)
    for m in range(1, n):
        for i in range(n - m):
            p[i] = ((x - xs[i + m]) * p[i] + (xs[i] - x) * p[i + 1]) / (xs[i] - xs[i + m])
    return p[0]


def casteljau(c, t):
    b = c.copy()
    for r in range(1, len(c)):
        for i in range(len(c) - r):
            b[i] = (1 - t) * b[i] + t * b[i + 1]
    return b[0]


def romberg(a, b, k=3):
    R = [[0.0] * k for _ in range(k)]
    h = b - a
    R[0][0] = 0.5 * h * (math.sin(a) + math.sin(b))
    for i in range(1, k):
        h = h / 2
        s = 0.0
        for j in range(1, 2**i, 2):
            s += math.sin(a + j * h)
        R[i][0] = 0.5 * R[i - 1][0] + h * s
        for j in range(1, i + 1):
            R[i][j] = R[i][j - 1] + (R[i][j - 1] - R[i - 1][j - 1]) / (4**j - 1)
    return R[k - 1][k - 1]


def ctc(log_probs, labels, blank=0):
    T = log_probs.shape[0]
    L = 2 * len(labels) + 1
    ext = [blank] * L
    for i, label in enumerate(labels):
        ext[2 * i + 1] = label
    alpha = np.full((T, L), -1e30)
    alpha[0, 0] = log_probs[0, blank]
    alpha[0, 1] = log_probs[0, ext[1]]
    for t in range(1, T):
        for s in range(L):
            a = alpha[t - 1, s]
            if s > 0:
                a = np.logaddexp(a, alpha[t - 1, s - 1])
            if s > 1 and ext[s] != blank and ext[s] != ext[s - 2]:
                a = np.logaddexp(a, alpha[t - 1, s - 2])
            alpha[t, s] = a + log_probs[t, ext[s]]
    return -np.logaddexp(alpha[T - 1, L - 1], alpha[T - 1, L - 2])


def filled_with_ones(x):
    a = [1.0] * len(x)
    for i in range(len(x)):
        a[i] += x[i]
    return a[0] * a[-1]


def found_by_a_list(x):
    order = [2, 0, 1]
    weights = [0.25, 0.5, 0.25]
    s = 0.0
    for i in range(3):
        s += weights[i] * x[order[i]] ** 2
    return s


def tuple_of_parts(x):
    def powers(v):
        return v, v**2

    t = powers(x)
    u = t
    return u[0] + u[1]
