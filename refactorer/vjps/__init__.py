"""The rules of differentiation that tangent lacks or has wrong, a table for each part of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import tangent
import tangent.non_differentiable
import tangent.utils

from refactorer.vjps import elementwise, indexing, linalg, reductions, shaping

TABLES = (elementwise.RULES, reductions.RULES, linalg.RULES, shaping.RULES)
KINDS = (np.ndarray, np.generic, float, int)


def register() -> None:
    """Give tangent the tables. It may be called again."""
    engine: Any = tangent
    for table in TABLES:
        for function, rule in table.items():
            engine.register_adjoint(function)(rule)
    engine.non_differentiable.register_non_differentiable_functions(*indexing.CONSTANT)
    for kind in KINDS:
        engine.utils.register_matmul_grad(kind, linalg.pull_left, linalg.pull_right)
    # What tangent writes reaches these two by name, and it has no register that would take them.
    engine.utils.unreducers.update(dict.fromkeys(engine.utils.unreducers, reductions.spread))
    engine.add_grad_at_index = indexing.add_at
