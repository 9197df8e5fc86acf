"""Calls that are several operations, each but the last on a line of its own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from refactorer.primal.calls import settled

Hold = Callable[[ast.expr], ast.expr]
PAIRWISE = {"builtins.max": "np.maximum", "builtins.min": "np.minimum"}


def expanded(
    path: str, arguments: Sequence[ast.expr], keywords: Mapping[str, ast.expr], hold: Hold
) -> ast.expr | None:
    """Return the last operation of such a call; None for any other call.

    `hold` writes the line of an operation and returns its name; arguments are operands.
    """
    match path, arguments, keywords:
        case "math.log", [value, base], {}:
            above, below = (hold(settled("np.log", [part], {})) for part in (value, base))
            return ast.BinOp(above, ast.Div(), below)
        case "numpy.ptp", [_, *_], _:
            above, below = (
                hold(settled(reduction, arguments, keywords)) for reduction in ("np.max", "np.min")
            )
            return ast.BinOp(above, ast.Sub(), below)
        case "numpy.linalg.multi_dot", [ast.List(elts=parts) | ast.Tuple(elts=parts)], {}:
            return pairwise(parts, lambda x, y: ast.BinOp(x, ast.MatMult(), y), hold)
        case "numpy.block", [ast.List(elts=[ast.List(), *_] as rows)], {}:
            lines = [hold(settled("np.hstack", [row], {})) for row in rows]
            return settled("np.vstack", [ast.List(lines)], {})
    given = (path, arguments, keywords, hold)
    return of_scipy(*given) or of_builtins(*given)


def of_scipy(
    path: str, arguments: Sequence[ast.expr], keywords: Mapping[str, ast.expr], hold: Hold
) -> ast.expr | None:
    """Return what a function of SciPy's is in terms of NumPy's, or of another one of SciPy's."""
    match path, arguments, keywords:
        case "scipy.linalg.cholesky", [matrix], {"lower": ast.Constant(True)}:
            return settled("np.linalg.cholesky", [matrix], {})
        case "scipy.linalg.cholesky", [matrix], {}:
            upper = hold(settled("np.transpose", [matrix], {}))
            return settled("np.transpose", [hold(settled("np.linalg.cholesky", [upper], {}))], {})
        case "scipy.linalg.cho_solve", [ast.Tuple(elts=[root, ast.Constant(bool(lower))]), y], {}:
            first, last = (("trans", 1), ("trans", 0))[:: -1 if lower else 1]
            return solved(root, hold(solved(root, y, lower, first)), lower, last)
    return None


def of_builtins(
    path: str, arguments: Sequence[ast.expr], keywords: Mapping[str, ast.expr], hold: Hold
) -> ast.expr | None:
    """Return what a function of Python's does to several values, two by two."""
    match path, arguments, keywords:
        case "builtins.sum", [ast.Tuple(elts=parts) | ast.List(elts=parts), *start], {}:
            return pairwise([*start, *parts], lambda x, y: ast.BinOp(x, ast.Add(), y), hold)
        case "builtins.max" | "builtins.min", [ast.Tuple(elts=parts) | ast.List(elts=parts)], {}:
            return pairwise(parts, lambda x, y: settled(PAIRWISE[path], [x, y], {}), hold)
        case "builtins.max" | "builtins.min", [_, _, *_], {}:
            return pairwise(arguments, lambda x, y: settled(PAIRWISE[path], [x, y], {}), hold)
    return None


def solved(root: ast.expr, y: ast.expr, lower: bool, side: tuple[str, int]) -> ast.expr:
    """Return the solution of a triangular system, or of the transposed one."""
    said = dict((("lower", lower), side))
    options = {name: ast.Constant(value) for name, value in said.items() if value}
    return settled("scipy.linalg.solve_triangular", [root, y], options)


def joined_by_index(path: str | None, index: ast.expr, hold: Hold) -> ast.expr | None:
    """Return the operation that `np.c_[x, y]` or `np.r_[x, y]` is; None for any other subscript."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    if any(isinstance(part, ast.Slice) or is_text(part) for part in parts):
        return None
    if path == "numpy.c_":
        return settled("np.column_stack", [ast.List(parts)], {})
    if path == "numpy.r_":
        rows = [hold(settled("np.atleast_1d", [part], {})) for part in parts]
        return settled("np.concatenate", [ast.List(rows)], {})
    return None


def value_at(whole: ast.Dict, key: ast.expr) -> ast.expr | None:
    """Return what a dict that is written out holds under a key; None if there is no such key."""
    rows = zip(whole.keys, whole.values, strict=True)
    wanted = ast.unparse(key)
    return next((value for k, value in rows if k and ast.unparse(k) == wanted), None)


def pairwise(
    values: Sequence[ast.expr], pair: Callable[[ast.expr, ast.expr], ast.expr], hold: Hold
) -> ast.expr | None:
    """Return the values taken together two by two, from the left; None where there are none."""
    return reduce(lambda x, y: pair(hold(x), y), values) if values else None


def is_text(node: ast.expr) -> bool:
    """Say whether an operand is a string, which tells how to join."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
