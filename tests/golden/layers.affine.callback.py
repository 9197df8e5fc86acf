def affine(X, W, b):
    def backprop(d_out):
        return d_out @ W, d_out.T @ X, d_out.sum(axis=0)

    return X @ W.T + b, backprop
