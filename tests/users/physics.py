"""Physics, signals and images."""

import math

import numpy as np
from numpy import sin

G = 9.81
SIGMA, RHO, BETA = 10.0, 28.0, 8.0 / 3.0
MASS = {"earth": 5.97, "moon": 0.073}
K = 4 * np.pi**2
COEFS = [1.0, -0.5, 0.25]
PARAMS = dict(lr=0.1, momentum=0.9)


def lorenz(t, state):
    x, y, z = state
    return np.array([SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z])


def pendulum(theta, omega_dot, L=1.0):
    return -G / L * sin(theta) - 0.1 * omega_dot


def kinetic_energy(m, v):
    return 0.5 * np.sum(m * np.sum(v**2, axis=1))


def gravity(m1, m2, r1, r2):
    d = r2 - r1
    dist = np.sqrt(d.dot(d))
    return MASS["earth"] * m1 * m2 * d / dist**3


def pairwise_potential(X):
    n = X.shape[0]
    diff = X[:, None, :] - X[None, :, :]
    r2 = (diff**2).sum(-1) + np.eye(n)
    return (1.0 / np.sqrt(r2)).sum() - n


def heat_step(u, dt=0.1, dx=0.5):
    lap = (u[2:] - 2 * u[1:-1] + u[:-2]) / dx**2
    return u[1:-1] + dt * lap


def rotate(v, theta):
    c, s = np.cos(theta), np.sin(theta)
    R = np.array([[c, -s], [s, c]])
    return R @ v


def lotka_volterra(z, a=1.1, b=0.4, c=0.4, d=0.1):
    x, y = z[0], z[1]
    return np.array([a * x - b * x * y, d * x * y - c * y])


def dft_power(x):
    n = x.size
    k = np.arange(n)
    C = np.cos(2 * np.pi * np.outer(k, k) / n)
    S = np.sin(2 * np.pi * np.outer(k, k) / n)
    return (C @ x) ** 2 + (S @ x) ** 2


def autocorr1(x):
    xc = x - x.mean()
    return np.dot(xc[1:], xc[:-1]) / np.dot(xc, xc)


def first_half_second_half(x):
    m = len(x) // 2
    return x[:m].sum() - (x[m:] ** 2).sum()


def hann_window_energy(x):
    n = np.arange(len(x))
    w = 0.5 - 0.5 * np.cos(2 * np.pi * n / (len(x) - 1))
    return np.sum((w * x) ** 2)


def ising_mean_field(s, J, h):
    return -0.5 * s @ J @ s - h @ s


def hamiltonian(q, p, m=2.0):
    return (p @ p) / (2 * m) + 0.5 * K * (q @ q)


def quaternion_norm(q):
    q = q / math.sqrt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2 + q[3] ** 2)
    w, x, y, z = q
    return 1 - 2 * (y * y + z * z)


def himmelblau(p):
    x, y = p
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def sir(t, y, beta=0.3, gamma=0.1):
    S, I, R = y
    N = S + I + R
    return np.array([-beta * S * I / N, beta * S * I / N - gamma * I, gamma * I])


def coulomb(q, X):
    r = X[:, None] - X[None]
    d = np.sqrt((r**2).sum(-1) + np.eye(len(q)))
    return (q[:, None] * q[None] / d).sum()


def rotation_loss(R, A, B):
    return np.linalg.norm(R @ A - B) ** 2 + ((R.T @ R - np.eye(R.shape[0])) ** 2).sum()


def quaternion_multiply(p, q):
    a, b, c, d = p
    e, f, g, h = q
    return np.array(
        [
            a * e - b * f - c * g - d * h,
            a * f + b * e + c * h - d * g,
            a * g - b * h + c * e + d * f,
            a * h + b * g - c * f + d * e,
        ]
    )


def avg_pool2(x):
    n = x.shape[0] // 2
    return x[: 2 * n].reshape(n, 2).mean(axis=1)


def patchify(img, p=2):
    H, W = img.shape
    return img.reshape(H // p, p, W // p, p).transpose(0, 2, 1, 3).reshape(-1, p * p)


def luminance(rgb):
    return rgb @ np.array([0.2126, 0.7152, 0.0722])


def horner(x):
    return COEFS[0] + x * (COEFS[1] + x * COEFS[2])


def momentum_step(w, g, v):
    v = PARAMS["momentum"] * v - PARAMS["lr"] * g
    return w + v, v
