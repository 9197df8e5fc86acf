"""Functions whose options the caller chooses, or that give NumPy options of its own."""

import numpy as np
from scipy import stats
from scipy.stats import norm


def softmax(X, *, axis=-1):
    X = X - X.max(axis=axis, keepdims=True)
    E = np.exp(X)
    return E / E.sum(axis=axis, keepdims=True)


def log_softmax(x, axis=-1):
    m = np.max(x, axis, keepdims=True)
    return x - m - np.log(np.sum(np.exp(x - m), axis, keepdims=True))


def standardized(x, axis=0, eps=1e-5):
    mu = x.mean(axis=axis, keepdims=True)
    return (x - mu) / np.sqrt(np.mean((x - mu) ** 2, axis=axis, keepdims=True) + eps)


def mean_square(X, axis=0):
    return np.mean(X**2, axis=axis)


def lengths(X, axis=1, keepdims=True):
    return np.sqrt((X * X).sum(axis=axis, keepdims=keepdims))


def spread(X, ddof=1, axis=None):
    return np.var(X, axis=axis, ddof=ddof)


def quiet_ratio(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = x / (1 + x * x)
        return y * x


def quiet_entropy(p):
    with np.errstate(all="ignore"):
        # natural units
        return -np.sum(np.log(p) * p)


def quiet_pair(x, y):
    with np.errstate(over="ignore"), np.errstate(under="ignore"):
        ratio = np.exp(x) / (1 + y * y)
        return ratio.sum(), np.exp(x)


def geometric_mean(x):
    return np.prod(x) ** (1.0 / len(x))


def compounded(rates):
    return np.cumprod(1 + rates, axis=1)


def drawdown(rates):
    wealth = np.cumprod(1 + 0.1 * np.tanh(rates))
    peak = np.maximum.accumulate(wealth)
    return np.max((peak - wealth) / peak)


def running_least(X):
    return np.minimum.accumulate(X, axis=1)


def forward_step(emissions, transitions):
    return np.logaddexp.reduce(emissions[:, None] + transitions, axis=0)


def masked_mean(X, mask):
    return np.mean(X, axis=0, where=mask > 0.1)


def masked_best(X, mask):
    return np.max(X, axis=1, where=mask.astype(bool), initial=-10.0)


def floored(x, floor):
    return np.max(x, initial=floor)


def spectral_penalty(W):
    return np.linalg.norm(W, 2) ** 2


def least_stretch(W):
    return np.linalg.norm(W, ord=-2)


def low_rank(W, X, Y, lam=0.1):
    return 0.5 * np.sum((X @ W - Y) ** 2) + lam * np.linalg.norm(W, ord="nuc")


def stack_of_norms(W):
    return np.linalg.norm(W, ord=2, axis=(1, 2)), np.linalg.norm(W, ord="nuc", axis=(-2, -1))


def largest_column(W):
    return np.linalg.norm(W, ord=1, axis=(0, 2), keepdims=True)


def first_level(H):
    w, V = np.linalg.eigh(H)
    return w[0]


def first_state(H):
    w, V = np.linalg.eigh(H)
    return V[:, 0] ** 2


def nuclear(A):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return s.sum()


def probit(beta, X, y):
    return -np.sum(stats.norm.logcdf((2 * y - 1) * (X @ beta)))


def censored(beta, sigma, X, y):
    xb = X @ beta
    known = stats.norm.logpdf(y, loc=xb, scale=sigma)
    return -np.sum(np.where(y > 0, known, stats.norm.logcdf(-xb / sigma)))


def call_price(S, K, r, sigma, T):
    d1 = (np.log(S / K) + (r + 0.5 * sigma**2) * T) / (sigma * np.sqrt(T))
    return S * norm.cdf(d1) - K * np.exp(-r * T) * norm.cdf(d1 - sigma * np.sqrt(T))


def value_at_risk(q, mu, sigma):
    return norm.ppf(q, loc=mu, scale=sigma)


def survival(x, mu, sigma):
    return norm.sf(x, mu, sigma) + norm.logsf(x, mu, sigma) + norm.pdf(x, mu, sigma)


def divergence(p, q):
    p = p / p.sum()
    q = q / q.sum()
    return np.sum(np.where(p > 0, p * np.log(p / q), 0))


def ends_added(cuts):
    edges = np.concatenate(([-1.0], cuts, [1.0]))
    return np.diff(edges) ** 2


def masked_softmax(X, mask=None, axis=-1):
    if mask is not None:
        X = np.where(mask > 0, X, -20.0)
    E = np.exp(X - X.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def weights_along(x, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def attention_weights(Q, K):
    return weights_along(Q @ K.T)


def distances(X, Y, axis=0, reduction="mean"):
    d = ((X - Y) ** 2).sum(axis=axis)
    if reduction == "mean":
        return d.mean()
    return d.sum()


def trend(tau, y, strength=1600):
    return np.sum((y - tau) ** 2) + strength * np.sum(np.diff(tau, 2) ** 2)


def least_row(X):
    return np.linalg.norm(X, ord=-np.inf)


def tuned(x, omega=np.pi, phase=-np.pi / 2, cap=np.inf):
    return np.sum(np.minimum(np.sin(omega * x + phase), cap))


def elastic_net(w, X, y, alpha=1.0, l1_ratio=0.5, fit_intercept=True):
    if fit_intercept:
        b, coef = w[0], w[1:]
        resid = y - X @ coef - b
    else:
        coef = w
        resid = y - X @ coef
    penalty = l1_ratio * np.abs(coef).sum() + 0.5 * (1 - l1_ratio) * (coef**2).sum()
    return 0.5 * np.mean(resid**2) + alpha * penalty
