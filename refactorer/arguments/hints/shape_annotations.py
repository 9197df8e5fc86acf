"""Shapes in annotations: Thinc's Floats2d, jaxtyping's Float[ndarray, "n d"]."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refactorer.arguments import dims
from refactorer.arguments.dims import Dims
from refactorer.errors import Usage

UNNAMED = "?"
Kinds = tuple[str, ...]
WHOLE: Kinds = ("index",)
THINC: Mapping[str, Kinds] = {"Floats": (), "Array": (), "Ints": WHOLE}  # with a rank behind
JAXTYPING: Mapping[str, Kinds] = {
    **dict.fromkeys(("Float", "Float32", "Float64", "Inexact", "Real", "Num", "Shaped"), ()),
    **dict.fromkeys(("Int", "Int32", "Int64", "Integer", "UInt"), WHOLE),
    "Bool": ("mask",),
}
SCALARS: Mapping[str, Kinds] = {"float": (), "int": WHOLE, "bool": ("mask",)}


@dataclass(frozen=True)
class Said:
    """The sizes that an annotation gives, "?" where it gives no name, and the kinds of values."""

    shape: Dims
    kinds: Kinds = ()


def read(annotation: str) -> Said | None:
    """Return what an annotation says of a shape; None if it says nothing that is known here."""
    try:
        return said(ast.parse(annotation, mode="eval").body)
    except SyntaxError:
        return None


def said(tree: ast.expr) -> Said | None:
    """Return what the tree of an annotation says."""
    match tree:
        case ast.Constant(value=str(text)):
            return read(text)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return said(left) or said(right)
        case ast.Subscript(value=base, slice=inner):
            return subscripted(last(base), inner.elts if isinstance(inner, ast.Tuple) else [inner])
        case ast.Name() | ast.Attribute():
            return of_bare_name(last(tree))
    return None


def last(tree: ast.expr) -> str:
    """Return the last part of a dotted name."""
    match tree:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def of_bare_name(name: str) -> Said | None:
    """Return what a bare name says: float, Floats2d."""
    if name in SCALARS:
        return Said((), SCALARS[name])
    ranked = re.fullmatch(r"([A-Z][a-z]+)([1-4])d", name)
    if ranked and ranked[1] in THINC:
        return Said((UNNAMED,) * int(ranked[2]), THINC[ranked[1]])
    return None


def subscripted(base: str, inner: Sequence[ast.expr]) -> Said | None:
    """Return what Optional[...], Union[...] or Float[ndarray, "n d"] says."""
    if base in ("Optional", "Union", "Annotated"):
        return next(filter(None, map(said, inner)), None)
    match inner:
        case [_, ast.Constant(value=str(text))] if base in JAXTYPING:
            return spelled(text, JAXTYPING[base])
    return None


def spelled(text: str, kinds: Kinds) -> Said | None:
    """Return what jaxtyping's text for a shape says; None where it leaves the rank open."""
    parts = [part.split("=")[-1].lstrip("#?") for part in text.split()]
    if any(part.startswith(("*", "...")) for part in parts):
        return None
    shape = tuple(UNNAMED if part.startswith("_") else part for part in parts)
    try:
        dims.names(dim for dim in shape if dim != UNNAMED)
    except Usage:  # an expression of jaxtyping's that is no size here
        return None
    return Said(shape, kinds)
