"""Mechanics, chemistry, waves and signals."""

import numpy as np
from numpy import cos, exp, pi, sin, sqrt
G = 6.674e-11
k_B = 1.0
HBAR = 1.0


def lj_total(positions, eps, sig):
    diff = positions[:, None, :] - positions[None, :, :]
    r2 = np.sum(diff ** 2, axis=-1) + np.eye(len(positions))
    s6 = (sig ** 2 / r2) ** 3
    e = 4 * eps * (s6 ** 2 - s6)
    return 0.5 * np.sum(e * (1 - np.eye(len(positions))))


def damped_oscillator(t, A, gamma, omega, phi):
    with np.errstate(over="ignore"):
        envelope = A * np.exp(-gamma * t)
        return envelope * np.cos(omega * t + phi)


def double_pendulum_energy(theta, p, m1=1.0, m2=1.0, l1=1.0, l2=1.0, g=9.81):
    th1, th2 = theta
    w1, w2 = p
    T = 0.5 * m1 * (l1 * w1) ** 2 + 0.5 * m2 * (
        (l1 * w1) ** 2 + (l2 * w2) ** 2 + 2 * l1 * l2 * w1 * w2 * np.cos(th1 - th2)
    )
    V = -(m1 + m2) * g * l1 * np.cos(th1) - m2 * g * l2 * np.cos(th2)
    return T + V


def partition(E, T):
    beta = 1.0 / (k_B * T)
    Z = np.sum(np.exp(-beta * E))
    U = np.sum(E * np.exp(-beta * E)) / Z
    S = k_B * (np.log(Z) + beta * U)
    return U - T * S


def michaelis_menten_sse(params, S, v):
    vmax, km = params
    return np.sum((v - vmax * S / (km + S)) ** 2)


def reaction_rates(c, k):
    r1 = k[0] * c[0] * c[1]
    r2 = k[1] * c[2]
    r3 = k[2] * c[1] ** 2
    return np.array([-r1 + r2, -r1 + r2 - 2 * r3, r1 - r2 + r3])


def laplacian_2d(u, dx=0.1):
    return (np.roll(u, 1, axis=0) + np.roll(u, -1, axis=0) + np.roll(u, 1, axis=1)
            + np.roll(u, -1, axis=1) - 4 * u) / dx ** 2


def euler_to_matrix(angles):
    a, b, c = angles[0], angles[1], angles[2]
    Rz = np.array([[cos(a), -sin(a), 0], [sin(a), cos(a), 0], [0, 0, 1]])
    Ry = np.array([[cos(b), 0, sin(b)], [0, 1, 0], [-sin(b), 0, cos(b)]])
    Rx = np.array([[1, 0, 0], [0, cos(c), -sin(c)], [0, sin(c), cos(c)]])
    return Rz @ Ry @ Rx


def stiffness_solve(k, f):
    K = np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)
    return np.linalg.solve(K, f)


def compliance(rho, f, penal=3.0):
    E = 1e-3 + rho ** penal
    main = np.append(E[:-1] + E[1:], E[-1])
    K = np.diag(main) + np.diag(-E[1:], k=1) + np.diag(-E[1:], k=-1)
    u = np.linalg.solve(K, f)
    return f @ u


def fir_filter(x, h):
    return np.convolve(x, h, mode="same")


def envelope_energy(x, w):
    y = x * w
    return np.sqrt(np.mean(y ** 2)), np.max(np.abs(y))


def autocorrelation_lags(x):
    x = x - x.mean()
    c0 = np.dot(x, x)
    return np.array([np.dot(x[1:], x[:-1]), np.dot(x[2:], x[:-2])]) / c0


def haar_step(x):
    even, odd = x[::2], x[1::2]
    return (even + odd) / sqrt(2), (even - odd) / sqrt(2)


def total_variation(img, eps=1e-6):
    dx = img[1:, :-1] - img[:-1, :-1]
    dy = img[:-1, 1:] - img[:-1, :-1]
    return np.sum(np.sqrt(dx ** 2 + dy ** 2 + eps))


def sinc_interp(x, t, T=1.0):
    n = np.arange(len(x))
    return np.sum(x * np.sinc((t[:, None] - n * T) / T), axis=1)


def chirp_fit(params, t, y):
    a, f0, k, phi = params
    model = a * np.sin(2 * pi * (f0 * t + 0.5 * k * t ** 2) + phi)
    return ((y - model) ** 2).mean()


def steady_heat(q, kappa, T0):
    resistances = 1.0 / kappa
    return T0 + np.cumsum(q * resistances)


def lens_chain(f1, f2, d):
    L1 = np.array([[1.0, 0.0], [-1.0 / f1, 1.0]])
    L2 = np.array([[1.0, 0.0], [-1.0 / f2, 1.0]])
    P = np.array([[1.0, d], [0.0, 1.0]])
    M = L2 @ P @ L1
    return -1.0 / M[1, 0]


def spectrum_gap(H):
    w, V = np.linalg.eigh((H + H.T) / 2)
    return w[1] - w[0]


def ground_state_density(H):
    w, V = np.linalg.eigh(H)
    psi = V[:, 0]
    return psi ** 2
