"""Functions that put values where others have to be found: sums at indices, diagonals, bands."""

import numpy as np


def segment_means(X, ids, count=3):
    out = np.zeros((count, X.shape[1]))
    np.add.at(out, ids, X)
    sizes = np.bincount(ids, minlength=count)
    return out / np.maximum(sizes, 1)[:, None]


def messages(h, sources, targets, W):
    out = np.zeros_like(h)
    np.add.at(out, targets, h[sources] @ W)
    return np.tanh(h + out)


def bond_forces(X, i, j):
    d = X[i] - X[j]
    F = np.zeros_like(X)
    np.add.at(F, i, -d)
    np.add.at(F, j, d)
    return F


def deposited(p, q):
    """Charges between the points of a grid of 8."""
    grid = np.zeros(8)
    i = np.floor(p).astype(int)
    f = p - i
    np.add.at(grid, i, q * (1 - f))
    np.add.at(grid, i + 1, q * f)
    return grid


def moved_in_turns(x, ids, steps=3):
    for _ in range(steps):
        y = np.zeros_like(x)
        np.add.at(y, ids, np.sin(x))
        x = y
    return x


def pairs_apart(X):
    D = ((X[:, None] - X[None]) ** 2).sum(-1)
    np.fill_diagonal(D, np.inf)
    return np.exp(-D).sum()


def with_diagonal(x, A):
    B = A.copy()
    np.fill_diagonal(B, x)
    return B @ B


def contrasted(z, temperature=0.5):
    n = z.shape[0] // 2
    z = z / np.linalg.norm(z, axis=1, keepdims=True)
    sim = z @ z.T / temperature
    np.fill_diagonal(sim, -1e9)
    pos = np.concatenate([np.diag(sim, n), np.diag(sim, -n)])
    return np.mean(-pos + np.log(np.exp(sim).sum(axis=1)))


def refilled(x, c):
    out = np.empty_like(x)
    out.fill(c)
    return out * x


def copied(x, y):
    out = np.empty_like(x)
    np.copyto(out, x * y)
    out[0] = 0
    return out
