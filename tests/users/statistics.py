"""Objectives, kernels and estimators, as in scikit-learn, econometrics and teaching."""

import numpy as np
from numpy.linalg import inv
from scipy.special import erf, expit

RISK_FREE = 0.02
WEIGHTS = np.array([0.2, 0.3, 0.5])
LAGS = (1, 2)


def ridge_objective(w, X, y, alpha=1.0):
    residual = X @ w - y
    return 0.5 * np.sum(residual**2) + 0.5 * alpha * w @ w


def logistic_with_intercept(coef, X, y):
    w, c = coef[:-1], coef[-1]
    p = expit(X.dot(w) + c)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def rbf_kernel(X, Y, gamma=0.5):
    XX = (X * X).sum(axis=1)[:, np.newaxis]
    YY = (Y * Y).sum(axis=1)[np.newaxis, :]
    D = XX - 2 * X @ Y.T + YY
    return np.exp(-gamma * D)


def polynomial_kernel(X, Y, degree=3, coef0=1.0):
    K = np.dot(X, Y.T)
    K *= 1.0 / X.shape[1]
    K += coef0
    K **= degree
    return K


def gaussian_logpdf(x, mu, sigma):
    return -0.5 * ((x - mu) / sigma) ** 2 - np.log(sigma) - 0.5 * np.log(2 * np.pi)


def pca_reconstruction(W, X):
    Xc = X - X.mean(axis=0)
    Z = Xc @ W
    R = Z @ W.T
    return ((Xc - R) ** 2).mean()


def standardize(X):
    return (X - np.mean(X, axis=0)) / np.std(X, axis=0, ddof=1)


def pearson_r(x, y):
    xm = x - x.mean()
    ym = y - y.mean()
    return (xm * ym).sum() / np.sqrt((xm**2).sum() * (ym**2).sum())


def hinge_loss(w, X, y, C=1.0):
    margins = 1 - y * (X @ w)
    return 0.5 * w.dot(w) + C * np.maximum(0, margins).mean()


def elastic_net(w, X, y, alpha=0.5, l1_ratio=0.3):
    n_samples = X.shape[0]
    mse = np.linalg.norm(y - X @ w) ** 2 / (2 * n_samples)
    return mse + alpha * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * (w**2).sum())


def tsne_q(Y):
    sum_Y = np.sum(np.square(Y), 1)
    num = -2.0 * np.dot(Y, Y.T)
    num = 1.0 / (1.0 + np.add(np.add(num, sum_Y).T, sum_Y))
    return num / np.sum(num)


def t_statistic(x, y):
    nx, ny = len(x), len(y)
    vx, vy = np.var(x, ddof=1), np.var(y, ddof=1)
    pooled = ((nx - 1) * vx + (ny - 1) * vy) / (nx + ny - 2)
    return (np.mean(x) - np.mean(y)) / np.sqrt(pooled * (1 / nx + 1 / ny))


def ols(X, y):
    return inv(X.T @ X) @ X.T @ y


def gmm_objective(theta, Z, X, y):
    u = y - X @ theta
    g = Z.T @ u / len(y)
    return g @ g


def black_scholes(S, K, T, r, sigma):
    d1 = (np.log(S / K) + (r + 0.5 * sigma**2) * T) / (sigma * np.sqrt(T))
    d2 = d1 - sigma * np.sqrt(T)
    N1 = 0.5 * (1.0 + erf(d1 / np.sqrt(2.0)))
    N2 = 0.5 * (1.0 + erf(d2 / np.sqrt(2.0)))
    return S * N1 - K * np.exp(-r * T) * N2


def sharpe(w, mu, Sigma):
    ret = w @ mu
    vol = np.sqrt(w @ Sigma @ w)
    return (ret - RISK_FREE) / vol


def npv(cashflows, rate):
    t = np.arange(len(cashflows))
    return np.sum(cashflows / (1 + rate) ** t)


def ar2_residuals(y, phi1, phi2):
    return y[LAGS[1] :] - phi1 * y[1:-1] - phi2 * y[: -LAGS[1]]


def gini(x):
    n = x.size
    diffs = np.abs(x[:, None] - x[None, :])
    return diffs.sum() / (2 * n**2 * x.mean())


def weighted_index(p):
    return p @ WEIGHTS


def hessian_like_quadratic(x, Q, c):
    return 0.5 * x.T.dot(Q).dot(x) + c.T.dot(x)


def matern32(X1, X2, length=1.0):
    d = np.sqrt(((X1[:, None, :] - X2[None, :, :]) ** 2).sum(axis=2) + 1e-12)
    r = np.sqrt(3.0) * d / length
    return (1 + r) * np.exp(-r)


def lda_projection(w, Sw, Sb):
    return (w @ Sb @ w) / (w @ Sw @ w)


def soft_kmeans(X, mu, beta=2.0):
    d2 = ((X[:, None, :] - mu[None, :, :]) ** 2).sum(axis=2)
    r = np.exp(-beta * d2)
    r = r / r.sum(axis=1, keepdims=True)
    return (r * d2).sum()


def panel_within(Y, X, b):
    Yd = Y - Y.mean(axis=1, keepdims=True)
    Xd = X - X.mean(axis=1, keepdims=True)
    return ((Yd - b * Xd) ** 2).sum()


def wls(X, y, w):
    Xw = X * w[:, None]
    return np.linalg.solve(Xw.T @ X, Xw.T @ y)


def mf_rating(P, Q, mu, bu, bi):
    return mu + bu[:, None] + bi[None, :] + P @ Q.T
