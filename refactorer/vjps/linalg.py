"""Linear algebra on square matrices, which may be stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from refactorer.vjps.notation import VJP, Row, vjp

ZT = "np.swapaxes(z, -1, -2)"


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


# G. Golub and V. Pereyra, The differentiation of pseudo-inverses (1973).
PINV = {
    "right": f"np.swapaxes(g, -1, -2) @ z @ {ZT}",
    "left": f"{ZT} @ z @ np.swapaxes(g, -1, -2)",
    "x": f"right + left - {ZT} @ g @ {ZT} - x @ z @ right - left @ z @ x",
}


VJPS: Mapping[Any, VJP] = {
    # z = f(x, ...)          x̄, ...
    np.trace: vjp("x, offset=0, axis1=0, axis2=1", {"x": trace}),
    np.linalg.inv: vjp("x", {"x": f"-{ZT} @ g @ {ZT}"}),
    np.linalg.det: vjp("x", {"x": det}),
    np.linalg.slogdet: vjp("x", {"x": slogdet}),
    np.linalg.solve: vjp("x, y", SOLVED),
    np.linalg.pinv: vjp("x", PINV),
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
