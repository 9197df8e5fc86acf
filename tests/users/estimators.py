"""Likelihoods, moments and penalties, as estimators have them."""

import numpy as np
import numpy.linalg as la
import scipy.special as sp
from scipy import stats
from scipy.special import gammaln, logsumexp


def poisson_deviance(beta, X, y):
    eta = X @ beta
    mu = np.exp(eta)
    return 2 * np.sum(sp.xlogy(y, y / mu) - (y - mu))


def negative_binomial_nll(beta, alpha, X, y):
    mu = np.exp(X @ beta)
    r = 1 / alpha
    ll = (gammaln(y + r) - gammaln(r) - gammaln(y + 1)
          + r * np.log(r / (r + mu)) + y * np.log(mu / (r + mu)))
    return -ll.sum()


def probit_nll(beta, X, y):
    q = 2 * y - 1
    return -np.sum(stats.norm.logcdf(q * (X @ beta)))


def tobit_nll(beta, sigma, X, y):
    xb = X @ beta
    ll = np.where(y > 0, stats.norm.logpdf(y, loc=xb, scale=sigma),
                  stats.norm.logcdf(-xb / sigma))
    return -np.sum(ll)


def gaussian_kde_logpdf(x, data, h):
    z = (x[:, None] - data[None, :]) / h
    logk = -0.5 * z ** 2 - 0.5 * np.log(2 * np.pi) - np.log(h)
    return logsumexp(logk, axis=1) - np.log(data.size)


def gp_marginal_likelihood(log_params, X, y):
    ell, sf, sn = np.exp(log_params)
    d2 = ((X[:, None] - X[None]) ** 2).sum(-1)
    K = sf ** 2 * np.exp(-0.5 * d2 / ell ** 2) + sn ** 2 * np.eye(len(X))
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y @ alpha + np.log(np.diag(L)).sum() + 0.5 * len(X) * np.log(2 * np.pi)


def multivariate_normal_logpdf(x, mean, cov):
    d = len(mean)
    diff = x - mean
    sign, logdet = np.linalg.slogdet(cov)
    return -0.5 * (d * np.log(2 * np.pi) + logdet + diff @ la.inv(cov) @ diff)


def mahalanobis(x, mu, P):
    delta = x - mu
    return np.sqrt(np.einsum("ij,jk,ik->i", delta, P, delta))


def dirichlet_logpdf(p, alpha):
    return gammaln(alpha.sum()) - gammaln(alpha).sum() + np.sum((alpha - 1) * np.log(p))


def weibull_nll(k, lam, t, event):
    log_h = np.log(k / lam) + (k - 1) * np.log(t / lam)
    H = (t / lam) ** k
    return -(event * log_h - H).sum()


def cox_partial(beta, X, event):
    # sorted by time, longest first
    eta = X @ beta
    log_risk = np.log(np.cumsum(np.exp(eta)))
    return -np.sum((eta - log_risk) * event)


def quantile_loss(y, q, tau=0.9):
    e = y - q
    return np.mean(np.maximum(tau * e, (tau - 1) * e))


def two_sls(Z, X, y):
    PzX = Z @ np.linalg.solve(Z.T @ Z, Z.T @ X)
    return np.linalg.solve(PzX.T @ X, PzX.T @ y)


def factor_model_fit(L, psi, S):
    Sigma = L @ L.T + np.diag(psi)
    _, logdet = np.linalg.slogdet(Sigma)
    return logdet + np.trace(np.linalg.solve(Sigma, S))


def nmf_objective(W, H, V, l1=0.0):
    R = V - W @ H
    return 0.5 * np.linalg.norm(R, "fro") ** 2 + l1 * (np.abs(W).sum() + np.abs(H).sum())


def nuclear_regularised(W, X, Y, lam=0.1):
    return 0.5 * np.sum((X @ W - Y) ** 2) + lam * np.linalg.norm(W, ord="nuc")


def spectral_norm_penalty(W):
    return np.linalg.norm(W, 2) ** 2


def kmeans_inertia(X, C):
    d = ((X[:, None, :] - C[None, :, :]) ** 2).sum(axis=2)
    return d.min(axis=1).sum()


def gmm_loglik(X, logits, means, log_scales):
    logw = logits - logsumexp(logits)
    z = (X[:, None, :] - means) / np.exp(log_scales)
    comp = -0.5 * np.sum(z ** 2, axis=-1) - log_scales.sum(axis=-1) - 0.5 * X.shape[1] * np.log(2 * np.pi)
    return np.mean(logsumexp(comp + logw, axis=1))


def js_divergence(p, q):
    m = 0.5 * (p + q)
    return 0.5 * np.sum(sp.rel_entr(p, m)) + 0.5 * np.sum(sp.rel_entr(q, m))


def huber_regression(w, X, y, delta=1.35):
    r = y - X @ w
    absr = np.abs(r)
    quad = np.minimum(absr, delta)
    return np.sum(0.5 * quad ** 2 + delta * (absr - quad))


def trimmed_mean_square(x):
    s = np.sort(x)
    return np.mean(s[2:-2] ** 2)


def geometric_mean(x):
    return np.prod(x) ** (1.0 / len(x))


def masked_mean(X, mask):
    return np.mean(X, axis=0, where=mask.astype(bool))


def arma_like(phi, theta, y, e):
    return y[2:] - phi[0] * y[1:-1] - phi[1] * y[:-2] - theta * e[1:-1]


def whittle(params, freqs, I):
    sigma2, phi = params
    f = sigma2 / (2 * np.pi) / (1 - 2 * phi * np.cos(freqs) + phi ** 2)
    return np.sum(np.log(f) + I / f)
