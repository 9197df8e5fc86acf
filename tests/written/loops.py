"""Functions as people write them, with loops, branches, helpers and items that are set."""

import numpy as np


def bce(logits, targets, weight=None, reduction="mean"):
    loss = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    if weight is not None:
        loss = loss * weight
    if reduction == "mean":
        return loss.mean()
    elif reduction == "sum":
        return loss.sum()
    return loss


def clip_norm(g, max_norm=1.0):
    """Scale a gradient down."""
    norm = np.sqrt(np.sum(g**2))
    if norm > max_norm:  # too long
        g = g * (max_norm / norm)
    return g


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def rhs(x, k):
    return -k * x + np.sin(x)


def rk4b(x, k, dt=0.1, steps=3):
    for _ in range(steps):
        k1 = rhs(x, k)
        k2 = rhs(x + 0.5 * dt * k1, k)
        k3 = rhs(x + 0.5 * dt * k2, k)
        k4 = rhs(x + dt * k3, k)
        x = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return x


def gru(X, h, Wz, Uz, Wr, Ur, Wh, Uh):
    hs = []
    for x in X:
        z = sigmoid(x @ Wz + h @ Uz)
        r = sigmoid(x @ Wr + h @ Ur)
        c = np.tanh(x @ Wh + (r * h) @ Uh)
        h = (1 - z) * h + z * c
        hs.append(h)
    return np.stack(hs)


def crf_forward(E, T):
    alpha = E[0]
    for t in range(1, len(E)):
        s = alpha[:, None] + T
        m = s.max(axis=0)
        alpha = m + np.log(np.sum(np.exp(s - m), axis=0)) + E[t]
    m = alpha.max()
    return m + np.log(np.sum(np.exp(alpha - m)))


def attention_weights(Q, K, scale=None):
    d = Q.shape[-1]
    s = scale if scale is not None else 1 / np.sqrt(d)
    S = Q @ K.T * s
    e = np.exp(S - S.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def pairwise(X):
    n = X.shape[0]
    total = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            diff = X[i] - X[j]
            total += 1.0 / np.sqrt(np.sum(diff**2) + 1e-3)
    return total


def fib(x, n=6):
    a, b = x, x * x
    for _ in range(n):
        a, b = b, a + b * 0.5
    return b


def rnn(xs, W, U, b, h):
    for x in xs:
        h = np.tanh(W @ x + U @ h + b)
    return h


def rnn_prealloc(X, Wx, Wh, b):
    T, d = X.shape[0], Wh.shape[0]
    H = np.zeros((T + 1, d))
    for t in range(T):
        H[t + 1] = np.tanh(X[t] @ Wx + H[t] @ Wh + b)
    return H[1:]


def lstm(X, h, c, W, U, b):
    n = h.shape[-1]
    outs = []
    for t in range(X.shape[0]):
        z = X[t] @ W + h @ U + b
        i = sigmoid(z[:n])
        f = sigmoid(z[n : 2 * n])
        o = sigmoid(z[2 * n : 3 * n])
        g = np.tanh(z[3 * n :])
        c = f * c + i * g
        h = o * np.tanh(c)
        outs.append(h)
    return np.array(outs), h, c


def heun(y, k, dt=0.1, n=4):
    for i in range(n):
        f0 = -k * y
        y_pred = y + dt * f0
        f1 = -k * y_pred
        y = y + 0.5 * dt * (f0 + f1)
    return y


def leapfrog(q, p, dt=0.1, steps=3):
    p = p - 0.5 * dt * q
    for i in range(steps):
        q = q + dt * p
        if i != steps - 1:
            p = p - dt * q
    p = p - 0.5 * dt * q
    return q, p


def heat(u, alpha, steps=3):
    for _ in range(steps):
        new = u.copy()
        new[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
        u = new
    return u


def heat_inplace(u0, kappa, nt=3):
    u = u0.copy()
    for n in range(nt):
        u[1:-1] += kappa * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


def logsumexp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def smoothing(x, alpha):
    s = x[0]
    out = [s]
    for t in range(1, len(x)):
        s = alpha * x[t] + (1 - alpha) * s
        out.append(s)
    return np.array(out)


def garch(r, omega, a, b):
    s2 = np.mean(r**2)
    ll = 0.0
    for t in range(len(r)):
        ll += np.log(s2) + r[t] ** 2 / s2
        s2 = omega + a * r[t] ** 2 + b * s2
    return 0.5 * ll


def ar(phi, eps):
    T = len(eps)
    p = len(phi)
    y = np.zeros(T)
    for t in range(T):
        y[t] = eps[t]
        for k in range(p):
            if t - k - 1 >= 0:
                y[t] += phi[k] * y[t - k - 1]
    return y


def horner(c, x):
    r = c[-1]
    for a in c[-2::-1]:
        r = r * x + a
    return r


def fixed_point(x, A, b, tol=1e-8, max_iter=100):
    for i in range(max_iter):
        x_new = 0.1 * np.tanh(A @ x) + b
        if np.max(np.abs(x_new - x)) < tol:
            break
        x = x_new
    return x_new


def line_search(x, d, c=0.5):
    step = 1.0
    while np.sum((x + step * d) ** 2) > np.sum(x**2) + c * step * np.sum(x * d):
        step *= 0.5
        if step < 1e-6:
            break
    return x + step * d


def gd(x, A, b, lr=0.1, n=3):
    for _ in range(n):
        g = A.T @ (A @ x - b)
        x = x - lr * g
    return x


def power_iteration(A, v, n=3):
    for _ in range(n):
        w = A @ v
        v = w / np.linalg.norm(w)
    return v @ A @ v


def pair_energy(X, sigma):
    e = 0.0
    n = len(X)
    for i in range(n):
        for j in range(n):
            if i != j:
                r2 = np.sum((X[i] - X[j]) ** 2)
                e += np.exp(-r2 / sigma**2)
    return e


def ragged_means(X, lengths):
    start = 0
    out = []
    for n in lengths:
        out.append(X[start : start + n].mean(axis=0))
        start += n
    return np.stack(out)


def segment_max(X, offsets):
    out = np.zeros((len(offsets) - 1, X.shape[1]))
    for i in range(len(offsets) - 1):
        out[i] = X[offsets[i] : offsets[i + 1]].max(axis=0)
    return out


def soft_dtw(D, gamma=1.0):
    n, m = D.shape
    R = np.full((n + 1, m + 1), 1e3)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            a = -R[i - 1, j] / gamma
            b = -R[i, j - 1] / gamma
            c = -R[i - 1, j - 1] / gamma
            mx = max(a, b, c)
            s = np.exp(a - mx) + np.exp(b - mx) + np.exp(c - mx)
            R[i, j] = D[i - 1, j - 1] - gamma * (np.log(s) + mx)
    return R[n, m]


def activation(x, kind="relu"):
    if kind == "relu":
        return np.maximum(x, 0)
    elif kind == "tanh":
        return np.tanh(x)
    elif kind == "sigmoid":
        return 1 / (1 + np.exp(-x))
    else:
        raise ValueError(kind)


def guarded(x, eps=1e-8):
    n = np.sqrt(np.sum(x * x))
    if n < eps:
        return np.zeros_like(x)
    return x / n


def dense(x, W, b=None, activation="none"):
    y = x @ W
    if b is not None:
        y = y + b
    if activation == "tanh":
        y = np.tanh(y)
    return y


def zipped(xs, ys, w):
    loss = 0.0
    for x, y in zip(xs, ys):
        loss = loss + (w @ x - y) ** 2
    return loss / len(xs)


def discounted(r, gamma):
    G = 0.0
    out = []
    for x in reversed(r):
        G = x + gamma * G
        out.append(G)
    return np.array(out[::-1])


def rewards_to_go(rewards, gamma):
    T = len(rewards)
    out = np.zeros(T)
    running = 0.0
    for t in range(T - 1, -1, -1):
        running = rewards[t] + gamma * running
        out[t] = running
    return out


def mlp(x, weights, biases):
    for W, b in zip(weights, biases):
        x = np.tanh(x @ W + b)
    return x


def skipper(x):
    total = 0.0
    for v in x:
        if v < 0:
            continue
        total += np.sqrt(v)
    return total


def relu_inplace(x):
    y = x.copy()
    y[y < 0] = 0
    return y


def leaky(x, slope=0.1):
    out = x.copy()
    neg = x < 0
    out[neg] *= slope
    return out


def aug(x, y):
    x = x * 2
    x += y
    x *= y
    x -= 1
    x /= 1 + y**2
    return np.sum(x)


def last(x, w, n=3):
    ys = [x]
    for _ in range(n):
        ys.append(np.tanh(w * ys[-1]))
    return ys[-1]


def row_dots(A, B):
    out = []
    for a, b in zip(A, B):
        out.append(a @ b)
    return np.array(out)


def while_count(x, n=4):
    i = 0
    while i < n:
        x = np.sin(x) + x
        i += 1
    return x


def argmax_pick(X):
    out = []
    for row in X:
        k = np.argmax(row)
        out.append(row[k])
    return np.array(out)


def split_helper(z):
    n = z.shape[-1] // 2
    return z[:n], z[n:]


def attention_steps(q, K, V, steps=2):
    for _ in range(steps):
        s = K @ q
        a = np.exp(s - s.max())
        a = a / a.sum()
        q = q + a @ V
    return q


def mean_loss(X, w):
    losses = []
    for x in X:
        losses.append(np.sum((x - w) ** 2))
    return np.mean(losses)


def lists_out(x, w, n=3):
    ys = []
    for _ in range(n):
        x = x * w
        ys.append(x)
    return ys


def stacked_sum(X, w):
    hs = []
    h = np.zeros_like(w)
    for x in X:
        h = np.tanh(x + w * h)
        hs.append(h)
    return np.stack(hs).sum(axis=1)


def ema_list(xs, beta=0.9):
    avg = 0.0
    out = []
    for i, x in enumerate(xs, start=1):
        avg = beta * avg + (1 - beta) * x
        out.append(avg / (1 - beta**i))
    return np.array(out)


def backtrack(x, g, step=1.0, shrink=0.5, max_iter=20):
    fx = np.sum(x**2)
    for _ in range(max_iter):
        x_new = x - step * g
        if np.sum(x_new**2) < fx:
            break
        step = step * shrink
    return x_new


def tri_solve(L, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        s = b[i]
        for j in range(i):
            s = s - L[i, j] * x[j]
        x[i] = s / L[i, i]
    return x


def cholesky(A):
    n = A.shape[0]
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j] - np.dot(L[i, :j], L[j, :j])
            if i == j:
                L[i, j] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L


def conv1d(x, w):
    n = len(x) - len(w) + 1
    y = np.zeros(n)
    for i in range(n):
        y[i] = np.sum(x[i : i + len(w)] * w)
    return y


def first_above(x, threshold=0.5):
    """The weight of the first value above a threshold, of all where there is none."""
    for i in range(len(x)):
        if x[i] > threshold:
            return x[i] * i + np.sum(x)
    return np.sum(x * x)


def first_turn_alone(x):
    v = np.tanh(x)
    total = 0.0
    for i in range(len(v)):
        if i > 0:
            continue
        sums = np.zeros_like(v)
        for j in range(len(v) - 1):
            sums[j] += np.tanh(v[j])
        total = total + np.tanh(sums.sum())
    return total


def annealed(Y, scaled=True, plain=False):
    """A state that options change in each turn, and a field that only the first turn moves."""
    state = Y + 1
    field = np.tanh(Y)
    for turn, row in enumerate(Y):
        if scaled:
            state = np.arctan(state + np.tanh(np.max(field)))
        elif plain:
            state = np.tanh(field)
        if turn > 0:
            continue
        field = field + 0.1 * np.sin(field + row)
    return state, field


def unicycle(u, goal, dt=0.1):
    """What it costs to steer: each row of u is a speed and a rate of turning."""
    x, y, th = 0.0, 0.0, 0.0
    cost = 0.0
    for t in range(u.shape[0]):
        v, w = u[t]
        x += dt * v * np.cos(th)
        y += dt * v * np.sin(th)
        th += dt * w
        cost += 0.01 * (v**2 + w**2)
    return cost + (x - goal[0]) ** 2 + (y - goal[1]) ** 2


def biquad_error(b0, b1, b2, a1, a2, x, d):
    """The error of a filter with five coefficients, which are numbers."""
    y1 = y2 = x1 = x2 = 0.0
    err = 0.0
    for n in range(len(x)):
        y = b0 * x[n] + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        x2, x1 = x1, x[n]
        y2, y1 = y1, y
        err += (y - d[n]) ** 2
    return err / len(x)
