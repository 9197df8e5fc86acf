import numpy as np

LOG_2PI = np.log(2 * np.pi)


def normal_log_likelihood(mu, sigma, x):
    z = (x - mu) / sigma

    def backprop(d_likelihood):
        d_mu = d_likelihood * z / sigma
        return d_mu, d_mu * z - d_likelihood / sigma, -d_mu

    return -np.sum(0.5 * z**2 + np.log(sigma) + 0.5 * LOG_2PI), backprop
