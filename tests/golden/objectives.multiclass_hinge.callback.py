import numpy as np


def multiclass_hinge(W, X, labels, margin=1.0):
    """Multi-class hinge loss of a linear classifier, the mean over the rows of X."""
    n = len(X)
    scores = X @ W
    rows = np.arange(n)
    own = scores[rows, labels]
    margins = np.maximum(0, scores - own[:, np.newaxis] + margin)
    margins[rows, labels] = 0

    def backprop(d_out):
        d_margins = np.full_like(margins, d_out / n)
        d_margins[rows, labels] = 0
        d_diff_plus_margin = np.where(margins > 0, d_margins, 0)
        d_scores = d_diff_plus_margin.copy()
        d_scores[rows, labels] -= d_diff_plus_margin.sum(axis=1)
        return X.T @ d_scores, d_scores @ W.T, d_diff_plus_margin.sum()

    return margins.sum() / n, backprop
