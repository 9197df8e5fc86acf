def cosine_division(dot, X_norm, Y_norm):
    norms = X_norm * Y_norm
    cosine = dot / norms
    loss = 1 - cosine

    def get_d_dot(d_loss):
        return -d_loss / norms

    def get_d_X_norm(d_loss):
        return d_loss * cosine / X_norm

    def get_d_Y_norm(d_loss):
        return d_loss * cosine / Y_norm

    return loss, (get_d_dot, get_d_X_norm, get_d_Y_norm)
