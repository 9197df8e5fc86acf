"""Gradients as people write them, some of them wrong, to be judged with --against."""

import numpy as np


def cosine_loss(guess, truth):
    """The loss of losses.py on vectors, with its gradient: right."""
    guess_norm = np.linalg.norm(guess)
    truth_norm = np.linalg.norm(truth)
    norms = guess_norm * truth_norm
    cosine = (guess * truth).sum() / norms
    d_guess = truth / norms - cosine * guess / guess_norm**2
    return 1 - cosine, -d_guess


def cosine_division(dot, X_norm, Y_norm):
    """Divided by the similarity, where it should be by the product of the norms."""
    cosine = dot / (X_norm * Y_norm)

    def get_d_dot(d_loss):
        return -d_loss / cosine

    def get_d_X_norm(d_loss):
        return Y_norm * d_loss * dot / cosine**2

    def get_d_Y_norm(d_loss):
        return X_norm * d_loss * dot / cosine**2

    return 1 - cosine, (get_d_dot, get_d_X_norm, get_d_Y_norm)


def cosine_loss_of_parts(X, Y):
    """The parts put together, with the same mistake, and a factor X left out."""
    product = np.sum(X * Y)
    X_norm = np.sqrt(np.sum(X * X))
    cosine = product / (X_norm * np.sqrt(np.sum(Y * Y)))

    def get_dX(d_loss):
        d_product = -d_loss / cosine
        d_X_norm = d_loss * product / cosine**2
        return d_product * Y + 2.0 * d_X_norm * X_norm

    return 1 - cosine, get_dX


def affine(X, W, b):
    """The sum over the examples is forgotten in the gradient of b."""

    def backprop(d_out):
        return {"X": d_out @ W, "W": d_out.T @ X, "b": d_out}

    return X @ W.T + b, backprop


def layer_norm_gradient(d_out, X, gain, bias, eps=1e-8):
    """What comes by way of the variance is left out."""
    centred = X - np.mean(X, axis=1, keepdims=True)
    deviation = np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + eps)
    d_centred = gain * d_out / deviation
    return d_centred - np.mean(d_centred, axis=1, keepdims=True)
