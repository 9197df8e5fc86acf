"""How arguments are drawn, as expressions of NumPy that stand in a test."""

from __future__ import annotations

import ast
import keyword

from refactorer.arguments.dims import Dims
from refactorer.arguments.plans import AT, FLOAT, KEPT, Input

# For a size of (n, d) that is written for {size}, and a bound that is written for {bound}.
DRAWS = {
    "normal": "rng.normal({size})",
    "positive": "rng.uniform(0.2, 2.5, {size})",
    "unit": "rng.uniform(0.05, 0.95, {size})",
    "above_one": "rng.uniform(1.1, 3.0, {size})",
    "sign": "rng.choice([-1.0, 1.0], {size})",
    "binary": "rng.choice([0.0, 1.0], {size})",
    "mask": "rng.random({size}) < 0.5",
    "index": "rng.integers({bound}, {size})",
    "wide": "30 * rng.normal({size})",
    "small": "0.1 * rng.normal({size})",
    "times": "{bound} * rng.normal({size})",
}
PRODUCT = (
    "(lambda root: root @ root.swapaxes(-1, -2) / root.shape[-1] + np.eye(root.shape[-1]))"
    "(rng.normal({size}))"
)
LENGTHS = "np.diff([0, *np.sort(rng.choice(np.arange(1, {bound}), {one} - 1, False)), {bound}])"


def argument(entry: Input) -> str:
    """Return the expression that draws an argument, over rng and the named sizes."""
    if entry.kind in (KEPT, FLOAT):
        return entry.text
    if entry.kind == AT:
        return without_keywords(entry.text)
    name, _, bound = entry.kind.partition(" ")
    if not entry.shape:
        number = "int" if name == "index" else "bool" if name == "mask" else "float"
        return f"{number}({form(name, (), bound)})"
    return form(name, tuple(map(without_keywords, entry.shape)), without_keywords(bound))


def form(name: str, shape: Dims, bound: str) -> str:
    """Return the expression for a kind of values in a shape."""
    size = f"size={shape[0]}" if len(shape) == 1 else f"size=({', '.join(shape)})"
    match name:
        case "lengths":
            return LENGTHS.format(bound=bound, one=shape[0])
        case "simplex":
            rows = "".join(f"{dim}, " for dim in shape[:-1])
            return f"rng.dirichlet(np.full({shape[-1]}, 5.0), size=({rows}))"
        case "spd":
            return PRODUCT.format(size=size)
        case "near":
            return f"{bound} + {0.25 * (abs(float(bound)) or 1.0):g} * rng.normal({size})"
    return DRAWS[name].format(size=size, bound=bound)


def size_name(name: str) -> str:
    """Return the name of a size as Python takes it."""
    return f"{name}_" if keyword.iskeyword(name) else name


def without_keywords(text: str) -> str:
    """Return the text of a size; one that is a word of Python's gets another name."""
    return size_name(text) if text.isidentifier() else text


def read_sizes(texts: list[str], names: list[str]) -> list[str]:
    """Return which of the named sizes are read by expressions."""
    nodes = [node for text in texts for node in ast.walk(ast.parse(text, mode="eval"))]
    read = {node.id for node in nodes if isinstance(node, ast.Name)}
    return [name for name in names if size_name(name) in read]
