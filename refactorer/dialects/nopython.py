"""The parts of a printed function that Numba's nopython mode does not compile.

Numba need not be installed: a test proves the tables right where it is.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from types import FrameType
from typing import Any

import numpy as np

from refactorer.dialects.compiled_names import BUILTINS, FUNCTIONS, LINALG, METHODS, OPTIONS
from refactorer.execution.evaluation import Arguments, bound, quiet
from refactorer.reading.literals import dotted, import_paths

TWO = 2


@dataclass(frozen=True)
class PrintedText:
    """A printed text, the name of its function, and the values that names hold on return."""

    tree: ast.Module
    name: str
    held: Mapping[str, object]

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """What imported names stand for."""
        return import_paths(self.tree.body)

    @cached_property
    def functions(self) -> Mapping[str, ast.FunctionDef]:
        """The functions that it defines."""
        return {s.name: s for s in self.tree.body if isinstance(s, ast.FunctionDef)}

    @cached_property
    def constants(self) -> frozenset[str]:
        """The names that it sets outside of functions."""
        nodes = (n for s in self.tree.body if isinstance(s, ast.Assign) for n in s.targets)
        return frozenset(n.id for n in nodes if isinstance(n, ast.Name))

    def obstacles(self, name: str) -> Iterator[ast.AST]:
        """Yield the parts of a function that are not compiled, in the order of the text."""
        function = self.functions[name]
        nodes = [n for s in function.body for n in ast.walk(s)]
        places = [n for n in nodes if isinstance(n, ast.expr | ast.stmt)]
        for node in sorted(places, key=lambda n: (n.lineno, n.col_offset)):
            if not self.compiles(node):
                yield node

    def compiles(self, node: ast.AST) -> bool:
        """Tell whether a part of the text is compiled, as far as it is told by itself."""
        match node:
            case ast.Call():
                return self.call(node)
            case ast.With() | ast.Try() | ast.FunctionDef() | ast.Lambda() | ast.JoinedStr():
                return False
            case ast.BinOp(op=op, left=left, right=right):
                ranks = max(self.rank(left), self.rank(right))
                lists = any(isinstance(self.value(n), list) for n in (left, right))
                return not (lists or (isinstance(op, ast.MatMult) and ranks > TWO))
            case ast.AugAssign(target=ast.Subscript(), value=value):
                return not self.is_boxed(value)
            case ast.Name(id=name) if name in self.constants:
                return not isinstance(self.held.get(name), list | dict)
            case ast.If(body=body, orelse=orelse):
                return not self.differ(body, orelse)
            case ast.IfExp(body=one, orelse=other):
                return self.rank(one) == self.rank(other)
        return True

    def call(self, node: ast.Call) -> bool:
        """Tell whether a call is compiled."""
        match node.func:
            case ast.Name(id=name) if name in self.functions:
                return not any(self.obstacles(name))
            case ast.Name(id=name) if name not in self.paths:
                return name in BUILTINS or name.endswith("Error")
        path = dotted(node.func, self.paths)
        if path is None:
            return isinstance(node.func, ast.Attribute) and self.method(node, node.func.attr)
        module, _, name = path.rpartition(".")
        if module == "numpy":
            return self.function(node, name)
        if module == "numpy.linalg":
            orders = [a for a in node.args[1:] if isinstance(self.value(a), str)]
            plain = not node.keywords or [w.arg for w in node.keywords] == ["full_matrices"]
            return name in LINALG and plain and not orders
        return module == "math"

    def method(self, node: ast.Call, name: str) -> bool:
        """Tell whether a call of a method of an array is compiled."""
        if name in OPTIONS:
            return takes(OPTIONS[name], node, len(node.args))
        if name == "reshape":
            assert isinstance(node.func, ast.Attribute)
            return self.is_contiguous(node.func.value)
        return name in METHODS and not node.keywords

    def function(self, node: ast.Call, name: str) -> bool:
        """Tell whether a call of a function of NumPy's is compiled."""
        if name in OPTIONS:
            return takes(OPTIONS[name], node, len(node.args) - 1)
        match name:
            case "vdot":
                return all(self.rank(a) == 1 and self.is_float(a) for a in node.args)
            case "full" | "full_like":
                return not self.is_boxed(node.args[1])
            case "reshape":
                return self.is_contiguous(node.args[0])
            case "roll":
                return len(node.args) == TWO and not node.keywords
            case "array":
                return not self.holds_arrays(self.value(node.args[0]))
            case "concatenate" | "stack" | "vstack" | "hstack" | "column_stack":
                return not isinstance(self.value(node.args[0]), list)
        return name in FUNCTIONS

    def holds_arrays(self, value: object) -> bool:
        """Tell whether a value is a list of arrays, at any depth."""
        parts = value if isinstance(value, list) else []
        return any(np.ndim(part) > 0 and not isinstance(part, list) for part in parts) or any(
            map(self.holds_arrays, parts)
        )

    def is_boxed(self, node: ast.expr) -> bool:
        """Tell whether an expression is an array without axes."""
        value = self.value(node)
        return isinstance(value, np.ndarray) and not value.ndim

    def is_contiguous(self, node: ast.expr) -> bool:
        """Tell whether an array lies in memory as its axes are."""
        value = self.value(node)
        return not isinstance(value, np.ndarray) or value.flags.c_contiguous

    def differ(self, body: list[ast.stmt], orelse: list[ast.stmt]) -> bool:
        """Tell whether a name has another rank on each way of a choice."""
        one, other = dict(self.ranks(body)), dict(self.ranks(orelse))
        return any(one[name] != other[name] for name in one.keys() & other.keys())

    def ranks(self, body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
        """Yield the names that statements set, each with its rank."""
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    yield name, self.rank(value)
                case ast.If(body=inner, orelse=others):
                    yield from (*self.ranks(inner), *self.ranks(others))

    def rank(self, node: ast.expr) -> int:
        """Return how many axes the value of an expression has, 0 where it is no array."""
        value = self.value(node)
        return value.ndim if isinstance(value, np.ndarray) else 0

    def is_float(self, node: ast.expr) -> bool:
        """Tell whether an expression is an array of floats."""
        value = self.value(node)
        return isinstance(value, np.ndarray) and value.dtype.kind == "f"

    def value(self, node: ast.expr) -> object:
        """Return what an expression holds, None where that cannot be told."""
        if isinstance(node, ast.Slice | ast.Starred):
            return None
        with suppress(Exception), quiet():  # a name that is not set on the way that was gone
            found: object = eval(ast.unparse(node), dict(self.held))
            return found
        return None


def takes(options: tuple[str, ...], node: ast.Call, single: int) -> bool:
    """Tell whether a call gives no options but some, of which it gives the first ones singly."""
    return single <= len(options) and all(word.arg in options for word in node.keywords)


def locals_at_return(function: Callable[..., object], arguments: Arguments) -> dict[str, object]:
    """Return what the names of a function hold when it returns."""
    found: dict[str, object] = {}

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is function.__code__:
            found.update(frame.f_locals)

    sys.setprofile(watch)
    try:
        bound(function)(arguments)
    finally:
        sys.setprofile(None)
    return found


def obstacle(text: str, name: str, arguments: Arguments) -> str:
    """Return the first part of a printed function that Numba does not compile, "" for none."""
    namespace: dict[str, Any] = {}
    exec(compile(text, "<printed>", "exec"), namespace)
    held = {**namespace, **locals_at_return(namespace[name], arguments)}
    for node in PrintedText(ast.parse(text), name, held).obstacles(name):
        return ast.unparse(node).partition("\n")[0].removesuffix(":")
    return ""
