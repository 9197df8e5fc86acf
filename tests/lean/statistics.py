"""Likelihoods and prices."""

import numpy as np
from scipy.special import logsumexp
from scipy.stats import norm


def mixture_nll(X, mu, log_sigma, logits):
    log_pi = logits - logsumexp(logits)
    z = (X[:, None] - mu) / np.exp(log_sigma)
    log_p = -0.5 * z**2 - log_sigma - 0.5 * np.log(2 * np.pi)
    return -np.sum(logsumexp(log_pi + log_p, axis=1))


def black_scholes(S, K, T, r, sigma):
    d1 = (np.log(S / K) + (r + 0.5 * sigma**2) * T) / (sigma * np.sqrt(T))
    d2 = d1 - sigma * np.sqrt(T)
    return S * norm.cdf(d1) - K * np.exp(-r * T) * norm.cdf(d2)


def gp_log_likelihood(X, y, lengthscale, noise):
    n = len(y)
    sq = np.sum((X[:, None, :] - X[None, :, :]) ** 2, axis=-1)
    K = np.exp(-0.5 * sq / lengthscale**2) + noise * np.eye(n)
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return -0.5 * y @ alpha - np.sum(np.log(np.diag(L))) - 0.5 * n * np.log(2 * np.pi)


def mvn_logpdf(x, mu, Sigma):
    d = x - mu
    L = np.linalg.cholesky(Sigma)
    z = np.linalg.solve(L, d)
    return -0.5 * z @ z - np.log(np.diag(L)).sum() - 0.5 * len(x) * np.log(2 * np.pi)


def walks_of_three(A):
    """The weights of all walks of three steps in a graph."""
    return np.sum(A @ A @ A)
