"""Decompositions of square matrices and of singular values, which may be stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from refactorer.vjps.joining import is_zero
from refactorer.vjps.linalg import ZT, transposed
from refactorer.vjps.notation import VJP, Unknown, vjp

EYE = "np.eye(x.shape[-1], dtype=x.dtype)"
# Of a symmetric matrix NumPy reads the lower triangle: what is due to the upper one goes there.
LOWER = "np.tril(whole) + np.swapaxes(np.triu(whole, 1), -1, -2)"


# I. Murray, Differentiation of the Cholesky decomposition (2016), equation 10.
CHOLESKY = {
    "product": f"{ZT} @ g",
    "half": "0.5 * (np.tril(product) + np.tril(product, -1))",
    "left": f"np.linalg.solve({ZT}, half)",
    "whole": f"np.linalg.solve({ZT}, np.swapaxes(left, -1, -2))",
    "x": LOWER,
}


def eigh(g: Sequence[Any], z: Any, x: Any) -> str:
    """M. Giles, An extended collection of matrix derivative results (2008), section 3.1."""
    back = transposed("z[1]", x)
    if is_zero(g, 1):
        return f"(z[1] * {row('g[0]', x)}) @ {back}"
    gaps = f"(z[0][..., None, :] - z[0][..., None] + {EYE})"
    inner = f"({back} @ g[1]) * (1 - {EYE}) / {gaps}"
    inner += "" if is_zero(g, 0) else f" + g[0][..., None] * {EYE}"
    return f"z[1] @ ({inner}) @ {back}"


def row(vector: str, x: Any) -> str:
    """Return a vector for each matrix of a stack, as a row."""
    return f"{vector}[..., None, :]" if np.ndim(x) > 2 else vector


def eigvalsh(g: Any, x: Any, vectors: Any) -> str:
    return f"(vectors * {row('g', x)}) @ {transposed('vectors', x)}"


def factors(z: Any, x: Any, *, compute_uv: bool) -> str:
    return "z" if compute_uv else "np.linalg.svd(x, full_matrices=False)"


def svd(g: Any, x: Any, factors: Any, *, full_matrices: bool, compute_uv: bool) -> str:
    """J. Townsend, Differentiating the singular value decomposition (2016)."""
    if not compute_uv:
        return f"(factors[0] * {row('g', x)}) @ factors[2]"
    if full_matrices and np.shape(x)[-1] != np.shape(x)[-2]:
        raise Unknown("the derivative of `np.linalg.svd` is known for full_matrices=False")
    terms = [] if is_zero(g, 1) else [f"(factors[0] * {row('g[1]', x)}) @ factors[2]"]
    terms += [] if is_zero(g, 0) else left_vectors(x)
    terms += [] if is_zero(g, 2) else right_vectors(x)
    return " + ".join(terms)


SIZE = "np.eye(factors[1].shape[-1], dtype=x.dtype)"


GAPS = f"(factors[1][..., None, :] ** 2 - factors[1][..., None] ** 2 + {SIZE})"


def left_vectors(x: Any) -> list[str]:
    """Return what is due to the left singular vectors, within their span and beside it."""
    back = transposed("factors[0]", x)
    turned = f"({back} @ g[0] - {transposed('g[0]', x)} @ factors[0])"
    inner = f"(1 - {SIZE}) * {turned} / {GAPS} * factors[1][..., None, :]"
    found = [f"factors[0] @ ({inner}) @ factors[2]"]
    if np.shape(x)[-2] > np.shape(x)[-1]:
        beside = f"(g[0] - factors[0] @ ({back} @ g[0]))"
        found.append(f"({beside} / factors[1][..., None, :]) @ factors[2]")
    return found


def right_vectors(x: Any) -> list[str]:
    """Return what is due to the right singular vectors, within their span and beside it."""
    back = transposed("factors[2]", x)
    turned = f"(factors[2] @ {transposed('g[2]', x)} - g[2] @ {back})"
    inner = f"factors[1][..., None] * (1 - {SIZE}) * {turned} / {GAPS}"
    found = [f"factors[0] @ ({inner}) @ factors[2]"]
    if np.shape(x)[-1] > np.shape(x)[-2]:
        beside = f"(g[2] - (g[2] @ {back}) @ factors[2])"
        found.append(f"factors[0] @ ({beside} / factors[1][..., None])")
    return found


VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.linalg.cholesky: vjp("x", CHOLESKY),
    np.linalg.eigh: vjp("x", {"whole": eigh, "x": LOWER}),
    np.linalg.eigvalsh: vjp(
        "x", {"vectors": "np.linalg.eigh(x)[1]", "whole": eigvalsh, "x": LOWER}
    ),
    np.linalg.svd: vjp("x, full_matrices=True, compute_uv=True", {"factors": factors, "x": svd}),
}
