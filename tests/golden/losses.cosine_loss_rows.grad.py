import numpy as np


def d_cosine_loss_rows(guess, truth, d_out=1.0):
    # a little is added everywhere, so that no row has length zero
    guess = guess + 1e-8
    truth = truth + 1e-8
    guess_norm = np.linalg.norm(guess, axis=1, keepdims=True)
    truth_norm = np.linalg.norm(truth, axis=1, keepdims=True)
    norms = guess_norm * truth_norm
    dot = (guess * truth).sum(axis=1, keepdims=True)
    cosine = dot / norms
    one_minus_cosine = 1 - cosine
    common = d_out * np.sign(one_minus_cosine) / norms
    d_guess = common * ((dot / guess_norm**2) * guess - truth)
    d_truth = common * ((dot / truth_norm**2) * truth - guess)
    return d_guess, d_truth
