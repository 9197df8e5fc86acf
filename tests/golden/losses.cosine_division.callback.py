def cosine_division(dot, X_norm, Y_norm):
    norms = X_norm * Y_norm
    cosine = dot / norms
    loss = 1 - cosine

    def backprop(d_loss):
        d_dot = -d_loss / norms
        d_X_norm = d_loss * cosine / X_norm
        d_Y_norm = d_loss * cosine / Y_norm
        return d_dot, d_X_norm, d_Y_norm

    return loss, backprop
