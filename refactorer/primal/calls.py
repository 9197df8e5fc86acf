"""A call in the dialect: its arguments in one form, or the simpler thing that it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from string import ascii_lowercase

from refactorer.primal.dialect import BINARY, DEFAULTS, FLOATS, FUNCTIONS, REDUCTIONS, SIGNATURES

Keywords = Mapping[str, ast.expr]


def call(
    path: str, spelling: str, arguments: Sequence[ast.expr], keywords: Keywords
) -> ast.expr | None:
    """Return the operation that a call does, the operand that it returns unchanged, or None.

    `path` says where the function comes from, `spelling` what it is called in the code; arguments
    are operands. None means that the function is not taken with these arguments.
    """
    if path in BINARY and len(arguments) == 2 and not keywords:
        return ast.BinOp(arguments[0], BINARY[path], arguments[1])
    return SPECIAL.get(path, settled)(spelling, arguments, keywords)


def spelled(path: str, imports: Mapping[str, str]) -> str:
    """Return what the thing at a path is called in the code, where NumPy is always `np`."""
    if path in FUNCTIONS:
        return FUNCTIONS[path]
    if f"{path}.".startswith("numpy."):
        return "np" + path.removeprefix("numpy")
    nearest = [name for name, owner in imports.items() if f"{path}.".startswith(f"{owner}.")]
    for name in sorted(nearest, key=lambda name: -len(imports[name])):
        return name + path.removeprefix(imports[name])
    return path.removeprefix("builtins.")


def settled(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr:
    """Return a call with arrays by position and options by keyword, idle ones left out."""
    arrays, options = (part.split() for part in SIGNATURES.get(function, "|").split("|"))
    names = [*arrays, *options]
    if len(arguments) > len(names):
        return without_defaults(function, arguments, keywords)
    given = dict(zip(names, arguments, strict=False)) | dict(keywords)
    leading = list(takewhile(given.__contains__, arrays))
    rest = [name for name in [*names, *keywords] if name in given and name not in leading]
    return without_defaults(
        function, [given[name] for name in leading], {name: given[name] for name in rest}
    )


def without_defaults(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.Call:
    """Return a call without the keywords that only say the default."""
    said = [ast.keyword(name, value) for name, value in keywords.items() if not idle(name, value)]
    return ast.Call(ast.parse(function, mode="eval").body, list(arguments), said)


def idle(name: str, value: ast.expr) -> bool:
    """Say whether a keyword gives its default."""
    return name in DEFAULTS and isinstance(value, ast.Constant) and value.value == DEFAULTS[name]


def size(_: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr | None:
    """`len(x)` is the first size."""
    match arguments:
        case [ast.Tuple(elts=parts) | ast.List(elts=parts)]:
            return ast.Constant(len(parts))
        case [ast.Name()] if not keywords:
            return ast.Subscript(without_defaults("np.shape", arguments, {}), ast.Constant(0))
    return None


def converted(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr | None:
    """A conversion is the array itself, a product with 1.0, or, to what has no gradient, a cast."""
    match settled("np.asarray", arguments, keywords):
        case ast.Call(args=[ast.List() | ast.Tuple() as parts], keywords=said) if casts(said):
            return without_defaults(function, [parts], {})
        case ast.Call(args=[ast.Name() as array], keywords=said) if harmless(said):
            kinds = [keyword.value for keyword in said if keyword.arg == "dtype"]
            if function in FLOATS or (kinds and ast.unparse(kinds[0]) in FLOATS):
                return ast.BinOp(array, ast.Mult(), ast.Constant(1.0))
            if kinds and ast.unparse(kinds[0]) in TRUTHS:
                return ast.Compare(array, [ast.NotEq()], [ast.Constant(0)])
            if kinds and (kind := WHOLE.get(ast.unparse(kinds[0]))):
                return without_defaults(kind, [array], {})
            if kinds:
                return without_defaults("np.asarray", [array], {"dtype": kinds[0]})
            # A copy is the same value, but not the same array: it may be changed in place.
            return ast.Name(array.id) if function in COPIES else array
    return without_defaults(function, arguments, keywords)


def casts(said: Sequence[ast.keyword]) -> bool:
    """Say whether keywords ask for nothing but floats."""
    return [k.arg for k in said] == ["dtype"] and ast.unparse(said[0].value) in FLOATS


# Casts to what carries no cotangent: a comparison, or a function of NumPy's.
TRUTHS = frozenset({"bool", "np.bool_", "'bool'"})
WHOLE = {
    **dict.fromkeys(("int", "np.int64", "'int'", "'int64'"), "np.int64"),
    **dict.fromkeys(("np.int32", "'int32'"), "np.int32"),
}

COPIES = frozenset({"np.array", "np.copy"})


def harmless(keywords: Sequence[ast.keyword]) -> bool:
    """Say whether the keywords of a conversion leave the shape as it is."""
    return {keyword.arg for keyword in keywords} <= {"copy", "dtype", "order"}


def total(_: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr | None:
    """Python's `sum` runs over the first axis."""
    if len(arguments) > 1 or keywords:
        return None
    return without_defaults("np.sum", arguments, {"axis": ast.Constant(0)})


def extreme(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr | None:
    """Python's `max` and `min` take one sequence."""
    return (
        None
        if keywords or len(arguments) > 1
        else without_defaults(f"np.{function}", arguments, {})
    )


def reduced(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr | None:
    """`np.add.reduce(x)` is a sum over the first axis."""
    if len(arguments) > 1:
        return None
    reduction = REDUCTIONS[function.replace("np.", "numpy.", 1)]
    return settled(reduction, arguments, {"axis": ast.Constant(0), **keywords})


def clipped(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr | None:
    """A bound of `np.clip` that is not given is None; a newer NumPy calls them min and max."""
    bounds = {name if "_" in name else f"a_{name}": value for name, value in keywords.items()}
    missing = ("a_min", "a_max")[max(len(arguments) - 1, 0) :]
    nothing: dict[str, ast.expr] = dict.fromkeys(missing, ast.Constant(None))
    return settled(function, arguments, nothing | bounds)


def bounded(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr:
    """A bound that is a number comes second: where both are equal, it is the number that counts."""
    turned = len(arguments) == 2 and isinstance(arguments[0], ast.Constant)
    return settled(function, arguments[::-1] if turned else arguments, keywords)


def item(_: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr | None:
    """`x.item()` is the only element."""
    if len(arguments) > 1 or keywords:
        return None
    return settled("np.reshape", [*arguments, ast.Tuple([])], {})


def matrices_transposed(
    _: str, arguments: Sequence[ast.expr], keywords: Keywords
) -> ast.expr | None:
    """`x.mT` swaps the last two axes."""
    if len(arguments) != 1 or keywords:
        return None
    axes = [ast.Constant(-1), ast.Constant(-2)]
    return settled("np.swapaxes", [*arguments, *axes], {})


def contracted(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr:
    """`np.einsum(A, [0, 1], x, [1])` is `np.einsum("ab,b", A, x)`."""
    arrays, axes = arguments[::2], [*map(labels, arguments[1::2])]
    if not axes or not all(axes):
        return settled(function, arguments, keywords)
    inputs, output = axes[: len(arguments) // 2], []
    if len(arguments) % 2:
        *arrays, last = arrays
        output = [f"->{labels(last)}"]
    spec = ast.Constant(",".join(map(str, inputs)) + "".join(output))
    return settled(function, [spec, *arrays], keywords)


def labels(node: ast.expr) -> str | None:
    """Return the letters for a list of the numbers of axes, None for anything else."""
    match node:
        case ast.List(elts=parts):
            found = [ascii_lowercase[n] for part in parts for n in literal_integer(part)]
            return "".join(found) if len(found) == len(parts) else None
    return None


def literal_integer(node: ast.expr) -> Iterator[int]:
    """Yield the value of an integer literal, if it is one."""
    match node:
        case ast.Constant(value=int(value)):
            yield value


def negated(function: str, arguments: Sequence[ast.expr], keywords: Keywords) -> ast.expr:
    """`np.negative(x)` is `-x`."""
    if len(arguments) != 1 or keywords:
        return without_defaults(function, arguments, keywords)
    return ast.UnaryOp(ast.USub(), arguments[0])


SPECIAL: dict[str, Callable[[str, Sequence[ast.expr], Keywords], ast.expr | None]] = {
    "builtins.float": converted,
    "builtins.len": size,
    "builtins.max": extreme,
    "builtins.min": extreme,
    "builtins.sum": total,
    "numpy.array": converted,
    "numpy.clip": clipped,
    "numpy.maximum": bounded,
    "numpy.minimum": bounded,
    "numpy.matrix_transpose": matrices_transposed,
    "numpy.ndarray.item": item,
    "numpy.asarray": converted,
    "numpy.ascontiguousarray": converted,
    "numpy.copy": converted,
    "numpy.float64": converted,
    "numpy.einsum": contracted,
    "numpy.negative": negated,
    **dict.fromkeys(REDUCTIONS, reduced),
}
