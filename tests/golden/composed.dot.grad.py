def d_dot(X, Y, d_out=1.0):
    return d_out * Y, d_out * X
