"""Linear algebra on square matrices, which may be stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from refactorer.vjps.joining import is_zero
from refactorer.vjps.notation import VJP, Row, Unknown, vjp

ZT = "np.swapaxes(z, -1, -2)"
EYE = "np.eye(x.shape[-1], dtype=x.dtype)"


def transposed(matrix: str, x: Any) -> str:
    return f"np.swapaxes({matrix}, -1, -2)" if np.ndim(x) > 2 else f"{matrix}.T"


def trace(g: Any, x: Any, offset: Any, *, axis1: int, axis2: int) -> str:
    rank = np.ndim(x)
    first, second = axis1 % rank, axis2 % rank
    low, high = sorted((first, second))
    where = "offset" if first < second else "-offset"
    eye = f"np.eye(x.shape[{low}], x.shape[{high}], k={where}, dtype=x.dtype)"
    if rank == 2:
        return f"g * {eye}"
    matrix = ", ".join(":" if i in (low, high) else "None" for i in range(low, rank))
    others = ", ".join("None" if i in (low, high) else ":" for i in range(rank))
    return f"g[{others}] * {eye}[{matrix}]"


def det(g: Any, z: Any, x: Any) -> str:
    return f"{of_each('(g * z)', x)} * {transposed('np.linalg.inv(x)', x)}"


def slogdet(g: Sequence[Any], x: Any) -> str:
    """The sign is constant."""
    return f"{of_each('g[1]', x)} * {transposed('np.linalg.inv(x)', x)}"


def of_each(number: str, x: Any) -> str:
    """Return what there is one of for each matrix of a stack, with axes for the matrix."""
    return f"{number}[..., None, None]" if np.ndim(x) > 2 else number


def solved(g: Any, x: Any, y: Any) -> str:
    """The same matrix, transposed, is solved for the cotangent."""
    if np.ndim(y) == 1 and np.ndim(x) > 2:
        return f"np.linalg.solve({transposed('x', x)}, g[..., None])[..., 0]"
    return f"np.linalg.solve({transposed('x', x)}, g)"


def solve(z: Any, x: Any, y: Any, solved: Any) -> str:
    if np.ndim(y) == 1 and np.ndim(x) > 2:
        return "-solved[..., None] * z[..., None, :]"
    return "-tangent.matmul_grad_x(solved, x, z)"


SOLVED: Mapping[str, str | Row] = {
    "solved": solved,
    "x": solve,
    "y": "tangent.unbroadcast(solved, y)",
}

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


# G. Golub and V. Pereyra, The differentiation of pseudo-inverses (1973).
PINV = {
    "right": f"np.swapaxes(g, -1, -2) @ z @ {ZT}",
    "left": f"{ZT} @ z @ np.swapaxes(g, -1, -2)",
    "x": f"right + left - {ZT} @ g @ {ZT} - x @ z @ right - left @ z @ x",
}


def norm_factors(x: Any, *, ord: Any, axis: Any) -> str:  # noqa: A002
    """Return the singular value decomposition that the norm of a matrix goes by."""
    if is_vectors(x, axis) or ord not in SPECTRAL:
        return "x"
    return f"np.linalg.svd({matrices('x', x, axis)}, full_matrices=False)"


def norm(
    g: Any,
    z: Any,
    x: Any,
    factors: Any,
    *,
    ord: Any,  # noqa: A002
    axis: Any,
    keepdims: bool,
) -> str:
    """The norm of vectors, or the root of the sum of the squares of a matrix."""
    vectors = is_vectors(x, axis)
    if ord is None or ord == "fro" or (vectors and ord == 2):
        return "spread(g / z) * x"
    if not vectors:
        return matrix_norm(ord, x, axis, keepdims)
    if ord == 0:
        return "np.zeros_like(x)"
    if ord == 1:
        return "spread(g) * np.sign(x)"
    if abs(ord) == np.inf:
        ties = "np.sum(np.abs(x) == spread(z), axis=axis, keepdims=keepdims, dtype=x.dtype)"
        return f"spread(g / {ties}) * np.sign(x) * (np.abs(x) == spread(z))"
    return f"spread(g * z ** {1 - ord}) * np.sign(x) * np.abs(x) ** {ord - 1}"


def is_vectors(x: Any, axis: Any) -> bool:
    return isinstance(axis, int) or (axis is None and np.ndim(x) == 1)


# The norms of singular values, by how many columns and rows of the decomposition are due.
SPECTRAL = {2: ":1", -2: "-1:", "nuc": ":"}


def matrix_norm(ord: Any, x: Any, axis: Any, keepdims: bool) -> str:  # noqa: A002
    """Return the cotangent by singular values, or by the row or the column of the largest sum."""
    first, second = (i % np.ndim(x) for i in axis or (0, 1))

    def whole(number: str) -> str:
        """Return what there is one of for each matrix, with axes for the matrix."""
        if keepdims or np.ndim(x) == 2:
            return number
        return f"np.expand_dims({number}, {(first, second)})"

    if ord in SPECTRAL:
        product = "factors[0] @ factors[2]"
        if ord != "nuc":
            stack = "" if np.ndim(x) == 2 else "..., "
            columns = f"{stack or ':, '}{SPECTRAL[ord]}"
            rows = f"{stack}{SPECTRAL[ord]}{', :' if stack else ''}"
            product = f"factors[0][{columns}] @ factors[2][{rows}]"
        return f"{whole('g')} * {matrices(f'({product})', x, axis)}"
    along = first if abs(ord) == 1 else second
    chosen = f"(np.sum(np.abs(x), axis={along}, keepdims=True) == {whole('z')})"
    said = "" if np.ndim(x) == 2 else f"axis={(first, second)}, keepdims=True, "
    ties = f"np.sum({chosen}, {said}dtype=x.dtype)"
    return f"{whole('g')} / {ties} * np.sign(x) * {chosen}"


def matrices(value: str, x: Any, axis: Any) -> str:
    """Return a stack with the axes of its matrices last, or as they were before."""
    wanted = tuple(i % np.ndim(x) for i in axis or (0, 1))
    rank = np.ndim(x)
    if wanted == (rank - 2, rank - 1):
        return value
    if wanted == (rank - 1, rank - 2):
        return f"np.swapaxes({value}, -1, -2)"
    raise Unknown("the derivative of this norm is known for matrices in the last two axes")


VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.trace: vjp("x, offset=0, axis1=0, axis2=1", {"x": trace}),
    np.linalg.inv: vjp("x", {"x": f"-{ZT} @ g @ {ZT}"}),
    np.linalg.det: vjp("x", {"x": det}),
    np.linalg.slogdet: vjp("x", {"x": slogdet}),
    np.linalg.solve: vjp("x, y", SOLVED),
    np.linalg.cholesky: vjp("x", CHOLESKY),
    np.linalg.eigh: vjp("x", {"whole": eigh, "x": LOWER}),
    np.linalg.eigvalsh: vjp(
        "x", {"vectors": "np.linalg.eigh(x)[1]", "whole": eigvalsh, "x": LOWER}
    ),
    np.linalg.svd: vjp("x, full_matrices=True, compute_uv=True", {"factors": factors, "x": svd}),
    np.linalg.pinv: vjp("x", PINV),
    np.linalg.norm: vjp(
        "x, ord=None, axis=None, keepdims=False", {"factors": norm_factors, "x": norm}
    ),
}


def triangular(g: Any, x: Any, *, trans: Any, lower: bool) -> str:
    back = "" if trans in (1, "T") else ", trans=1"
    return f"scipy.linalg.solve_triangular(x, g{back}{', lower=True' if lower else ''})"


def solve_triangular(z: Any, x: Any, y: Any, solved: Any, *, trans: Any, lower: bool) -> str:
    """Only one triangle of the matrix is read."""
    left, right = ("z", "solved") if trans in (1, "T") else ("solved", "z")
    product = f"{left} @ {right}.T" if np.ndim(y) == 2 else f"np.outer({left}, {right})"
    return f"-np.{'tril' if lower else 'triu'}({product})"


SCIPY: Mapping[str, VJP] = {
    "scipy.linalg.solve_triangular": vjp(
        "x, y, trans=0, lower=False", {"solved": triangular, "x": solve_triangular, "y": "solved"}
    ),
    "scipy.linalg.inv": vjp("x", {"x": f"-{ZT} @ g @ {ZT}"}),
    "scipy.linalg.det": vjp("x", {"x": det}),
    "scipy.linalg.solve": vjp("x, y", SOLVED),
    "scipy.linalg.pinv": vjp("x", PINV),
}
