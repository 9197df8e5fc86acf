import numpy as np


def cross_entropy(logits, targets, weight=None, reduction="mean"):
    """Binary cross-entropy, stable for logits of any size."""
    exp_neg_abs_logits = np.exp(-np.abs(logits))
    loss = np.maximum(logits, 0) - logits * targets + np.log1p(exp_neg_abs_logits)
    if weight is not None:
        loss = loss * weight
    if reduction == "mean":
        entropy = loss.mean()
    elif reduction == "sum":
        entropy = loss.sum()
    else:
        entropy = loss

    def backprop(d_entropy):
        d_loss = d_entropy / loss.size if reduction == "mean" else d_entropy
        if weight is not None:
            d_loss = d_loss * weight
        slope = np.where(logits > 0, 1, exp_neg_abs_logits) / (1 + exp_neg_abs_logits)
        d_logits = d_loss * (slope - targets)
        return d_logits, -d_loss * logits

    return entropy, backprop
