"""The shapes and dtypes of expressions of the printed text, found by evaluating them on ones."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, prod
from operator import attrgetter
from typing import Any

import libcst as cst
import numpy as np

from refactorer.execution.evaluation import quiet
from refactorer.printing.names.aliases import NumpyNames
from refactorer.shapes import Array
from refactorer.syntax.expressions import UnknownShape, code, names_read, parenthesized, stand_in
from refactorer.syntax.rewriting import Transformer

# What says that a text has no value on ones: among others, a number has no attribute of arrays.
UNKNOWN = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)


@dataclass(frozen=True)
class Probe:
    """The shapes and dtypes of names, and how NumPy is spelled."""

    shapes: Mapping[str, Array]
    numpy: NumpyNames = field(default_factory=lambda: NumpyNames((), {}))

    def array(self, text: str) -> Array | None:
        """Return what an expression is, evaluated on ones; None where that cannot be told."""
        try:
            known = {n: stand_in(self.shapes[n]) for n in names_read(text) if n in self.shapes}
            with quiet():
                value = np.asarray(eval(text, {**self.modules, **known}))
        except (*UNKNOWN, UnknownShape):
            return None
        return Array(value.shape, value.dtype.name)

    @property
    def modules(self) -> dict[str, Any]:
        """The names of NumPy and of its functions."""
        known = {"np": np, "scipy": sys.modules.get("scipy")}
        functions = {
            name: attrgetter(path.partition(".")[2])(known[path.partition(".")[0]])
            for path, name in self.numpy.functions.items()
        }
        scipy = {self.numpy.scipy or "scipy": known["scipy"]}
        return {**known, **scipy, **dict.fromkeys(self.numpy.modules, np), **functions}

    def size(self, text: str) -> float:
        """Return how many elements a value has, infinitely many where that cannot be told."""
        array = self.array(text)
        return inf if array is None else prod(array.shape)

    def is_float(self, text: str) -> bool:
        """Tell whether the elements of a value are surely floats."""
        array = self.array(text)
        return array is not None and array.dtype.startswith("float")


def grouped(node: cst.CSTNodeT, probe: Probe) -> cst.CSTNodeT:
    """Return code with products of small factors in parentheses where they meet a larger one."""
    found = node.visit(Grouping(probe))
    assert isinstance(found, type(node))
    return found


class Grouping(Transformer):
    """Shows where the arrays get larger: `(g / n) * X`."""

    def __init__(self, probe: Probe) -> None:
        super().__init__()
        self.probe = probe

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        match original_node:
            case cst.BinaryOperation(
                left=cst.BinaryOperation(operator=cst.Multiply() | cst.Divide()) as left,
                operator=cst.Multiply(),
            ) if self.probe.size(code(left)) < self.probe.size(code(original_node)):
                return updated_node.with_changes(left=parenthesized(ungrouped(left, updated_node)))
        return updated_node


def ungrouped(old: cst.BinaryOperation, whole: cst.BinaryOperation) -> cst.BaseExpression:
    """Return the left side of a product without the parentheses that it has got inside."""
    left = cst.ensure_type(whole.left, cst.BinaryOperation)
    if old.left.lpar or not isinstance(left.left, cst.BinaryOperation):
        return left
    return left.with_changes(left=left.left.with_changes(lpar=(), rpar=()))
