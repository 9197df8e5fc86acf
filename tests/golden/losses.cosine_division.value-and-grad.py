def cosine_division(dot, X_norm, Y_norm):
    norms = X_norm * Y_norm
    cosine = dot / norms
    loss = 1 - cosine
    d_dot = -1 / norms
    d_X_norm = cosine / X_norm
    d_Y_norm = cosine / Y_norm
    return loss, (d_dot, d_X_norm, d_Y_norm)
