"""Steps and filters as they come from other languages and from lecture notes."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gru_states(X, h0, Wz, Uz, Wh, Uh):
    h = h0
    states = []
    for x in X:
        z = sigmoid(x @ Wz + h @ Uz)
        h = (1 - z) * h + z * np.tanh(x @ Wh + h @ Uh)
        states.append(h)
    # all of them
    states = np.stack(states)
    return states


def heat_explicit(u0, alpha, nt=4):
    u = u0.copy()
    for _ in range(nt):
        un = u.copy()
        for i in range(1, len(u) - 1):
            u[i] = un[i] + alpha * (un[i + 1] - 2 * un[i] + un[i - 1])
    return u


def garch_nll(params, r):
    """Negative log-likelihood of GARCH(1,1)."""
    mu, omega, alpha, beta = params
    eps = r - mu
    T = len(r)
    sigma2 = np.empty(T)
    sigma2[0] = eps.var()
    for t in range(1, T):
        sigma2[t] = omega + alpha * eps[t - 1] ** 2 + beta * sigma2[t - 1]
    return 0.5 * np.sum(np.log(sigma2) + eps**2 / sigma2)


def conditional_squares(phi, y, p=2):
    e = []
    for t in range(p, len(y)):
        pred = 0.0
        for j in range(p):
            pred += phi[j] * y[t - 1 - j]
        e.append(y[t] - pred)
    e = np.array(e)
    return np.mean(e**2)


def mean_of_turns(w, X):
    losses = [np.tanh(x @ w) for x in X]
    losses = np.array(losses)
    return losses.mean()


def batchnorm(x, gamma, beta, running_mean, running_var, eps=1e-5, training=True):
    if training:
        x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    else:
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
    return gamma * x_hat + beta


def batchnorm_mode(x, gamma, beta, running_mean, running_var, eps=1e-5, mode="train"):
    if mode == "train":
        x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    elif mode == "test":
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
    else:
        raise ValueError(f"Invalid mode {mode}")
    return gamma * x_hat + beta


def spatial_scale(x, gamma, beta):
    N, C, H, W = x.shape
    flat = x.transpose(0, 2, 3, 1).reshape(-1, C)
    flat = gamma * (flat - flat.mean(axis=0)) + beta
    return flat.reshape(N, H, W, C).transpose(0, 3, 1, 2)


def max_pool(x):
    N, C, H, W = x.shape
    return x.reshape(N, C, H // 2, 2, W // 2, 2).max(axis=3).max(axis=4)


def frontier(theta, X, y):
    beta, lns = theta[:-1], theta[-1]
    e = y - X.dot(beta)
    return np.sum(0.5 * (e / np.exp(lns)) ** 2 + lns)
