"""Likelihoods and prices."""

import numpy as np
from scipy.special import betaln, expit, logsumexp
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


def wishart_logpdf(S, V, df):
    p = S.shape[0]
    _, logdet_S = np.linalg.slogdet(S)
    _, logdet_V = np.linalg.slogdet(V)
    trace = np.trace(np.linalg.inv(V) @ S)
    return 0.5 * (df - p - 1) * logdet_S - 0.5 * trace - 0.5 * df * logdet_V


def probabilistic_pca(W, sigma2, X):
    n, d = X.shape
    C = W @ W.T + sigma2 * np.eye(d)
    S = X.T @ X / n
    return 0.5 * n * (np.linalg.slogdet(C)[1] + np.trace(np.linalg.solve(C, S)))


def risk_parity(w, cov):
    """How unequal the risks are that the parts of a portfolio contribute."""
    sigma = np.sqrt(w @ cov @ w)
    marginal = cov @ w / sigma
    risk = w * marginal
    return np.sum((risk - sigma / len(w)) ** 2)


def ssim(x, y, C1=0.01, C2=0.03):
    """The similarity of two images, without windows."""
    mx, my = x.mean(), y.mean()
    vx = ((x - mx) ** 2).mean()
    vy = ((y - my) ** 2).mean()
    cov = ((x - mx) * (y - my)).mean()
    return (2 * mx * my + C1) * (2 * cov + C2) / ((mx**2 + my**2 + C1) * (vx + vy + C2))


def beta_regression(beta, phi, X, y):
    mu = expit(X @ beta)
    a, b = mu * phi, (1 - mu) * phi
    return -np.mean((a - 1) * np.log(y) + (b - 1) * np.log(1 - y) - betaln(a, b))


def van_der_waals(T, V):
    """The pressure of a gas."""
    R = 8.314
    repulsion = 0.0778 * R * T
    return np.sum(R * T / (V - repulsion))
