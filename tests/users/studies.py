"""Layers, objectives and estimators, as papers, lectures and libraries have them."""

import math

import numpy as np
from scipy import special

EPS = 1e-12
GAS = 8.314
ROOM = 298.15


def get_array_module(arr):
    return np


def sparsemax_hinge(scores, target):
    """Margin of the right class, squared."""
    # how far behind the target everything else is
    gap = scores - target[:, None]
    active = gap > 0
    return 0.5 * np.sum(np.where(active, gap**2, 0.0)) / len(scores)


def ragged_mean_pool(X, lengths_mask):
    total = (X * lengths_mask[:, :, None]).sum(axis=1)
    counts = lengths_mask.sum(axis=1, keepdims=True)
    return total / (counts + EPS)


def highway(X, Wh, bh, Wt, bt):
    xp = get_array_module(X)
    T = 1.0 / (1.0 + xp.exp(-(X @ Wt.T + bt)))
    H = xp.tanh(X @ Wh.T + bh)
    return T * H + (1 - T) * X


def l2_regularized_softmax(W, X, Y, reg=1e-3):
    logits = X.dot(W)
    logits -= logits.max(axis=1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    data_loss = -np.sum(Y * log_probs) / X.shape[0]
    return data_loss + 0.5 * reg * np.sum(W * W)


def group_norm(X, gamma, beta, groups=2, eps=1e-5):
    n, d = X.shape
    Z = X.reshape(n, groups, d // groups)
    mu = Z.mean(axis=2, keepdims=True)
    var = ((Z - mu) ** 2).mean(axis=2, keepdims=True)
    Z = (Z - mu) / np.sqrt(var + eps)
    return Z.reshape(n, d) * gamma + beta


def arrhenius_sse(p, T, k):
    lnA, Ea = p
    model = np.exp(lnA - Ea / (GAS * 1e-3 * T))
    r = (model - k) / k
    return np.sum(r * r)


def van_der_waals(V, T, a=0.364, b=0.0427):
    return GAS * T / (V - b) - a / V**2


def nernst(c_out, c_in, z=1.0, T=ROOM):
    return GAS * T / (z * 96485.0) * np.log(c_out / c_in)


def hill(x, vmax, k, n=2.0):
    xn = np.power(x, n)
    return vmax * xn / (k**n + xn)


def lens_maker(R1, R2, n=1.5, d=0.01):
    return 1.0 / ((n - 1) * (1 / R1 - 1 / R2 + (n - 1) * d / (n * R1 * R2)))


def morse(r, D=4.5, a=1.9, r0=0.74):
    return D * (1 - np.exp(-a * (r - r0))) ** 2


def planck(lam, T=5778.0):
    x = 14387.77 / (lam * T)
    return 1.0 / (lam**5 * np.expm1(x))


def cobb_douglas_profit(x, p=1.0, w=0.3, r=0.2, alpha=0.3, beta=0.5):
    L, K = x[0], x[1]
    return p * L**alpha * K**beta - w * L - r * K


def ces(x, shares, rho=0.5):
    return np.sum(shares * x**rho) ** (1 / rho)


def crra_lifetime(c, beta=0.95, gamma=2.0):
    t = np.arange(len(c))
    u = c ** (1 - gamma) / (1 - gamma)
    return np.sum(beta**t * u)


def nested_logit(V, lam=0.6):
    inclusive = np.log(np.sum(np.exp(V / lam), axis=1))
    share = np.exp(lam * inclusive)
    return share / (1 + share.sum())


def blp_share(delta, mu):
    u = np.exp(delta[:, None] + mu)
    s = u / (1 + u.sum(axis=0))
    return s.mean(axis=1)


def student_t_nll(x, mu, log_scale, nu=4.0):
    z = (x - mu) * np.exp(-log_scale)
    const = special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - 0.5 * math.log(nu * math.pi)
    return -np.sum(const - log_scale - (nu + 1) / 2 * np.log1p(z**2 / nu))


def beta_binomial(a, b, k, n=10.0):
    return np.sum(special.betaln(k + a, n - k + b) - special.betaln(a, b))


def ordered_probit(beta, cuts, X):
    eta = X @ beta
    p = special.ndtr(cuts[None, :] - eta[:, None])
    return -np.log(np.diff(p, axis=1) + EPS).sum()


def almgren_chriss(x, sigma=0.3, eta=0.1, risk=0.5):
    trades = -np.diff(x)
    impact = eta * np.sum(trades**2)
    return impact + risk * sigma**2 * np.sum(x[1:] ** 2)


def savgol_residual(x, w):
    smooth = np.convolve(x, w, mode="valid")
    k = (len(w) - 1) // 2
    return np.sum((x[k : len(x) - k] - smooth) ** 2)


def spectral_flatness(p):
    return np.exp(np.mean(np.log(p))) / np.mean(p)


def teager(x):
    return np.mean(x[1:-1] ** 2 - x[:-2] * x[2:])


def soft_threshold(x, lam=0.1):
    return np.sign(x) * np.maximum(np.abs(x) - lam, 0.0)


def charbonnier_flow(u, v, It, Ix, Iy, alpha=0.1, eps=1e-3):
    data = np.sqrt((Ix * u + Iy * v + It) ** 2 + eps**2).sum()
    smooth = (np.diff(u, axis=0) ** 2).sum() + (np.diff(v, axis=1) ** 2).sum()
    return data + alpha * smooth


def reprojection(pose, points, uv, f=500.0):
    """Pinhole camera that turns about y."""
    c, s = np.cos(pose[0]), np.sin(pose[0])
    x = c * points[:, 0] + s * points[:, 2] + pose[1]
    y = points[:, 1] + pose[2]
    z = -s * points[:, 0] + c * points[:, 2] + 5.0
    du = f * x / z - uv[:, 0]
    dv = f * y / z - uv[:, 1]
    return np.sum(du**2 + dv**2)


def icp_point_to_plane(t, src, dst, normals):
    d = (src + t - dst) * normals
    return np.mean(d.sum(axis=1) ** 2)


def procrustes(R, X, Y, scale=1.0):
    E = scale * X @ R.T - Y
    return np.trace(E.T @ E) / len(X)


def spring_network(pos, rest, k=10.0):
    d = pos[1:] - pos[:-1]
    length = np.linalg.norm(d, axis=1)
    return 0.5 * k * np.sum((length - rest) ** 2)


def ginzburg_landau(psi, a=-1.0, b=1.0):
    grad = np.roll(psi, -1) - psi
    return np.sum(a * psi**2 + 0.5 * b * psi**4 + 0.5 * grad**2)


def xy_energy(theta, J=1.0):
    right = np.cos(theta - np.roll(theta, 1, axis=1))
    down = np.cos(theta - np.roll(theta, 1, axis=0))
    return -J * (right + down).sum()


def debye_huckel(z, c, A=0.509):
    ionic = 0.5 * np.sum(c * z**2)
    return -A * z**2 * np.sqrt(ionic) / (1 + np.sqrt(ionic))


def glove(W, C, bw, bc, logX, F):
    diff = W @ C.T + bw[:, None] + bc[None, :] - logX
    return 0.5 * np.sum(F * diff**2)


def bpr(u, i, j, reg=0.01):
    x = np.sum(u * (i - j), axis=1)
    return -np.mean(np.log(special.expit(x))) + reg * (np.sum(u**2) + np.sum(i**2) + np.sum(j**2))


def factorization_machine(w0, w, V, x):
    linear = w0 + w @ x
    s = V.T @ x
    return linear + 0.5 * np.sum(s**2 - (V**2).T @ x**2)


def poincare_distance(u, v):
    sq = np.sum((u - v) ** 2)
    a = 1 - np.sum(u**2)
    b = 1 - np.sum(v**2)
    return np.arccosh(1 + 2 * sq / (a * b))


def svgd_kernel(X, h=1.0):
    sq = np.sum(X**2, axis=1)
    d2 = sq[:, None] + sq[None, :] - 2 * X @ X.T
    return np.exp(-d2 / h).sum()


def categorical_kl(p_logits, q_logits):
    p = special.softmax(p_logits, axis=-1)
    return np.sum(p * (special.log_softmax(p_logits, axis=-1) - special.log_softmax(q_logits, axis=-1)))


def rotary(x, theta):
    half = x.shape[-1] // 2
    x1, x2 = x[..., :half], x[..., half:]
    c, s = np.cos(theta), np.sin(theta)
    return np.concatenate([x1 * c - x2 * s, x1 * s + x2 * c], axis=-1)


def cbow(E, W, context, n_neg=2):
    h = E[context].mean(axis=0)
    scores = W @ h
    return -np.log(special.expit(scores[0])) - np.sum(np.log(special.expit(-scores[1:])))


def gated_attention_pool(X, V, U, w):
    a = np.tanh(X @ V) * special.expit(X @ U) @ w
    a = np.exp(a - a.max())
    a /= a.sum()
    return a @ X


def weighted_huber(r, w, delta=1.0):
    a = np.abs(r)
    quad = np.minimum(a, delta)
    return np.sum(w * (0.5 * quad**2 + delta * (a - quad)))


def log_cosh(pred, y):
    d = pred - y
    return np.mean(np.abs(d) + np.log1p(np.exp(-2 * np.abs(d))) - np.log(2.0))


def tversky(p, g, alpha=0.3, beta=0.7, smooth=1.0):
    tp = np.sum(p * g)
    fp = np.sum(p * (1 - g))
    fn = np.sum((1 - p) * g)
    return 1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)


def exponential_family(eta, T, base=2.0):
    return np.sum(base**eta * T)


def styblinski_tang(x):
    return 0.5 * np.sum(x**4 - 16 * x**2 + 5 * x)


def beale(p):
    x, y = p
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def wood(x):
    f = 100 * (x[0] ** 2 - x[1]) ** 2 + (x[0] - 1) ** 2
    f += (x[2] - 1) ** 2 + 90 * (x[2] ** 2 - x[3]) ** 2
    return f + 10.1 * ((x[1] - 1) ** 2 + (x[3] - 1) ** 2) + 19.8 * (x[1] - 1) * (x[3] - 1)
