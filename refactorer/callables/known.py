"""What is known of functions as values: by a name, a lambda, a choice, or in a display."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType

import libcst as cst

from refactorer.flow.names import tree
from refactorer.syntax.expressions import code

UNTOLD = "which function `{}` is cannot be told from the text"
EACH = "Call each function in a branch of its own"


@dataclass(frozen=True)
class Functions:
    """The user's functions by their texts, and the names of the module.

    `hidden` are the names that the target sets itself.
    """

    around: Mapping[str, str]
    namespace: Mapping[str, object]
    hidden: frozenset[str]
    inside: dict[str, str] = field(default_factory=dict)

    def text(self, node: cst.CSTNode) -> str:
        """Return the text of the user's function that a node names, "" for any other node."""
        name = node.value if isinstance(node, cst.Name) else ""
        hidden = "" if name in self.hidden else self.around.get(name, "")
        return self.inside.get(name) or hidden

    def imported(self, node: cst.CSTNode) -> object:
        """Return what a dotted name of the module stands for; None for anything else."""
        match node:
            case cst.Name(name) if name not in self.hidden:
                return self.namespace.get(name, BUILTINS.get(name))
            case cst.Attribute(value=value, attr=cst.Name(name)):
                owner = self.imported(value)
                return getattr(owner, name, None) if isinstance(owner, ModuleType) else None
        return None

    def is_function(self, node: cst.CSTNode) -> bool:
        """Tell whether an expression stands for a function, whichever way a choice goes."""
        match node:
            case cst.Lambda():
                return True
            case cst.IfExp(body=one, orelse=other):
                return self.is_function(one) and self.is_function(other)
            case cst.Call(func=func):
                return self.imported(func) is functools.partial
            case cst.Name() | cst.Attribute():
                found = self.imported(node)
                return bool(self.text(node)) or (callable(found) and not isinstance(found, type))
        return False

    def has_functions(self, node: cst.CSTNode) -> bool:
        """Tell whether an expression is a function, or a display in which there is one."""
        return self.is_function(node) or any(map(self.has_functions, held(node)))

    def returns_function(self, text: str) -> bool:
        """Tell whether a function returns one."""
        (definition,) = tree(text).body
        own = {n.name for n in ast.walk(definition) if isinstance(n, ast.FunctionDef)}
        returned = [n.value for n in ast.walk(definition) if isinstance(n, ast.Return)]
        return any(self.makes_function(v, own) for v in returned if v)

    def makes_function(self, value: ast.expr, own: set[str]) -> bool:
        """Tell whether what is returned is a function: one of `own`, or what a call makes."""
        match value:
            case ast.Lambda():
                return True
            case ast.Name(id=name):
                return name in own
            case ast.IfExp(body=one, orelse=other):
                return self.makes_function(one, own) or self.makes_function(other, own)
            case ast.Call(func=func):
                called = cst.parse_expression(ast.unparse(func))
                text = self.text(called)
                calls_itself = ast.unparse(func) in own
                is_partial = self.imported(called) is functools.partial
                return is_partial or (
                    bool(text) and not calls_itself and self.returns_function(text)
                )
        return False


BUILTINS: Mapping[str, object] = {f.__name__: f for f in (abs, len, map, max, min, pow, sum)}


def held(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """Yield the values in a tuple, a list or a dict that is written out."""
    match node:
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            yield from (e.value for e in elements if isinstance(e, cst.Element))
        case cst.Dict(elements=pairs):
            yield from (e.value for e in pairs)


def has_stars(text: str) -> bool:
    """Tell whether a function takes any number of arguments."""
    (definition,) = tree(text).body
    assert isinstance(definition, ast.FunctionDef)
    return bool(definition.args.vararg or definition.args.kwarg)


def truth(test: cst.BaseExpression, functions: Functions) -> bool | None:
    """Return the value of a condition on literals and functions; None where it is on others."""
    match test:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=op)]):
            if functions.is_function(left) and isinstance(op, cst.Is | cst.IsNot):
                return isinstance(op, cst.IsNot)
    nodes = ast.walk(ast.parse(code(test), mode="eval"))
    if any(isinstance(n, ast.Name | ast.Call | ast.Attribute | ast.Lambda) for n in nodes):
        return None
    return bool(eval(code(test), {}))


def tuple_of(*values: cst.BaseExpression) -> cst.Tuple:
    """Return a tuple of expressions."""
    return cst.Tuple([*map(cst.Element, values)])
