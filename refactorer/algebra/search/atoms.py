"""Atoms as nodes, given how to write the values in them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from refactorer.algebra.index_notation.elementwise import Call, Indicator
from refactorer.algebra.index_notation.nodes import ZERO, Node, Opaque
from refactorer.algebra.normal_form.layouts import laid_out, long
from refactorer.algebra.normal_form.products import size
from refactorer.algebra.normal_form.terms import Factor, Polynomial, single
from refactorer.algebra.reading.syntax import Unreadable

Write: TypeAlias = Callable[[Polynomial], Node]


def indicator(mask: Factor, write: Write, like: str) -> Node:
    """A condition as a number, in the dtype of the array `like`."""
    (condition,) = mask.arguments
    return Indicator(write(condition), mask.atom.kind == "mask", like)


def choice(mask: Factor, guarded: Node, write: Write) -> Node:
    """A value where a condition holds, zero elsewhere."""
    (condition,) = mask.arguments
    sides = (guarded, ZERO) if mask.atom.kind == "mask" else (ZERO, guarded)
    return Call("np.where", (write(condition), *sides))


def identity(factor: Factor, write: Write, like: str) -> Node:
    """np.eye, in the dtype of the array `like`."""
    count = write(single(size(factor.atom.extents[0])))
    dtype = f", dtype={like}.dtype" if like else ""
    return Opaque(f"np.eye(@0{dtype})", (count,), ((),), factor.labels[::-1])


def applied(factor: Factor, write: Write) -> Node:
    """An elementwise function of its arguments."""
    return Call(factor.atom.name, tuple(map(write, factor.arguments)))


def opaque(factor: Factor, write: Write) -> Node:
    """A call of which only the text is known, with its arrays as they were laid out."""
    template, *shapes = factor.atom.name.split("|")
    own, *frames = (laid_out(ast.literal_eval(shape)) for shape in shapes)
    labels = dict(zip(sorted(long(own)), factor.labels, strict=True))
    layout = tuple(None if label is None else labels[label] for label in own)
    arrays = tuple(map(write, factor.atom.arguments))
    if any(array.labels != set(long(f)) for array, f in zip(arrays, frames, strict=True)):
        raise Unreadable("what is read as a whole must be spread out")
    return Opaque(template, arrays, tuple(frames), layout)
