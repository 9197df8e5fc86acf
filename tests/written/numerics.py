"""Functions as people write them, with what NumPy and SciPy offer beyond arithmetic."""

import numpy as np
import scipy.linalg
import scipy.special as sp
from scipy import special
from scipy.special import expit, gammaln, logsumexp


def top_k_mean(X):
    return np.mean(np.sort(X, axis=1)[:, -2:])


def trimmed(x):
    return np.mean(np.sort(x)[1:-1])


def embed(E, ids):
    return np.sum(np.take(E, ids, axis=0), axis=0)


def lookup_loss(W, labels):
    logp = W - np.log(np.sum(np.exp(W), axis=1, keepdims=True))
    return -np.mean(np.take_along_axis(logp, labels[:, None], axis=1))


def tiled(x):
    return np.tile(x, 3) ** 2


def outer_tile(x, y):
    return np.tile(x, (2, 1)) * y


def repeated(x):
    return np.repeat(x, 2) ** 2


def upsample(X):
    return np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)


def pad_edge(X):
    P = np.pad(X, 1, mode="edge")
    return P[2:, 1:-1] + P[:-2, 1:-1] - 2 * X


def circular(x):
    return np.sum((x - np.roll(x, 1)) ** 2)


def total_variation(x):
    return np.sum(np.abs(np.diff(x)))


def smooth(X):
    return np.sum(np.diff(X, axis=0) ** 2)


def geometric(x):
    return np.prod(x) ** (1 / x.size)


def returns(x):
    return np.cumprod(1 + x)


def mahalanobis(x, mu, S):
    d = x - mu
    return d @ np.linalg.inv(S) @ d


def quad_solve(A, b):
    return b @ np.linalg.solve(A, b)


def gauss(S, x):
    sign, logdet = np.linalg.slogdet(S)
    return -0.5 * (logdet + x @ np.linalg.solve(S, x))


def logdet_reg(A):
    return np.log(np.linalg.det(A))


def nuclear(A):
    return np.sum(np.linalg.svd(A, compute_uv=False))


def spectral(A):
    w, V = np.linalg.eigh(A)
    return np.sum(np.exp(w))


def eigvec(A):
    w, V = np.linalg.eigh(A)
    return np.sum(V[:, 0] ** 4)


def chol(A, z):
    return np.linalg.cholesky(A) @ z


def min_norm(A, b):
    return np.linalg.pinv(A) @ b


def ridge(A):
    return np.trace(A @ A) + np.trace(A)


def diag_part(A):
    return np.sum(np.diag(A) ** 2)


def scaled_rows(d, X):
    return np.diag(d) @ X


def off_diag(A):
    return np.sum(A**2) - np.sum(np.diagonal(A) ** 2)


def bilinear(x, W, y):
    return np.einsum("i,ij,j->", x, W, y)


def attention(Q, K):
    return np.einsum("bid,bjd->bij", Q, K)


def tucker(G, A, B):
    return np.einsum("ijk,ai,bj->abk", G, A, B)


def batch_trace(X):
    return np.einsum("bii->b", X)


def contract(T, M):
    return np.tensordot(T, M, axes=([1], [0]))


def gram(X, Y):
    return np.inner(X, Y)


def krons(A, B):
    return np.kron(A, B)


def torque(r, F):
    return np.cross(r, F)


def features(x, y):
    return np.hstack([x, y, x * y])


def design(x):
    return np.column_stack([np.ones_like(x), x, x**2])


def stacked(x, y):
    return np.vstack([x, y]) @ np.vstack([x, y]).T


def halves(X):
    a, b = np.split(X, 2, axis=1)
    return a * np.tanh(b)


def gates(z):
    i, f, o, g = np.split(z, 4)
    return o * np.tanh(i * g + f)


def first_gate(z):
    parts = np.split(z, 3)
    return parts[0] ** 2


def chain(x, y):
    return np.append(x, y) ** 2


def weighted(x, w):
    return np.average(x, weights=w)


def col_average(X, w):
    return np.average(X, axis=0, weights=w)


def spread(X):
    return np.ptp(X, axis=0)


def robust(x):
    return np.mean(np.abs(x - np.median(x)))


def iqr(x):
    return np.percentile(x, 75) - np.percentile(x, 25)


def lp(x):
    return np.linalg.norm(x, 3)


def l1_rows(X):
    return np.linalg.norm(X, ord=1, axis=1)


def max_norm(x):
    return np.linalg.norm(x, np.inf)


def clean(x):
    return np.nansum(np.nan_to_num(x) ** 2)


def cond_sum(x):
    return np.sum(x**2, where=x > 0)


def window(x):
    return np.sinc(x) * x


def interp_loss(x, xp, fp):
    return np.sum(np.interp(x, xp, fp) ** 2)


def piecewise(x):
    return np.select([x < 0, x < 1], [x**2, x], 2 * x - 1)


def pick(i, x, y):
    return np.choose(i, [x, y])


def grid_energy(x, y):
    X, Y = np.meshgrid(x, y)
    return np.sum(X * Y**2)


def rotate(X):
    return np.rot90(X) * X


def upper(A):
    return np.sum(np.triu(A, 1) ** 2)


def arr(x, y):
    return np.array([x, y, x * y])


def batched_det(A):
    return np.linalg.det(A @ A + np.eye(3))


def filled(x):
    return np.full(3, x) ** 2


def partitioned(x):
    return np.sum(np.partition(x, 2)[:2])


def choleskylog(A):
    return 2 * np.sum(np.log(np.diag(np.linalg.cholesky(A))))


def poisson(rate, counts):
    return np.sum(rate - counts * np.log(rate) + gammaln(counts + 1))


def dirichlet(alpha):
    return np.sum(gammaln(alpha)) - gammaln(np.sum(alpha))


def bern(w, X, y):
    p = expit(X @ w)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def mixture(logits, lp):
    return -np.mean(logsumexp(logits + lp, axis=1))


def attn(Q, K, V):
    return special.softmax(Q @ K.T, axis=-1) @ V


def gelu(x):
    return 0.5 * x * (1 + sp.erf(x / np.sqrt(2)))


def energy(x):
    return np.trapezoid(x**2, dx=0.1)


def blur(x, k):
    return np.convolve(x, k, mode="same")


def slope(x):
    return np.sum(np.gradient(x) ** 2)


def covdet(X):
    return np.linalg.slogdet(np.cov(X) + np.eye(3))[1]


def focal_loss(logits, y, gamma=2.0, alpha=0.25):
    p = 1 / (1 + np.exp(-logits))
    pt = np.where(y == 1, p, 1 - p)
    at = np.where(y == 1, alpha, 1 - alpha)
    return -(at * (1 - pt) ** gamma * np.log(pt)).mean()


def bond_price(rates, cashflows):
    t = np.arange(1, len(rates) + 1)
    discount = (1 + rates) ** -t
    return np.sum(cashflows * discount)


def decibels(x):
    return np.mean(10 ** (x / 20))


def doublings(x, base=2.0):
    return np.sum(base**x)


def info_nce(z1, z2, temperature=0.1):
    z1 = z1 / np.linalg.norm(z1, axis=1, keepdims=True)
    z2 = z2 / np.linalg.norm(z2, axis=1, keepdims=True)
    logits = z1 @ z2.T / temperature
    logits = logits - logits.max(axis=1, keepdims=True)
    log_prob = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -np.mean(np.diag(log_prob))


def multi_head(X, Wq, Wk, Wv, Wo, n_heads=2):
    n, d = X.shape
    h = d // n_heads
    Q = (X @ Wq).reshape(n, n_heads, h).transpose(1, 0, 2)
    K = (X @ Wk).reshape(n, n_heads, h).transpose(1, 0, 2)
    V = (X @ Wv).reshape(n, n_heads, h).transpose(1, 0, 2)
    A = Q @ K.transpose(0, 2, 1) / np.sqrt(h)
    A = np.exp(A - A.max(axis=-1, keepdims=True))
    A = A / A.sum(axis=-1, keepdims=True)
    out = (A @ V).transpose(1, 0, 2).reshape(n, d)
    return out @ Wo


def gmm_nll(X, pi, mu, sigma):
    d = X[:, None] - mu
    log_p = np.log(pi) - 0.5 * (d / sigma) ** 2 - np.log(sigma) - 0.5 * np.log(2 * np.pi)
    m = log_p.max(axis=1, keepdims=True)
    return -np.sum(m[:, 0] + np.log(np.exp(log_p - m).sum(axis=1)))


def rotation_loss(theta, P, Q):
    c, s = np.cos(theta), np.sin(theta)
    R = np.array([[c, -s], [s, c]])
    return np.sum((P @ R.T - Q) ** 2)


def turned_halves(x):
    k = len(x) // 2
    return np.roll(x, k) * np.pad(x, k)[k:-k]


def gaussian_process(theta, x, y):
    """The Cholesky factor of SciPy, and what it solves."""
    K = theta[0] ** 2 * np.exp(-((x[:, None] - x) ** 2) / theta[1] ** 2) + np.eye(len(x))
    L = scipy.linalg.cholesky(K, lower=True)
    return y @ scipy.linalg.cho_solve((L, True), y) + np.log(np.diag(L)).sum()


def least_upper(K, y):
    U = scipy.linalg.cholesky(K)
    return y @ scipy.linalg.cho_solve((U, False), y) + np.log(np.diag(U)).sum()


def windowed(x, w):
    return np.lib.stride_tricks.sliding_window_view(x, 3) @ w


def of_blocks(A, B):
    return np.block([[A, A**2], [A @ B, np.linalg.multi_dot([A, B, A])]])


def call_value(S, K):
    """A slope in float32 divides by a number of Python's."""
    return S * special.ndtr(np.log(S / K)) - K * special.ndtr(S - K)
