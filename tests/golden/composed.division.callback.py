def division(product, X_norm, Y_norm):
    norms = X_norm * Y_norm
    unit_product = product / norms

    def backprop(d_out):
        d_product = -d_out / norms
        d_X_norm = d_out * unit_product / X_norm
        d_Y_norm = d_out * unit_product / Y_norm
        return d_product, d_X_norm, d_Y_norm

    return 1 - unit_product, backprop
