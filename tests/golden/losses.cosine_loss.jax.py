import jax
import jax.numpy as jnp


@jax.custom_vjp
def cosine_loss(X, Y):
    """One minus the cosine of the angle between X and Y."""
    return cosine_loss_fwd(X, Y)[0]


def cosine_loss_fwd(X, Y):
    X_norm = jnp.sqrt(jnp.sum(X * X))
    Y_norm = jnp.sqrt(jnp.sum(Y * Y))
    norms = X_norm * Y_norm
    cosine = jnp.sum(X * Y) / norms
    return 1 - cosine, (X, Y, X_norm, Y_norm, norms, cosine)


def cosine_loss_bwd(residuals, d_loss):
    X, Y, X_norm, Y_norm, norms, cosine = residuals
    dX = (d_loss * cosine / X_norm**2) * X - (d_loss / norms) * Y
    dY = (d_loss * cosine / Y_norm**2) * Y - (d_loss / norms) * X
    return dX, dY


cosine_loss.defvjp(cosine_loss_fwd, cosine_loss_bwd)
