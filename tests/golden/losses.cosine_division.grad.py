def d_cosine_division(dot, X_norm, Y_norm, d_out=1.0):
    norms = X_norm * Y_norm
    cosine = dot / norms
    d_dot = -d_out / norms
    d_X_norm = d_out * cosine / X_norm
    d_Y_norm = d_out * cosine / Y_norm
    return d_dot, d_X_norm, d_Y_norm
