"""Right gradients that are written in another way than ours, and at other scales."""

import numpy as np


def soft(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def soft_jacobian(x):
    """of soft --shape x=n

    value: right
    x: right
    """
    s = soft(x)
    J = np.diag(s) - np.outer(s, s)
    return s, lambda d: J @ d


def ce(Z, y):
    m = Z.max(axis=1, keepdims=True)
    return -np.mean(
        (Z - m - np.log(np.exp(Z - m).sum(axis=1, keepdims=True)))[np.arange(len(y)), y]
    )


def ce_one_hot(Z, y):
    """of ce --shape Z=n,k --shape y=n --at 'y=np.arange(n) % k'

    Z: right
    """
    P = np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])
    Y = np.eye(Z.shape[1])[y]
    return (P - Y) / Z.shape[0]


def ce_inplace_none(Z, y):
    """of ce --shape Z=n,k --shape y=n --at 'y=np.arange(n) % k'

    value: right
    Z: right
    """
    P = np.exp(Z - Z.max(1, keepdims=True))
    P /= P.sum(1, keepdims=True)

    def backprop(d):
        dZ = P.copy()
        for i in range(len(y)):
            dZ[i, y[i]] -= 1
        dZ *= d / len(y)
        return dZ, None

    return ce(Z, y), backprop


def ln(X, g, b):
    mu = X.mean(-1, keepdims=True)
    var = ((X - mu) ** 2).mean(-1, keepdims=True)
    return g * (X - mu) / np.sqrt(var + 1e-5) + b


def ln_karpathy(X, g, b):
    """of ln --shape X=n,d --shape g=d --shape b=d

    value: right
    X: right
    g: right
    b: right
    """
    D = X.shape[1]
    mu = X.sum(1, keepdims=True) / D
    xm = X - mu
    var = (xm**2).sum(1, keepdims=True) / D
    rstd = (var + 1e-5) ** -0.5
    xh = xm * rstd

    def backprop(dY):
        dxh = dY * g
        dX = (
            rstd / D * (D * dxh - dxh.sum(1, keepdims=True) - xh * (dxh * xh).sum(1, keepdims=True))
        )
        return dX, np.einsum("nd,nd->d", dY, xh), np.ones(len(X)) @ dY

    return g * xh + b, backprop


def rnn(X, W, U):
    h = np.zeros(U.shape[0])
    out = 0.0
    for x in X:
        h = np.tanh(W @ x + U @ h)
        out += h @ h
    return out


def rnn_forward_mode(X, W, U):
    """of rnn --shape X=t,i --shape W=h,i --shape U=h,h

    value: right
    X: right
    W: right
    U: right
    """
    T, H = len(X), len(U)
    hs = np.zeros((T + 1, H))
    for t in range(T):
        hs[t + 1] = np.tanh(W @ X[t] + U @ hs[t])
    dX, dW, dU = np.zeros_like(X), np.zeros_like(W), np.zeros_like(U)
    dh = np.zeros(H)
    for t in range(T - 1, -1, -1):
        dh = dh + 2 * hs[t + 1]
        dz = (1 - hs[t + 1] ** 2) * dh
        dX[t] = dz @ W
        dW += dz[:, None] * X[t]
        dU += dz[:, None] * hs[t]
        dh = U.T @ dz
    return (hs[1:] ** 2).sum(), (dX, dW, dU)


def huber(r, delta=1.0):
    a = np.abs(r)
    return np.mean(np.where(a <= delta, 0.5 * r**2, delta * (a - 0.5 * delta)))


def huber_clip(r, delta=1.0):
    """of huber --shape r=n

    r: right
    """
    return np.minimum(np.maximum(r, -delta), delta) / r.size


def hinge(w, X, y):
    return np.mean(np.maximum(0, 1 - y * (X @ w)))


def hinge_other_side(w, X, y):
    """of hinge --shape w=d --shape X=n,d --shape y=n

    w: right
    """
    g = np.zeros_like(w)
    for xi, yi in zip(X, y):
        if yi * (xi @ w) <= 1:
            g -= yi * xi
    return g / len(y)


def relu_net(X, W):
    return np.sum(np.maximum(X @ W, 0) ** 2)


def relu_net_ge(X, W):
    """of relu_net --shape X=n,i --shape W=i,o

    X: right
    W: right
    """
    Z = X @ W
    D = 2 * Z * (Z >= 0)
    return D @ W.T, X.T @ D


def absmax(x):
    return np.max(np.abs(x))


def absmax_first(x):
    """of absmax --shape x=n

    x: right
    """
    g = np.zeros_like(x)
    i = np.argmax(np.abs(x))
    g[i] = 1.0 if x[i] >= 0 else -1.0
    return g


def l1(x):
    return np.sum(np.abs(x))


def l1_where(x):
    """of l1 --shape x=n

    x: right
    """
    return np.where(x >= 0, 1.0, -1.0)


def logdet(A):
    return np.linalg.slogdet(A)[1]


def logdet_solve(A):
    """of logdet --shape A=n,n

    A: right
    """
    return np.linalg.solve(A.T, np.eye(len(A)))


def gather(E, i):
    return np.sum(E[i] ** 2)


def gather_bincount(E, i):
    """of gather --shape E=v,d --shape i=m --at 'i=rng.integers(0, v, m)'

    E: right
    """
    return 2 * E * np.bincount(i, minlength=len(E))[:, None]


def conv(x, w):
    return np.convolve(x, w, mode="valid")


def conv_corr(x, w):
    """of conv --shape x=7 --shape w=3

    value: right
    x: right
    w: right
    """
    return conv(x, w), lambda d: (np.convolve(d, w[::-1]), np.correlate(x, d, mode="valid")[::-1])


def att(Q, K, V):
    S = Q @ K.T / np.sqrt(Q.shape[-1])
    A = np.exp(S - S.max(-1, keepdims=True))
    A = A / A.sum(-1, keepdims=True)
    return A @ V


def att_flash(Q, K, V):
    """of att --shape Q=n,d --shape K=m,d --shape V=m,v

    value: right
    Q: right
    K: right
    V: right
    """
    s = Q.shape[-1] ** -0.5
    S = s * Q @ K.T
    A = np.exp(S - S.max(-1, keepdims=True))
    A /= A.sum(-1, keepdims=True)
    out = A @ V

    def backprop(dO):
        delta = (dO * out).sum(-1, keepdims=True)
        dS = A * (dO @ V.T - delta)
        return s * dS @ K, s * dS.T @ Q, A.T @ dO

    return out, backprop


def gp(theta, y):
    K = np.exp(2 * theta) * np.eye(len(y)) + 1.0
    return 0.5 * y @ np.linalg.solve(K, y) + 0.5 * np.linalg.slogdet(K)[1]


def gp_trace(theta, y):
    """of gp --shape theta= --shape y=n

    theta: right
    """
    K = np.exp(2 * theta) * np.eye(len(y)) + 1.0
    dK = 2 * np.exp(2 * theta) * np.eye(len(y))
    Ki = np.linalg.inv(K)
    a = Ki @ y
    return float(-0.5 * a @ dK @ a + 0.5 * np.trace(Ki @ dK))


def large(x):
    return np.sum(x**2) * 1e6


def large_big(x):
    """of large --shape x=n --at 'x=1e6 * rng.normal(size=n)'

    x: right
    """
    return 2e6 * x


def tiny(x):
    return np.sum(np.tanh(x)) * 1e-3


def tiny_small(x):
    """of tiny --shape x=n --at 'x=1e-3 * rng.normal(size=n)'

    x: right
    """
    return 1e-3 / np.cosh(x) ** 2


def scaled_norm(x):
    return np.linalg.norm(1e6 * x)


def scaled_norm_hand(x):
    """of scaled_norm --shape x=n

    x: right
    """
    return 1e6 * x / np.sqrt(np.sum(x * x))


def in32(x):
    return np.log(np.sum(np.exp(x)))


def in32_softmax(x):
    """of in32 --shape x=n --at 'x=rng.normal(size=n).astype(np.float32)'

    x: right
    """
    e = np.exp(x - x.max())
    return e / e.sum()


def sig_bce(z, t):
    return np.mean(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z))))


def sig_bce_stable(z, t):
    """of sig_bce --shape z=n --shape t=n

    z: right
    """
    p = np.where(
        z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))
    )
    return (p - t) / z.size


def med(x):
    return np.median(x)


def med_sorted(x):
    """of med --shape x=n

    x: right
    """
    n = len(x)
    o = np.argsort(x)
    g = np.zeros_like(x)
    g[o[(n - 1) // 2]] += 0.5
    g[o[n // 2]] += 0.5
    return g


def geometric(p):
    return np.prod(p) ** (1 / p.size)


def geometric_hand(p):
    """of geometric --shape p=n --at 'p=rng.uniform(0.5, 2, n)'

    p: right
    """
    return geometric(p) / p.size / p


def kl(mu, lv):
    return -0.5 * np.sum(1 + lv - mu**2 - np.exp(lv))


def kl_dict(mu, lv):
    """of kl --shape mu=n --shape lv=n

    value: right
    lv: right
    mu: right
    """
    return kl(mu, lv), {"lv": 0.5 * (np.exp(lv) - 1), "mu": mu}
