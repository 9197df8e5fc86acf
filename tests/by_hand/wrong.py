"""Gradients as people get them wrong, each below its function; a docstring says what is found."""

import numpy as np


def mse(X, Y):
    return np.mean((X - Y) ** 2)


def mse_with_the_wrong_sign(X, Y):
    """of mse

    X: wrong: the sign is wrong: it is minus the gradient
    """
    return 2 * (Y - X) / X.size


def mse_without_its_2(X, Y):
    """of mse

    X: wrong: it is half of the gradient: a factor 2 is missing
    """
    return (X - Y) / X.size


def half_square(X):
    return 0.5 * np.sum(X * X)


def half_square_with_a_2(X):
    """of half_square

    X: wrong: it is twice the gradient: a factor 2 too many
    """
    return 2 * X


def mean_tanh(X):
    return np.mean(np.tanh(X))


def mean_tanh_without_its_mean(X, d_out):
    """of mean_tanh --shape X=n

    X: wrong: it is n times the gradient: a division by n is missing, as of a mean
    """
    return d_out * (1 - np.tanh(X) ** 2)


def sum_tanh(X):
    return np.sum(np.tanh(X))


def sum_tanh_as_a_mean(X, d_out):
    """of sum_tanh --shape X=n

    X: wrong: it is 1/n of the gradient: a division by n too many
    """
    return d_out * (1 - np.tanh(X) ** 2) / len(X)


def affine(X, W, b):
    return X @ W + b


def affine_without_the_sum_over_rows(X, W, b):
    """of affine --shape X=n,i --shape W=i,o --shape b=o

    b: wrong: the sum over axis 0 is missing, along which it is broadcast: `.sum(axis=0)` puts it right
    """

    def backprop(d):
        return d @ W.T, X.T @ d, d

    return X @ W + b, backprop


def affine_with_dW_transposed(X, W, b):
    """of affine --shape X=n,i --shape W=i,o --shape b=o

    W: wrong: it is transposed: `.T` puts it right
    """

    def backprop(d):
        return d @ W.T, d.T @ X, d.sum(0)

    return X @ W + b, backprop


def affine_summed_over_columns(X, W, b):
    """of affine --shape X=n,i --shape W=i,o --shape b=o

    b: wrong: `....sum(axis=1)` is taken over axis 1 in place of 0
    """

    def backprop(d):
        return d @ W.T, X.T @ d, d.sum(axis=1)

    return X @ W + b, backprop


def affine_with_W_as_it_is(X, W, b):
    """of affine --shape X=n,i --shape W=i,o --shape b=o

    X: wrong: `W` is not transposed
    besides, it raises ValueError: ...; it runs only where all sizes are equal
    """

    def backprop(d):
        return d @ W, X.T @ d, d.sum(axis=0)

    return X @ W + b, backprop


def affine_with_a_mean(X, W, b):
    """of affine --shape X=n,i --shape W=i,o --shape b=o

    b: wrong: it is 1/n of the gradient: a division by n too many
    """

    def backprop(d):
        return d @ W.T, X.T @ d, d.mean(axis=0)

    return X @ W + b, backprop


def product(X, Y):
    return np.sum(X * np.tanh(Y))


def product_swapped(X, Y, g):
    """of product --shape X=n --shape Y=n

    X: wrong: it is the gradient of Y
    Y: wrong: it is the gradient of X
    """
    return g * X * (1 - np.tanh(Y) ** 2), g * np.tanh(Y)


def centred_cubes(X):
    c = X - X.mean()
    return np.sum(c**3)


def centred_cubes_without_the_mean(X, g):
    """of centred_cubes --shape X=n

    X: wrong: the term `- ...mean()` is missing
    """
    c = X - X.mean()
    return g * 3 * c**2


def softmax(X):
    E = np.exp(X - X.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return P


def softmax_without_its_sum(X):
    """of softmax --shape X=n,d

    X: wrong: the term `- ...P...` is missing
    """
    E = np.exp(X - X.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return P, lambda dP: P * dP


def softmax_over_the_wrong_axis(X):
    """of softmax --shape X=n,d

    X: wrong: `...P...` is taken over axis 0 in place of 1
    """
    E = np.exp(X - X.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return P, lambda dP: P * (dP - (P * dP).sum(axis=0, keepdims=True))


def ridge(W, X, y, lam=0.1):
    r = X @ W - y
    return 0.5 * np.sum(r * r) + lam * np.sum(W * W)


def ridge_without_decay(W, X, y, lam=0.1):
    """of ridge --shape W=d --shape X=n,d --shape y=n

    W: wrong: the term `...lam...` is missing
    """
    r = X @ W - y
    return X.T @ r


def dense(X, W):
    H = np.tanh(X @ W)
    return H


def dense_without_tanh(X, W):
    """of dense --shape X=n,i --shape W=i,o

    X: wrong: the factor `1 - H ** 2` is missing
    """
    H = np.tanh(X @ W)
    return H, lambda dH: dH @ W.T


def neighbours(X):
    return np.sum(X[1:] * X[:-1])


def neighbours_off_by_one(X, g):
    """of neighbours --shape X=n

    X: wrong: there is `...[1:]` in place of `...[:-1]`
    """
    dX = np.zeros_like(X)
    dX[1:] += g * X[:-1]
    dX[1:] += g * X[1:]
    return dX


def weighted_sine(X, w):
    return np.sum(w * np.sin(X))


def weighted_sine_shifted(X, w, g):
    """of weighted_sine --shape X=n --shape w=n

    X: wrong: it is right only where n = 1; elsewhere it is off by one along its axis: each entry stands one behind its place
    """
    return g * np.roll(w * np.cos(X), 1)


def roughness(X):
    return np.sum(np.diff(X) ** 2)


def roughness_without_its_end(X, g):
    """of roughness --shape X=n

    X: wrong: it is right only where n = 1; elsewhere it is wrong only at the first entry: there it is zero
    """
    d = np.diff(X)
    dX = np.zeros_like(X)
    dX[1:] += 2 * g * d
    dX[1:-1] -= 2 * g * d[1:]
    return dX


def twice(x, W):
    h = np.tanh(W @ x)
    h = np.tanh(W @ h)
    return h


def twice_with_the_last_state(x, W):
    """of twice --shape x=n --shape W=n,n

    x: wrong: there is `h` in place of ...
    """
    h1 = np.tanh(W @ x)
    h2 = np.tanh(W @ h1)

    def get_dx(d):
        d = W.T @ (d * (1 - h2**2))
        return W.T @ (d * (1 - h2**2))

    return h2, get_dx


def exponentials(X):
    return np.sum(np.exp(X))


cache = {}


def exponentials_in_a_global(X):
    """of exponentials --shape X=n

    besides, its callback reads what a later call overwrites, such as a global
    """
    cache["e"] = np.exp(X)
    return cache["e"].sum(), lambda g: g * cache["e"]


def log_sum_exp(X):
    m = X.max()
    return m + np.log(np.exp(X - m).sum())


def log_sum_exp_without_the_maximum(X, g):
    """of log_sum_exp --shape X=n

    X: wrong: it is wrong only in float32, where X is very large (about 1000): it overflows
    """
    e = np.exp(X)
    return g * e / e.sum()


def deviation(X):
    return np.std(X)


def deviation_that_cancels(X, g):
    """of deviation --shape X=n

    X: wrong: it is wrong only in float32, where X is far from zero (about 10000): digits cancel
    """
    mean = np.mean(X)
    return g * (X - mean) / (X.size * np.sqrt(np.mean(X * X) - mean * mean))


def safe_norm(X):
    return np.sqrt(np.sum(X * X) + 1e-8)


def safe_norm_without_its_constant(X):
    """of safe_norm --shape X=n

    X: wrong: it is wrong only where X is zero: a small constant may be missing, as in `norm + 1e-8`
    """
    n = np.sqrt(np.sum(X * X))
    return X / n


def squared_sum(X):
    return np.sum(X) ** 2


def squared_sum_of_one(X, g):
    """of squared_sum --shape X=n

    X: wrong: `sum` of `X` is not taken
    """
    return 2 * g * X


def largest(X):
    return np.max(X)


def largest_at_ties(X, g):
    """of largest --shape X=n

    X: wrong: it is wrong only where entries of X are equal (ties of a maximum or minimum): the shares of equal entries do not add up to the gradient
    """
    return g * (X.max() == X)


def shifted_squares(X, b):
    return np.sum((X - b) ** 2)


def shifted_squares_without_the_sum(X, b):
    """of shifted_squares --shape X=n,d --shape b=

    b: wrong: the sum over all entries is missing, as the input is one number: `.sum()`
    """
    d = X - b
    return np.sum(d * d), (2 * d, -2 * d)


def shifted_tanh(X, b):
    return np.tanh(X - b)


def shifted_tanh_over_the_wrong_axis(X, b):
    """of shifted_tanh --shape X=n,d --shape b=d

    b: wrong: `....sum(axis=1)` is taken over axis 1 in place of 0
    """
    Y = np.tanh(X - b)
    return Y, (lambda g: g * (1 - Y * Y), lambda g: -(g * (1 - Y * Y)).sum(axis=1))


def cubes(X):
    return np.sum(X**3)


def cubes_without_the_incoming_gradient(X):
    """of cubes --shape X=n

    besides, it does not use the incoming gradient
    """
    return np.sum(X**3), lambda g: 3 * X**2


def leaky_relu(X):
    return np.maximum(X, 0.1 * X)


def leaky_relu_as_relu(X):
    """of leaky_relu --shape X=n,d

    X: wrong: it is wrong only where X < 0: there it is zero
    """
    return np.maximum(X, 0.1 * X), lambda g: g * (X > 0)


def clipped_squares(X):
    return np.sum(np.clip(X, -1, 1) ** 2)


def clipped_squares_outside(X, g):
    """of clipped_squares --shape X=n

    X: wrong: it is wrong only where |X| > 1
    """
    return 2 * g * np.clip(X, -1, 1)


def scaled_tanh(X, scale=2.0):
    return np.sum(np.tanh(X * scale))


def scaled_tanh_with_a_number(X, scale=2.0):
    """of scaled_tanh --shape X=n

    X: wrong: it is right only where scale is 2.0; elsewhere it is the gradient times 2 / scale
    """
    return 2.0 * (1 - np.tanh(X * scale) ** 2)


def reduced(X, reduction="mean"):
    loss = X**3
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    return loss


def reduced_as_a_mean(X, reduction="mean"):
    """of reduced --shape X=n

    X: wrong: it is right only where reduction is 'mean'; elsewhere it is 1/n of the gradient: a division by n too many
    """
    return 3 * X**2 / X.size


def absolute_cubes(X):
    return np.sum(np.abs(X) ** 3)


def absolute_cubes_in_place(X, g):
    """of absolute_cubes --shape X=n

    besides, it changes its argument X in place
    """
    s = np.sign(X)
    X *= X
    return 3 * g * s * X


def cosine_loss(X, Y):
    X_norm = np.sqrt(np.sum(X * X))
    Y_norm = np.sqrt(np.sum(Y * Y))
    cosine = np.sum(X * Y) / (X_norm * Y_norm)
    return 1 - cosine


def cosine_loss_with_a_norm_unsquared(X, Y):
    """of cosine_loss --shape X=n --shape Y=n

    X: wrong: `X_norm` is not raised to its power
    """
    xn, yn = np.sqrt(X @ X), np.sqrt(Y @ Y)
    cos = X @ Y / (xn * yn)
    return 1 - cos, lambda g: g * (cos * X / xn - Y / (xn * yn))


def division(dot, X_norm, Y_norm):
    similarity = dot / (X_norm * Y_norm)
    return 1 - similarity


def division_by_the_similarity(dot, X_norm, Y_norm):
    """of division --shape dot= --shape X_norm= --shape Y_norm=

    dot: wrong: there is `similarity` in place of `norms`
    X_norm: wrong: it is divided by `similarity` where it should be by `X_norm * Y_norm`
    Y_norm: wrong: it is divided by `similarity` where it should be by `X_norm * Y_norm`
    """
    s = dot / (X_norm * Y_norm)

    def get_dot(g):
        return -g / s

    def get_X(g):
        return g * dot / s**2 * Y_norm

    def get_Y(g):
        return g * dot / s**2 * X_norm

    return 1 - s, (get_dot, get_X, get_Y)


def variance(X):
    return np.var(X, ddof=1)


def variance_by_n(X, g):
    """of variance --shape X=n

    X: wrong: it is (n - 1) / n times the gradient: n and n - 1 are taken for one another
    """
    return 2 * g * (X - X.mean()) / X.size


def cross_entropy(Z, y):
    m = Z.max(axis=1, keepdims=True)
    logp = Z - m - np.log(np.exp(Z - m).sum(axis=1, keepdims=True))
    return -np.sum(y * logp)


def cross_entropy_without_labels(Z, y):
    """of cross_entropy --shape Z=n,k --at 'y=rng.dirichlet(np.ones(k), n)'

    Z: wrong: the term `- y` is missing
    """
    m = Z.max(axis=1, keepdims=True)
    P = np.exp(Z - m)
    P /= P.sum(axis=1, keepdims=True)
    return P


def normalised(X):
    mean = X.mean(axis=1, keepdims=True)
    c = X - mean
    s = np.sqrt((c * c).mean(axis=1, keepdims=True) + 1e-5)
    return c / s


def normalised_without_the_deviation(X):
    """of normalised --shape X=n,d

    X: wrong: the term `- ...` is missing
    """
    mean = X.mean(axis=1, keepdims=True)
    c = X - mean
    s = np.sqrt((c * c).mean(axis=1, keepdims=True) + 1e-5)
    return c / s, lambda g: (g - g.mean(axis=1, keepdims=True)) / s


def recurrence(X, h, W):
    for t in range(len(X)):
        h = np.tanh(X[t] + h @ W)
    return h


def recurrence_with_the_last_state(X, h, W):
    """of recurrence --shape X=t,o --shape h=o --shape W=o,o

    X: wrong: it is right only where t = 1; elsewhere it is wrong only before the last entry of axis 0
    """
    for t in range(len(X)):
        h = np.tanh(X[t] + h @ W)

    def get_dX(dh):
        dX = np.zeros_like(X)
        for t in reversed(range(len(X))):
            d = dh * (1 - h**2)
            dX[t] = d
            dh = d @ W.T
        return dX

    return h, get_dX


def cosine_loss_of_parts(X, Y):
    """of cosine_loss --shape X=n --shape Y=n

    X: wrong: the term `...X` is missing; the term `...Y` is divided by `cosine` where it should be by `X_norm * Y_norm`; the same number is added to all entries
    """
    product = np.sum(X * Y)
    X_norm = np.sqrt(np.sum(X * X))
    cosine = product / (X_norm * np.sqrt(np.sum(Y * Y)))

    def get_dX(d_loss):
        d_product = -d_loss / cosine
        d_X_norm = d_loss * product / cosine**2
        return d_product * Y + 2.0 * d_X_norm * X_norm

    return 1 - cosine, get_dX


def quadratic(X, A, b):
    return 0.5 * X @ A @ X - b @ X


def quadratic_as_if_symmetric(X, A, b):
    """of quadratic --shape X=n --shape A=n,n --shape b=n

    X: wrong: ...
    it is right where A is symmetric
    """
    return A @ X - b


def standard(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def standard_with_constants(X):
    """of standard --shape X=n,d

    X: wrong: the term `...` is missing, and the term `...` is missing
    """
    deviation = X.std(axis=0)
    return (X - X.mean(axis=0)) / deviation, lambda g: g / deviation


def log_loss(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def log_loss_of_ones(p, y):
    """of log_loss --shape p=n --shape y=n

    p: wrong: the term `...` is missing
    """
    return -y / p / p.size


def huber(r, delta=1.0):
    a = np.abs(r)
    return np.sum(np.where(a <= delta, 0.5 * r * r, delta * (a - 0.5 * delta)))


def huber_without_the_sign(r, delta=1.0):
    """of huber --shape r=n

    r: wrong: the factor `np.sign(r)` is missing
    """
    return np.where(np.abs(r) <= delta, r, delta)


def attention(Q, K):
    S = Q @ K.T / np.sqrt(Q.shape[1])
    return S


def attention_unscaled(Q, K):
    """of attention --shape Q=n,d --shape K=m,d --wrt Q,K

    Q: wrong: it is sqrt(d) times the gradient: a division by sqrt(d) is missing
    K: wrong: it is sqrt(d) times the gradient: a division by sqrt(d) is missing
    """

    def backprop(dS):
        return dS @ K, dS.T @ Q

    return Q @ K.T / np.sqrt(Q.shape[1]), backprop


def gathered(E, i):
    return np.tanh(E[i]).sum()


def gathered_without_repeats(E, i):
    """of gathered --shape E=n,d --shape i=m --at 'i=rng.integers(0, n, m)'

    E: wrong: entries that `i` takes more than once are counted once
    """
    dE = np.zeros_like(E)
    dE[i] = 1 - np.tanh(E[i]) ** 2
    return dE


def affine_tanh(X, W, b):
    return np.tanh(X @ W.T + b)


def layer_with_mistakes(model, X, is_train):
    """of affine_tanh --shape X=n,i --shape W=o,i --shape b=o

    value: right
    X: right
    W: wrong: ...
    b: wrong: ...
    """
    W = model.get_param("W")
    Y = np.tanh(X @ W.T + model.get_param("b"))

    def backprop(dY):
        dZ = dY * (1 - Y**2)
        model.inc_grad("W", X.T @ dZ)
        return dZ @ W

    return Y, backprop
