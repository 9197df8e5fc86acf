"""The rules of differentiation that tangent lacks or has wrong, a table for each part of NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from refactorer.vjps import (
    elementwise,
    indexing,
    joining,
    linalg,
    ordering,
    polynomials,
    products,
    reductions,
    sequences,
    shaping,
    special,
    stats,
)
from refactorer.vjps.notation import PREFIX, Row, Rule

RULES: Mapping[Any, Rule] = {
    **elementwise.RULES,
    **reductions.RULES,
    **ordering.RULES,
    **sequences.RULES,
    **shaping.RULES,
    **joining.RULES,
    **polynomials.RULES,
    **indexing.RULES,
    **products.RULES,
    **linalg.RULES,
}

# SciPy is not there unless the user's function needs it: these are by the path of the function.
SCIPY: Mapping[str, Rule] = {**special.RULES, **linalg.SCIPY, **stats.RULES}

ROWS: Mapping[str, Row] = {
    f"{PREFIX}{row.__name__}": row
    for rule in (*RULES.values(), *SCIPY.values())
    for row in rule.formulas.values()
    if not isinstance(row, str)
}
