"""Losses and layers, as deep learning from scratch has them."""

import math
from typing import Optional, Tuple
import numpy as np
import numpy
from numpy.typing import NDArray


def softmax_temp(X, axis=-1, temperature=1.0):
    Z = X / temperature
    Z = Z - np.max(Z, axis=axis, keepdims=True)
    e = np.exp(Z)
    return e / np.sum(e, axis=axis, keepdims=True)


def rms_norm(x: np.ndarray, weight: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """Root mean square layer norm."""
    variance = np.mean(np.square(x), axis=-1, keepdims=True)
    return weight * x / np.sqrt(variance + eps)


def focal_loss(logits, targets, alpha=0.25, gamma=2.0):
    p = 1.0 / (1.0 + np.exp(-logits))
    ce = -(targets * np.log(p) + (1 - targets) * np.log(1 - p))
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce * (1 - p_t) ** gamma
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    return (alpha_t * loss).mean()


def dice_loss(pred, target, smooth=1.0):
    iflat = pred.flatten()
    tflat = target.flatten()
    intersection = (iflat * tflat).sum()
    return 1 - (2.0 * intersection + smooth) / (iflat.sum() + tflat.sum() + smooth)


def triplet_loss(anchor, positive, negative, margin=0.2):
    pos = np.sum((anchor - positive) ** 2, axis=1)
    neg = np.sum((anchor - negative) ** 2, axis=1)
    return np.mean(np.maximum(pos - neg + margin, 0.0))


def info_nce(z1, z2, tau=0.1):
    z1 = z1 / np.linalg.norm(z1, axis=1, keepdims=True)
    z2 = z2 / np.linalg.norm(z2, axis=1, keepdims=True)
    sim = z1 @ z2.T / tau
    logits = sim - sim.max(axis=1, keepdims=True)
    log_prob = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -np.diag(log_prob).mean()


def barlow_twins(Za, Zb, lambd=5e-3):
    n, d = Za.shape
    Za = (Za - Za.mean(0)) / Za.std(0)
    Zb = (Zb - Zb.mean(0)) / Zb.std(0)
    C = Za.T @ Zb / n
    on_diag = np.sum((np.diagonal(C) - 1) ** 2)
    off_diag = np.sum(C ** 2) - np.sum(np.diagonal(C) ** 2)
    return on_diag + lambd * off_diag


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))


def selu(X: NDArray[np.float64]) -> NDArray[np.float64]:
    alpha = 1.6732632423543772848170429916717
    scale = 1.0507009873554804934193349852946
    return scale * np.where(X >= 0.0, X, alpha * np.expm1(X))


def hard_swish(X):
    return X * np.clip(X + 3, 0, 6) / 6


def crf_log_norm_two_step(emissions, transitions):
    alpha = emissions[0]
    alpha = np.logaddexp.reduce(alpha[:, None] + transitions, axis=0) + emissions[1]
    return np.logaddexp.reduce(alpha)


def vae_loss(x, x_hat, mu, logvar):
    recon = np.sum((x - x_hat) ** 2, axis=-1)
    kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar), axis=-1)
    return np.mean(recon + kl)


def smooth_l1(pred, target, beta=1.0):
    diff = np.abs(pred - target)
    cond = diff < beta
    loss = np.where(cond, 0.5 * diff ** 2 / beta, diff - 0.5 * beta)
    return loss.sum() / len(pred)


def wing_loss(landmarks, labels, w=10.0, epsilon=2.0):
    x = landmarks - labels
    c = w * (1.0 - math.log(1.0 + w / epsilon))
    absolute_x = np.abs(x)
    losses = np.where(w > absolute_x, w * np.log(1.0 + absolute_x / epsilon), absolute_x - c)
    return np.mean(np.sum(losses, axis=1), axis=0)


def batchnorm_inference(x, running_mean, running_var, gamma, beta, eps=1e-5):
    inv = gamma / np.sqrt(running_var + eps)
    return x * inv + (beta - running_mean * inv)


def mixture_density_nll(pi_logits, mu, log_sigma, y):
    log_pi = pi_logits - np.log(np.sum(np.exp(pi_logits), axis=1, keepdims=True))
    z = (y[:, None] - mu) * np.exp(-log_sigma)
    comp = log_pi - log_sigma - 0.5 * z ** 2 - 0.5 * np.log(2 * np.pi)
    m = comp.max(axis=1, keepdims=True)
    return -np.mean(m[:, 0] + np.log(np.exp(comp - m).sum(axis=1)))


def diag_gaussian_log_density(x, mu, log_std):
    z = (x - mu) / np.exp(log_std)
    return np.sum(-0.5 * z**2 - log_std - 0.5 * np.log(2 * np.pi), axis=-1)
