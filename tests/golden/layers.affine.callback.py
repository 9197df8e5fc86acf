def affine(X, W, b):
    def backprop(d_out):
        dX = d_out @ W
        dW = d_out.T @ X
        db = d_out.sum(axis=0)
        return dX, dW, db

    return X @ W.T + b, backprop
