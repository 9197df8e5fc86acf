"""Geometry, graphics, learning by reward, markets and populations."""

import math
import numpy as np
import numpy as xp
from scipy.stats import norm


def polygon_area(pts):
    x, y = pts[:, 0], pts[:, 1]
    return 0.5 * np.abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))


def triangle_areas(v0, v1, v2):
    n = np.cross(v1 - v0, v2 - v0)
    return 0.5 * np.linalg.norm(n, axis=-1)


def bezier(P, t):
    t = t[:, None]
    return (1 - t) ** 3 * P[0] + 3 * (1 - t) ** 2 * t * P[1] + 3 * (1 - t) * t ** 2 * P[2] + t ** 3 * P[3]


def haversine(lat1, lon1, lat2, lon2, R=6371.0):
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    dphi = phi2 - phi1
    dlam = np.radians(lon2 - lon1)
    a = np.sin(dphi / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(dlam / 2) ** 2
    return 2 * R * np.arctan2(np.sqrt(a), np.sqrt(1 - a))


def chamfer(A, B):
    d = np.sqrt(((A[:, None] - B[None, :]) ** 2).sum(-1))
    return d.min(0).mean() + d.min(1).mean()


def phong(n, l, v, kd, ks, shininess=10.0):
    n = n / np.linalg.norm(n, axis=-1, keepdims=True)
    ndotl = np.maximum((n * l).sum(-1), 0)
    r = 2 * ndotl[..., None] * n - l
    spec = np.maximum((r * v).sum(-1), 0) ** shininess
    return kd * ndotl + ks * spec


def alpha_composite(colors, alphas):
    T = np.cumprod(1 - alphas)
    w = alphas * np.concatenate([np.ones(1), T[:-1]])
    return w @ colors


def nerf_weights(sigma, delta, rgb):
    alpha = 1 - np.exp(-sigma * delta)
    trans = np.exp(-np.cumsum(np.concatenate([np.zeros(1), (sigma * delta)[:-1]])))
    return np.sum((alpha * trans)[:, None] * rgb, axis=0)


def ppo_clip(logp, logp_old, adv, eps=0.2):
    ratio = np.exp(logp - logp_old)
    return -np.minimum(ratio * adv, np.clip(ratio, 1 - eps, 1 + eps) * adv).mean()


def td_loss(w, phi, phi_next, r, done, gamma=0.99):
    target = r + gamma * (1 - done) * (phi_next @ w)
    return 0.5 * np.mean((target - phi @ w) ** 2)


def entropy_bonus(logits):
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    return -(p * np.log(p + 1e-12)).sum(axis=-1).mean()


def soft_bellman(Q, alpha):
    m = Q.max(axis=1)
    return m + alpha * np.log(np.sum(np.exp((Q - m[:, None]) / alpha), axis=1))


def black_scholes_call(S, K, r, sigma, T):
    d1 = (np.log(S / K) + (r + 0.5 * sigma ** 2) * T) / (sigma * np.sqrt(T))
    d2 = d1 - sigma * np.sqrt(T)
    return S * norm.cdf(d1) - K * np.exp(-r * T) * norm.cdf(d2)


def portfolio_sharpe(w, returns, rf=0.0):
    port = returns @ w - rf
    return port.mean() / port.std(ddof=1) * math.sqrt(252)


def max_drawdown(r):
    wealth = np.cumprod(1 + r)
    peak = np.maximum.accumulate(wealth)
    return np.max((peak - wealth) / peak)


def nelson_siegel(tau, b0, b1, b2, lam):
    x = tau / lam
    f = (1 - np.exp(-x)) / x
    return b0 + b1 * f + b2 * (f - np.exp(-x))


def duration(y, cf, t):
    disc = np.exp(-y * t)
    price = np.sum(cf * disc)
    return np.sum(t * cf * disc) / price


def cvar(w, losses, alpha=0.1):
    L = np.sort(losses @ w)[::-1]
    return L[:2].mean()


def lotka_volterra_multi(N, r, A):
    return N * (r - A @ N)


def shannon_diversity(counts):
    p = counts / np.sum(counts)
    return -np.sum(p * np.log(p))


def leslie_growth(fec, surv, n0):
    M = np.vstack([fec, np.hstack([np.diag(surv), np.zeros((len(surv), 1))])])
    return M @ M @ n0


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1 - x[:-1]) ** 2.0)


def ackley(x, a=20, b=0.2, c=2 * np.pi):
    d = len(x)
    sum1 = np.sum(x ** 2)
    sum2 = np.sum(np.cos(c * x))
    return -a * np.exp(-b * np.sqrt(sum1 / d)) - np.exp(sum2 / d) + a + np.exp(1)


def levy(x):
    w = 1 + (x - 1) / 4
    return (np.sin(np.pi * w[0]) ** 2
            + np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2))
            + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2))


def barrier(x, A, b, t):
    slack = b - A @ x
    return t * x.sum() - np.log(slack).sum()


def gram_schmidt_two(u, v):
    e1 = u / np.sqrt(u @ u)
    w = v - (v @ e1) * e1
    e2 = w / np.linalg.norm(w)
    return np.stack((e1, e2))


def condition_penalty(A):
    s = np.linalg.svd(A, compute_uv=False)
    return np.log(s[0] / s[-1])


def kalman_update(x, P, z, H, R):
    y = z - H @ x
    S = H @ P @ H.T + R
    K = P @ H.T @ np.linalg.inv(S)
    x_new = x + K @ y
    P_new = (np.eye(len(x)) - K @ H) @ P
    return x_new, P_new


def penman(T, u, ea):
    es = 0.6108 * np.exp(17.27 * T / (T + 237.3))
    delta = 4098 * es / (T + 237.3) ** 2
    return delta / (delta + 0.066) * (es - ea) * (1 + 0.54 * u)
