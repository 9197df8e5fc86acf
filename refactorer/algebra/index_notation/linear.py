"""Functions that are linear in one argument: a number or a minus may stand inside or outside."""

from __future__ import annotations

import re
from collections.abc import Mapping

from refactorer.algebra.index_notation.nodes import Opaque

# The place of that argument; of some, which make more of it, only a mere number goes out.
GROWING: Mapping[str, int] = {"np.diag": 0, "np.repeat": 0, "np.tile": 0}
LINEAR: Mapping[str, int] = {
    **dict.fromkeys(("np.cumsum", "np.diff", "np.flip", "np.roll", "np.rot90"), 0),
    **dict.fromkeys(("np.diagonal", "np.trace", "np.tril", "np.triu", "np.reshape"), 0),
    "np.linalg.solve": 1,
    **GROWING,
}


def operand(node: Opaque) -> int | None:
    """Which of the arrays of a call it is linear in; None if it is linear in none."""
    function, _, rest = node.template.partition("(")
    arguments = rest.split(", ")
    place = LINEAR.get(function, len(arguments))
    mark = re.match(r"@(\d+)\b", arguments[place]) if place < len(arguments) else None
    return int(mark[1]) if mark else None
