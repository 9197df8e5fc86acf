"""The vector-Jacobian products that tangent lacks or has wrong, a table for each part of NumPy.

A row of a table is a `VJP`: for z = f(x, y), the formulas of the cotangents of x and y, given that
of z. `notation` says how a row reads, `register` hands the tables to tangent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from refactorer.vjps import (
    decompositions,
    elementwise,
    indexing,
    joining,
    linalg,
    norms,
    ordering,
    polynomials,
    products,
    reductions,
    sequences,
    shaping,
    special,
    stats,
)
from refactorer.vjps.notation import PREFIX, VJP, Row

VJPS: Mapping[Any, VJP] = {
    **elementwise.VJPS,
    **reductions.VJPS,
    **ordering.VJPS,
    **sequences.VJPS,
    **shaping.VJPS,
    **joining.VJPS,
    **polynomials.VJPS,
    **indexing.VJPS,
    **products.VJPS,
    **linalg.VJPS,
    **decompositions.VJPS,
    **norms.VJPS,
}

# SciPy is not there unless the user's function needs it: these are by the path of the function.
SCIPY: Mapping[str, VJP] = {**special.VJPS, **linalg.SCIPY, **stats.VJPS}

ROWS: Mapping[str, Row] = {
    f"{PREFIX}{row.__name__}": row
    for vjp in (*VJPS.values(), *SCIPY.values())
    for row in vjp.formulas.values()
    if not isinstance(row, str)
}
