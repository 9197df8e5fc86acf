"""Layers, losses and likelihoods with their gradients as people get them wrong."""

import numpy as np


def soft_ce(Z, T):
    Z = Z - Z.max(axis=1, keepdims=True)
    logp = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    return -np.sum(T * logp) / len(Z)


def soft_ce_without_n(Z, T):
    """of soft_ce --shape Z=n,k --shape T=n,k

    Z: wrong: ...
    where the rows of T sum to 1, of Z it is n times the gradient: a division by n is missing, as of a mean
    """
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return -np.sum(T * np.log(P)) / len(Z), P - T


def soft(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def soft_elementwise(x):
    """of soft --shape x=n

    x: wrong: `np.vdot(d_out, out)` is not summed, as if the Jacobian were diagonal
    """
    s = soft(x)
    return s, lambda d: s * (1 - s) * d


def rnn(X, Wx, Wh, b):
    h = np.zeros(Wh.shape[0])
    for x in X:
        h = np.tanh(x @ Wx + h @ Wh + b)
    return h


def rnn_without_T(X, Wx, Wh, b):
    """of rnn --shape X=t,i --shape Wx=i,h --shape Wh=h,h --shape b=h

    X: wrong: it is wrong only before the last entry of axis 0; `Wh` and its transpose are taken for one another
    Wx: wrong: `Wh` and its transpose are taken for one another
    Wh: wrong: `Wh` and its transpose are taken for one another
    b: wrong: `Wh` and its transpose are taken for one another
    it is right where Wh is symmetric
    """
    hs = [np.zeros(Wh.shape[0])]
    for x in X:
        hs.append(np.tanh(x @ Wx + hs[-1] @ Wh + b))

    def backprop(dh):
        dX, dWx, dWh, db = np.zeros_like(X), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        for t in reversed(range(len(X))):
            dz = dh * (1 - hs[t + 1] ** 2)
            dX[t] = dz @ Wx.T
            dWx += np.outer(X[t], dz)
            dWh += np.outer(hs[t], dz)
            db += dz
            dh = dz @ Wh
        return dX, dWx, dWh, db

    return hs[-1], backprop


def rnn_bias_overwritten(X, Wx, Wh, b):
    """of rnn --shape X=t,i --shape Wx=i,h --shape Wh=h,h --shape b=h

    b: wrong: `db` is set in place of added to
    """
    hs = [np.zeros(Wh.shape[0])]
    for x in X:
        hs.append(np.tanh(x @ Wx + hs[-1] @ Wh + b))

    def backprop(dh):
        dX, dWx, dWh, db = np.zeros_like(X), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        for t in reversed(range(len(X))):
            dz = dh * (1 - hs[t + 1] ** 2)
            dX[t] = dz @ Wx.T
            dWx += np.outer(X[t], dz)
            dWh += np.outer(hs[t], dz)
            db = dz
            dh = dz @ Wh.T
        return dX, dWx, dWh, db

    return hs[-1], backprop


def attend(Q, K, V):
    S = Q @ K.T / np.sqrt(K.shape[1])
    E = np.exp(S - S.max(axis=1, keepdims=True))
    A = E / E.sum(axis=1, keepdims=True)
    return A @ V


def attend_no_softmax(Q, K, V):
    """of attend --shape Q=n,d --shape K=m,d --shape V=m,v

    Q: wrong: `d_A` goes through as it is, in place of `A * (d_A - np.einsum('ij,ij->i', d_A, A)[:, None])`
    K: wrong: `d_A` goes through as it is, in place of `A * (d_A - np.einsum('ij,ij->i', d_A, A)[:, None])`
    """
    s = np.sqrt(K.shape[1])
    S = Q @ K.T / s
    E = np.exp(S - S.max(axis=1, keepdims=True))
    A = E / E.sum(axis=1, keepdims=True)

    def backprop(dO):
        dS = dO @ V.T / s
        return dS @ K, dS.T @ Q, A.T @ dO

    return A @ V, backprop


def layer_norm(X, g, b):
    mu = X.mean(axis=-1, keepdims=True)
    var = X.var(axis=-1, keepdims=True)
    xhat = (X - mu) / np.sqrt(var + 1e-5)
    return g * xhat + b


def layer_norm_no_xhat(X, g, b):
    """of layer_norm --shape X=n,d --shape g=d --shape b=d

    X: wrong: the term `- factor * xhat` is missing
    """
    mu = X.mean(axis=-1, keepdims=True)
    std = np.sqrt(X.var(axis=-1, keepdims=True) + 1e-5)
    xhat = (X - mu) / std

    def backprop(dy):
        dxhat = dy * g
        dX = (dxhat - dxhat.mean(axis=-1, keepdims=True)) / std
        return dX, (dy * xhat).sum(0), dy.sum(0)

    return g * xhat + b, backprop


def layer_norm_no_gain(X, g, b):
    """of layer_norm --shape X=n,d --shape g=d --shape b=d

    X: wrong: the factor `g` is missing
    """
    mu = X.mean(axis=-1, keepdims=True)
    std = np.sqrt(X.var(axis=-1, keepdims=True) + 1e-5)
    xhat = (X - mu) / std

    def backprop(dy):
        dX = (dy - dy.mean(-1, keepdims=True) - xhat * (dy * xhat).mean(-1, keepdims=True)) / std
        return dX, (dy * xhat).sum(0), dy.sum(0)

    return g * xhat + b, backprop


def rms_norm(x, g):
    r = np.sqrt(np.mean(x * x) + 1e-6)
    return x / r * g


def rms_norm_wrong_power(x, g):
    """of rms_norm --shape x=n --shape g=n

    x: wrong: the division by `r` is missing
    """
    r = np.sqrt(np.mean(x * x) + 1e-6)

    def backprop(d):
        dx = d * g / r - x * np.mean(d * g * x) / r**2
        return dx, d * x / r

    return x / r * g, backprop


def logistic(w, X, y):
    return np.sum(np.log1p(np.exp(-y * (X @ w))))


def logistic_no_y(w, X, y):
    """of logistic --shape w=d --shape X=n,d --shape y=n --at 'y=rng.choice([-1.0, 1.0], n)'

    w: wrong: the factor `y` is missing
    """
    p = 1 / (1 + np.exp(y * (X @ w)))
    return -X.T @ p


def hinge(w, X, y):
    return np.mean(np.maximum(0, 1 - y * (X @ w)))


def hinge_inverted(w, X, y):
    """of hinge --shape w=d --shape X=n,d --shape y=n --at 'y=rng.choice([-1.0, 1.0], n)'

    w: wrong: the condition `one_minus_yXw > 0` is the wrong way round
    """
    m = y * (X @ w)
    mask = m > 1
    return -(X.T @ (mask * y)) / len(y)


def ridge2(w, X, y, lam=0.3):
    r = X @ w - y
    return np.mean(r**2) + lam * np.sum(w**2)


def ridge2_half_lam(w, X, y, lam=0.3):
    """of ridge2 --shape w=d --shape X=n,d --shape y=n

    w: wrong: the factor `2` is missing
    """
    return 2 * X.T @ (X @ w - y) / len(y) + lam * w


def batch_norm(X):
    mu = X.mean(axis=0)
    var = X.var(axis=0)
    return (X - mu) / np.sqrt(var + 1e-5)


def batch_norm_wrong_n(X):
    """of batch_norm --shape X=n,d

    X: wrong: it divides by the size of axis 1 in place of axis 0
    """
    d = X.shape[1]
    mu = X.mean(axis=0)
    std = np.sqrt(X.var(axis=0) + 1e-5)
    xhat = (X - mu) / std

    def backprop(dY):
        return (dY - dY.sum(0) / d - xhat * (dY * xhat).sum(0) / d) / std

    return xhat, backprop


def mlp(X, W1, W2):
    H = 1 / (1 + np.exp(-(X @ W1)))
    return H @ W2


def mlp_sigmoid_twice(X, W1, W2):
    """of mlp --shape X=n,i --shape W1=i,h --shape W2=h,o

    X: wrong: the derivative of `1 / (1 + np.exp(-(X @ W1)))` by `X @ W1` is taken at what comes out, in place of what goes in
    W1: wrong: the derivative of `1 / (1 + np.exp(-(X @ W1)))` by `X @ W1` is taken at what comes out, in place of what goes in
    """

    def sig(z):
        return 1 / (1 + np.exp(-z))

    H = sig(X @ W1)

    def backprop(dY):
        dH = dY @ W2.T
        dZ = dH * sig(H) * (1 - sig(H))
        return dZ @ W1.T, X.T @ dZ, H.T @ dY

    return H @ W2, backprop


def relu_layer(X, W):
    return np.maximum(X @ W, 0)


def relu_mask_of_gradient(X, W):
    """of relu_layer --shape X=n,i --shape W=i,o

    X: wrong: there is `d_out` in place of `XW`
    W: wrong: there is `d_out` in place of `XW`
    """
    Z = X @ W

    def backprop(dY):
        dZ = np.where(dY > 0, dY, 0)
        return dZ @ W.T, X.T @ dZ

    return np.maximum(Z, 0), backprop


def bag(E, ids):
    return E[ids].mean(axis=0)


def bag_no_mean(E, ids):
    """of bag --shape E=v,d --shape ids=m --at 'ids=rng.integers(0, v, m)'

    E: wrong: it is m times the gradient: a division by m is missing, as of a mean
    """

    def backprop(d):
        dE = np.zeros_like(E)
        for i in ids:
            dE[i] += d
        return dE

    return E[ids].mean(axis=0), backprop


def smooth_l1(r):
    a = np.abs(r)
    return np.sum(np.where(a < 1, 0.5 * r**2, a - 0.5))


def smooth_l1_swapped(r):
    """of smooth_l1 --shape r=n

    r: wrong: the condition `a < 1` is the wrong way round: it is the gradient of the function then
    """
    return np.where(np.abs(r) < 1, np.sign(r), r)


def drift(x):
    return np.sum(np.cumsum(x) ** 2)


def drift_not_reversed(x):
    """of drift --shape x=n

    x: wrong: `np.cumsum((2 * cumsum_x)[::-1])[::-1]` is not reversed
    """
    c = np.cumsum(x)
    return 2 * np.cumsum(c)


def batched(A, B):
    return np.einsum("bij,jk->bik", A, B)


def batched_no_sum(A, B):
    """of batched --shape A=b,i,j --shape B=j,k

    B: wrong: the sum over axis 0 is missing, along which it is broadcast: `.sum(axis=0)` puts it right
    """

    def backprop(d):
        return d @ B.T, np.einsum("bij,bik->bjk", A, d)

    return A @ B, backprop


def ema(x, a):
    s = x[0]
    out = 0.0
    for t in range(1, len(x)):
        s = a * s + (1 - a) * x[t]
        out = out + s**2
    return out


def ema_forgets_carry(x, a):
    """of ema --shape x=n --shape a=

    x: wrong: it is right only where n = 1; elsewhere it is wrong only before the last entry; `a * s` is taken as a constant
    """
    s = [x[0]]
    for t in range(1, len(x)):
        s.append(a * s[-1] + (1 - a) * x[t])
    dx = np.zeros_like(x)
    for t in range(1, len(x)):
        dx[t] = 2 * s[t] * (1 - a)
    dx[0] = 0
    return dx


def rosen(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosen_jac(x):
    """of rosen --shape x=n

    x: wrong: it is right only where n = 1; elsewhere it is wrong only behind the first entry; `dx[1:]` is set in place of added to
    """
    g = np.zeros_like(x)
    g[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    g[1:] = 200 * (x[1:] - x[:-1] ** 2)
    return g


def gelu(x):
    u = 0.7978845608 * (x + 0.044715 * x**3)
    return 0.5 * x * (1 + np.tanh(u))


def gelu_no_inner(x):
    """of gelu --shape x=n

    x: wrong: the factor `slope` is missing
    """
    u = 0.7978845608 * (x + 0.044715 * x**3)
    t = np.tanh(u)
    return gelu(x), lambda d: d * (0.5 * (1 + t) + 0.5 * x * (1 - t**2))


def focal(p, gamma=2.0):
    return np.mean(-((1 - p) ** gamma) * np.log(p))


def focal_constant(p, gamma=2.0):
    """of focal --shape p=n --at 'p=rng.uniform(0.1, 0.9, n)'

    p: wrong: the term `gamma * log_p * one_minus_p ** (gamma - 1)` is missing
    """
    return -((1 - p) ** gamma) / p / p.size


def triplet(a, p, n):
    d = np.sum((a - p) ** 2, axis=1) - np.sum((a - n) ** 2, axis=1) + 0.2
    return np.mean(np.maximum(d, 0))


def triplet_no_mask(a, p, n):
    """of triplet --shape a=b,d --shape p=b,d --shape n=b,d

    a: wrong: the condition `d[:, None] > 0` is not asked
    p: wrong: the condition `d[:, None] > 0` is not asked
    n: wrong: the condition `d[:, None] > 0` is not asked
    """
    b = len(a)
    return 2 * (n - p) / b, -2 * (a - p) / b, 2 * (a - n) / b


def unit(X):
    n = np.sqrt((X**2).sum(axis=1, keepdims=True))
    return X / n


def unit_wrong(X):
    """of unit --shape X=n,d

    X: wrong: there is `X` in place of `out`
    """
    n = np.sqrt((X**2).sum(axis=1, keepdims=True))
    Y = X / n
    return Y, lambda d: (d - X * (X * d).sum(axis=1, keepdims=True)) / n


def heads(X, W):
    return (X @ W).reshape(len(X), 2, -1).transpose(1, 0, 2)


def heads_no_transpose(X, W):
    """of heads --shape X=n,d --shape W=d,2*k

    X: wrong: `.transpose(...)` of `d_out` is missing
    W: wrong: `.transpose(...)` of `d_out` is missing
    """

    def backprop(d):
        dY = d.reshape(len(X), -1)
        return dY @ W.T, X.T @ dY

    return heads(X, W), backprop


def weight_norm(V, g):
    return g * V / np.sqrt(np.sum(V * V))


def weight_norm_const(V, g):
    """of weight_norm --shape V=n --shape g=

    V: wrong: the term `- scale / VV_sum * V` is missing
    """
    n = np.sqrt(np.sum(V * V))
    return g * V / n, lambda d: (g * d / n, np.sum(d * V) / n)


def softplus(x):
    return np.sum(np.log(1 + np.exp(x)))


def softplus_log_only(x):
    """of softplus --shape x=n

    x: wrong: it is the gradient times 1 / exp(x)
    """
    return 1 / (1 + np.exp(x))


def lstm(f, i, g, o, c):
    c2 = f * c + i * g
    return o * np.tanh(c2)


def lstm_new_state(f, i, g, o, c):
    """of lstm --shape f=n --shape i=n --shape g=n --shape o=n --shape c=n

    f: wrong: there is `c2` in place of `c`
    """
    c2 = f * c + i * g
    t = np.tanh(c2)

    def backprop(dh):
        dc = dh * o * (1 - t**2)
        return dc * c2, dc * g, dc * i, dh * t, dc * f

    return o * t, backprop


def dense(X, W):
    return np.tanh(X @ W)


def dense_twice(X, W):
    """of dense --shape X=n,i --shape W=i,o

    X: wrong: the derivative of `np.tanh(X @ W)` by `X @ W` is taken at what comes out, in place of what goes in
    W: wrong: the derivative of `np.tanh(X @ W)` by `X @ W` is taken at what comes out, in place of what goes in
    """
    H = np.tanh(X @ W)

    def backprop(d):
        dZ = d * (1 - np.tanh(H) ** 2)
        return dZ @ W.T, X.T @ dZ

    return H, backprop


def pool(x):
    return np.sum(x.reshape(-1, 2).max(axis=1) ** 2)


def pool_all(x):
    """of pool --shape x=2*n

    x: wrong: the condition `mask` is not asked
    """
    m = x.reshape(-1, 2).max(axis=1)
    return np.repeat(2 * m, 2)


def nll(Z, y):
    m = Z.max(axis=1, keepdims=True)
    L = Z - m - np.log(np.exp(Z - m).sum(axis=1, keepdims=True))
    return -np.mean(L[np.arange(len(y)), y])


def nll_added(Z, y):
    """of nll --shape Z=n,k --shape y=n --at 'y=np.arange(n) % k'

    Z: wrong: there is `dZ[arange_n, y] += d_out / y.size` in place of `dZ[arange_n, y] -= d_out / y.size`
    """
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] += 1
    return P / len(y)


def nll_columns(Z, y):
    """of nll --shape Z=n,k --shape y=n --at 'y=np.arange(n) % k'

    Z: wrong: it is wrong only off the diagonal; `dZ[arange_n, y]` is changed in all rows
    """
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    P[:, y] -= 1
    return P / len(y)


def zscore(x):
    return np.sum(((x - x.mean()) / x.std()) ** 4)


def zscore_const(x):
    """of zscore --shape x=n

    x: wrong: the term `- scale * ratio` is missing, and the term `- d_centred.mean()` is missing
    """
    z = (x - x.mean()) / x.std()
    return 4 * z**3 / x.std()
