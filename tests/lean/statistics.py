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
