import numpy as np


def cosine_loss_rows(guess, truth):
    # a little is added everywhere, so that no row has length zero
    guess = guess + 1e-8
    truth = truth + 1e-8
    guess_norm = np.linalg.norm(guess, axis=1, keepdims=True)
    truth_norm = np.linalg.norm(truth, axis=1, keepdims=True)
    norms = guess_norm * truth_norm
    dot = (guess * truth).sum(axis=1, keepdims=True)
    cosine = dot / norms
    one_minus_cosine = 1 - cosine

    def get_d_guess(d_loss):
        common = d_loss * np.sign(one_minus_cosine) / norms
        return common * ((dot / guess_norm**2) * guess - truth)

    def get_d_truth(d_loss):
        common = d_loss * np.sign(one_minus_cosine) / norms
        return common * ((dot / truth_norm**2) * truth - guess)

    return np.abs(one_minus_cosine).sum(), (get_d_guess, get_d_truth)
