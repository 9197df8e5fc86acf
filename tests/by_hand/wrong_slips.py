"""Slips of the hand: a turn left out, an axis, a start, a sign, an index of the wrong thing."""

import numpy as np


def maxpool(X):
    n = len(X) // 2
    blocks = X[: 2 * n].reshape(n, 2)
    return blocks.max(axis=1)


def maxpool_assigned(X, dY):
    """of maxpool --shape X=2*m

    X: wrong: `which` says where in each row: `dX[which]` takes it for rows
    """
    n = len(X) // 2
    which = X[: 2 * n].reshape(n, 2).argmax(axis=1)
    dX = np.zeros_like(X)
    dX[which] = dY
    return dX


def mix(x, mu, w):
    p = w * np.exp(-0.5 * (x[:, None] - mu) ** 2)
    return -np.sum(np.log(p.sum(axis=1)))


def mix_no_division(x, mu, w):
    """of mix --shape x=n --shape mu=k --shape w=k --wrt mu

    mu: wrong: the division by `p_sum` is missing
    """
    p = w * np.exp(-0.5 * (x[:, None] - mu) ** 2)
    return -np.sum(p * (x[:, None] - mu), axis=0)


def elman(X, W, U):
    h = np.zeros(U.shape[0])
    for x in X:
        h = np.tanh(x @ W + h @ U)
    return h


def elman_turn_left_out(X, W, U):
    """of elman --shape X=t,i --shape W=i,h --shape U=h,h --wrt W,U

    W: wrong: `range(1, len(X))` leaves out the turn of 0
    """
    hs = [np.zeros(U.shape[0])]
    for x in X:
        hs.append(np.tanh(x @ W + hs[-1] @ U))

    def backprop(dh):
        dW, dU = np.zeros_like(W), np.zeros_like(U)
        for t in reversed(range(1, len(X))):
            dz = dh * (1 - hs[t + 1] ** 2)
            dW += np.outer(X[t], dz)
            dU += np.outer(hs[t], dz)
            dh = dz @ U.T
        return dW, dU

    return hs[-1], backprop


def masked(X, M):
    return np.sum(M * X**2) / np.sum(M)


def masked_not_applied(X, M):
    """of masked --shape X=n --shape M=n --wrt X

    X: wrong: the factor `M` is missing
    """
    return 2 * X / np.sum(M)


def sm(X):
    e = np.exp(X - X.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sm_twice_wrong(X, d):
    """of sm --shape X=n,k

    X: wrong: the sign of `p * (d - np.sum(d * p, axis=0, keepdims=True))` is wrong, and `np.sum(d * p, axis=0, keepdims=True)` is taken over axis 0 in place of 1
    """
    p = sm(X)
    return -p * (d - np.sum(d * p, axis=0, keepdims=True))


def bn(X, g, b):
    mu = X.mean(axis=0)
    s = np.sqrt(X.var(axis=0) + 1e-5)
    return g * (X - mu) / s + b


def bn_swapped(X, g, b):
    """of bn --shape X=n,d --shape g=d --shape b=d

    g: wrong: it is the gradient of b
    b: wrong: it is the gradient of g
    """
    mu = X.mean(axis=0)
    s = np.sqrt(X.var(axis=0) + 1e-5)
    xh = (X - mu) / s

    def backprop(dY):
        dxh = dY * g
        dX = (dxh - dxh.mean(axis=0) - xh * (dxh * xh).mean(axis=0)) / s
        return dX, dY.sum(axis=0), (dY * xh).sum(axis=0)

    return g * xh + b, backprop


def bn_no_mean(X, g, b):
    """of bn --shape X=n,d --shape g=d --shape b=d

    X: wrong: the term `- db / X.shape[0]` is missing
    """
    mu = X.mean(axis=0)
    s = np.sqrt(X.var(axis=0) + 1e-5)
    xh = (X - mu) / s

    def backprop(dY):
        dxh = dY * g
        dX = (dxh - xh * (dxh * xh).mean(axis=0)) / s
        return dX, (dY * xh).sum(axis=0), dY.sum(axis=0)

    return g * xh + b, backprop


def conv(x, w):
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(len(out)):
        out[i] = np.sum(x[i : i + len(w)] * w)
    return out


def conv_flipped(x, w):
    """of conv --shape x=n --shape w=3

    x: wrong: `w[::-1]` should not be reversed
    """

    def backprop(d):
        dx, dw = np.zeros_like(x), np.zeros_like(w)
        for i in range(len(d)):
            dx[i : i + len(w)] += d[i] * w[::-1]
            dw += d[i] * x[i : i + len(w)]
        return dx, dw

    return conv(x, w), backprop


def conv_end(x, w):
    """of conv --shape x=n --shape w=3

    x: wrong: `range(len(d) - 1)` leaves out the last turn
    w: wrong: `range(len(d) - 1)` leaves out the last turn
    """

    def backprop(d):
        dx, dw = np.zeros_like(x), np.zeros_like(w)
        for i in range(len(d) - 1):
            dx[i : i + len(w)] += d[i] * w
            dw += d[i] * x[i : i + len(w)]
        return dx, dw

    return conv(x, w), backprop


def attn(Q, K, V):
    S = Q @ K.T / np.sqrt(Q.shape[1])
    P = np.exp(S - S.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    return P @ V


def attn_scale_once(Q, K, V):
    """of attn --shape Q=n,d --shape K=m,d --shape V=m,e

    K: wrong: the division by `root` is missing
    """
    S = Q @ K.T / np.sqrt(Q.shape[1])
    P = np.exp(S - S.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)

    def backprop(d):
        dP = d @ V.T
        dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))
        return dS @ K / np.sqrt(Q.shape[1]), dS.T @ Q, P.T @ d

    return P @ V, backprop


def cumul(x, a):
    s = 1.0
    for v in x:
        s = a * s + v**2
    return s


def cumul_initial(x, a):
    """of cumul --shape x=n --shape a=

    a: wrong: `ss = [0.0]` starts from 0.0, not from 1.0
    """
    ss = [0.0]
    for v in x:
        ss.append(a * ss[-1] + v**2)

    def backprop(d):
        dx, da = np.zeros_like(x), 0.0
        for t in reversed(range(len(x))):
            dx[t] = 2 * d * x[t]
            da += d * ss[t]
            d = d * a
        return dx, da

    return cumul(x, a), backprop


def lin(X, W, b):
    return np.maximum(X @ W + b, 0)


def lin_stale(X, W, b):
    """of lin --shape X=n,i --shape W=i,o --shape b=o

    X: wrong: the condition `scores > 0` is not asked
    """
    Y = np.maximum(X @ W + b, 0)

    def backprop(d):
        dX = d @ W.T
        d = d * (Y > 0)
        return dX, X.T @ d, d.sum(axis=0)

    return Y, backprop


def lin_inplace(X, W, b):
    """of lin --shape X=n,i --shape W=i,o --shape b=o

    besides, it changes the incoming gradient in place
    """
    Y = np.maximum(X @ W + b, 0)

    def backprop(d):
        d[Y <= 0] = 0
        return d @ W.T, X.T @ d, d.sum(axis=0)

    return Y, backprop
