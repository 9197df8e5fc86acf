"""Functions that move elements and keep their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from refactorer.vjps.notation import rule

BACK = {"x": "np.reshape(g, np.shape(x))"}
SAME = {"x": "g"}

RULES: Mapping[Any, Callable[..., Any]] = {
    # z = f(x)               x̄
    np.reshape: rule("x, shape", BACK),
    np.ravel: rule("x", BACK),
    np.squeeze: rule("x, axis=None", BACK),
    np.atleast_1d: rule("x", BACK),
    np.atleast_2d: rule("x", BACK),
    np.expand_dims: rule("x, axis", {"x": "np.squeeze(g, axis=axis)"}),
    np.broadcast_to: rule("x, shape", {"x": "tangent.unbroadcast(g, x)"}),
    np.copy: rule("x", SAME),
    np.asarray: rule("x", SAME),
    np.array: rule("x", SAME),
    np.tril: rule("x, k=0", {"x": "np.tril(g, k)"}),
    np.triu: rule("x, k=0", {"x": "np.triu(g, k)"}),
    np.diag: rule("x", {"x": "np.diag(g)"}),
    np.fliplr: rule("x", {"x": "np.fliplr(g)"}),
    np.flipud: rule("x", {"x": "np.flipud(g)"}),
}
